import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anything, literal, many, sequence, TextPattern, type Wildcards, withinName } from "./wildcards.ts";

/** `*`, `+` for `**`, `?`, letters; the same as a regular expression. */
function both(pattern: string): { readonly own: TextPattern; readonly expression: RegExp } {
  const parts = [...pattern].map((character): readonly [Wildcards, string] => {
    if (character === "*") return [many(withinName), "[^/]*"];
    if (character === "+") return [many(anything), "[^]*"];
    if (character === "?") return [withinName, "[^/]"];
    return [literal(character), character === "/" ? "\\/" : character];
  });
  return {
    own: new TextPattern(sequence(...parts.map(([own]) => own))),
    expression: new RegExp(`^${parts.map(([, source]) => source).join("")}$`, "u"),
  };
}

describe("patterns of whole texts", () => {
  it("match what the same regular expressions do", () => {
    const letters = fc.constantFrom("a", "b", "/", "é", "😀");
    fc.assert(
      fc.property(
        fc.array(fc.oneof(letters, fc.constantFrom("*", "+", "?")), { maxLength: 8 }),
        fc.array(letters, { maxLength: 10 }),
        (pattern, text) => {
          const { own, expression } = both(pattern.join(""));
          expect(own.matches(text.join(""))).toBe(expression.test(text.join("")));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("choose and repeat what is longer than a character", () => {
    const folders = many(sequence(withinName, many(withinName), literal("/")));
    const pattern = new TextPattern(
      sequence(folders, { kind: "either", options: [literal("x"), sequence(literal("y"), literal("z"))] }),
    );
    const texts = ["x", "a/x", "a/bc/yz", "yz", "/x", "a/y", "a//x", ""];
    expect(texts.filter((text) => pattern.matches(text))).toEqual(["x", "a/x", "a/bc/yz", "yz"]);
  });

  it("take no longer for many stars", () => {
    const stars = "*a".repeat(30);
    expect(both(stars).own.matches("a".repeat(2000))).toBe(true);
    expect(both(`${stars}b`).own.matches("a".repeat(2000))).toBe(false);
  });
});
