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

/** How much is cut at once: each step of the engine's iterator takes as long as its whole text. */
const longestCut = 256;

/** Characters as a reader counts them: `👩‍🚀` is one. */
export function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  const found: string[] = [];
  for (let from = 0, length = longestCut; from < text.length; ) {
    const isLast = from + length >= text.length;
    const pieces = Array.from(segmenter.segment(text.slice(from, from + length)), ({ segment }) => segment);
    if (isLast) return [...found, ...pieces];
    // The last piece of a cut may go on behind it: it begins the next one, which is longer if it was all there is.
    const open = pieces.pop() as string;
    for (const piece of pieces) found.push(piece);
    from += length - open.length;
    length = pieces.length === 0 ? length * 2 : longestCut;
  }
  return found;
}

/** The first of them. */
export function firstGraphemeOf(text: string): string | undefined {
  for (let length = longestCut; ; length *= 2) {
    const [first] = graphemesOf(text.slice(0, length));
    if (first === undefined || first.length < length || length >= text.length) return first;
  }
}
