import { scalars } from "../value/index.ts";

/** Cutting and mending text. */

/** The pieces between separators. The empty separator stands before, between and behind all characters. */
export function splitText(text: string, separator: string): string[] {
  return separator === "" ? ["", ...scalars(text), ""] : text.split(separator);
}

/** Every occurrence of `old`, from left to right and without overlap. */
export function replaceText(text: string, old: string, replacement: string): string {
  return splitText(text, old).join(replacement);
}

/** Lines end at a line feed, with or without a carriage return before it; nothing follows the last one. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const last = lines.length - 1;
  if (lines[last] === "") lines.pop();
  return lines.map((line, at) => (at < last && line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** Made at the first use: few programs need one, and it reads tables. */
let segmenter: Intl.Segmenter | undefined;

/** Characters as a reader counts them: `👩‍🚀` is one. */
export function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
