import { anything, literal, many, sequence, TextPattern } from "../../text/index.ts";

/** Whether the whole text fits a pattern with `*` for any text and `?` for any one character. */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = [...pattern].map((character) => {
    if (character === "*") return many(anything);
    return character === "?" ? anything : literal(character);
  });
  return new TextPattern(sequence(...parts)).matches(text);
}
