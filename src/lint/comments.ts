/** The comments above declarations. */
import type { Comment, Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import type { LintFile } from "./rule.ts";

/** With its attributes and `pub`. */
export function startOf(item: Statement): number {
  const attributes = "attributes" in item ? item.attributes : [];
  return Math.min(item.span.start, ...attributes.map(({ span }) => span.start));
}

/** The comments whose last line is right above an offset, from the top down, of one run. */
export function commentsAbove({ module }: LintFile, offset: number): readonly Comment[] {
  const { text } = module.source;
  const { comments } = module.program;
  const found: Comment[] = [];
  let below = offset;
  for (let index = endingBefore(comments, offset) - 1; index >= 0; index--) {
    const comment = comments[index] as Comment;
    if (!/^[ \t\r]*\n?[ \t]*$/.test(text.slice(comment.span.end, below)) || !isAloneOnLine(text, comment.span)) break;
    found.unshift(comment);
    below = comment.span.start;
  }
  return found;
}

/** How many of the comments, which stand in the order of the text, end at the offset or before. */
function endingBefore(comments: readonly Comment[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle] as Comment).span.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAloneOnLine(text: string, { start }: Span): boolean {
  return text.slice(text.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
}
