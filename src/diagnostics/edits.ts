import type { Span } from "../text/index.ts";
import type { TextEdit } from "./diagnostic.ts";

/** Takes a stretch of text out with the lines it stands on; nothing where something else stands on them. */
export function lineRemoval(text: string, { start, end }: Span): TextEdit | undefined {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const rest = restOfLine(text, end);
  if (text.slice(lineStart, start).trim() !== "" || !/^[ \t;]*\r?\n?$/.test(rest)) return undefined;
  return { span: { start: lineStart, end: end + rest.length }, text: "" };
}

/** The text behind an offset on its line, with the break. */
export function restOfLine(text: string, offset: number): string {
  const at = text.indexOf("\n", offset);
  return text.slice(offset, at < 0 ? text.length : at + 1);
}

/** The blanks in front of an offset, where nothing else stands before it on its line. */
export function indentBefore(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return before.trim() === "" ? before : undefined;
}
