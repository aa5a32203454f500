/** The doc comment above a declaration, as text without its delimiters. */
import type { TokenList } from "./token-list.ts";

/** The doc comment that ends right above an offset: one block, or the `///` lines that stand together. */
export function docAbove(tokens: TokenList, offset: number): string | undefined {
  const { comments, source } = tokens;
  let index = lastBefore(tokens, offset);
  let below = offset;
  /** From the lowest up. */
  const lines: string[] = [];
  for (; index >= 0; index--) {
    const comment = comments[index];
    if (comment === undefined || !isDirectlyAbove(source.text, comment.end, below)) break;
    const text = source.text.slice(comment.start, comment.end);
    if (comment.style === "doc-block" && lines.length === 0) return stripBlock(text);
    if (comment.style !== "doc-line") break;
    lines.push(text.slice(3).replace(/^ /, "").trimEnd());
    below = comment.start;
  }
  return lines.length > 0 ? lines.reverse().join("\n") : undefined;
}

function lastBefore(tokens: TokenList, offset: number): number {
  let low = 0;
  let high = tokens.comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens.comments[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Only blanks and at most one line break lie between. Looks from below, where code is met soonest. */
function isDirectlyAbove(text: string, end: number, start: number): boolean {
  let breaks = 0;
  for (let at = start - 1; at >= end; at--) {
    const code = text.charCodeAt(at);
    if (code === 10) breaks++;
    else if (code !== 32 && code !== 9 && code !== 13) return false;
    if (breaks > 1) return false;
  }
  return true;
}

function stripBlock(text: string): string {
  const lines = text.slice(3, -2).split("\n");
  return lines
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .join("\n")
    .trim();
}
