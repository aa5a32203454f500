import type { Comment } from "../syntax/index.ts";
import type { LineMap, Span } from "../text/index.ts";

const none: readonly PlacedComment[] = [];

export interface PlacedComment {
  readonly text: string;
  readonly span: Span;
  readonly isDoc: boolean;
  /** `//` or `///`: nothing may follow it on its line. */
  readonly endsLine: boolean;
  readonly firstLine: number;
  readonly lastLine: number;
  isClaimed: boolean;
}

/**
 * The comments of a program and which of them have found their place. Whoever prints the code next to a comment claims it;
 * what nobody claimed inside a statement is printed above that statement, so that none is ever lost.
 */
export class CommentTable {
  readonly #comments: readonly PlacedComment[];
  readonly #lines: LineMap;

  constructor(comments: readonly Comment[], lines: LineMap) {
    this.#lines = lines;
    this.#comments = comments.filter(({ style }) => style !== "shebang").map((comment) => place(comment, lines));
  }

  /** The unclaimed comments that start in a range, in source order. */
  within(start: number, end: number): readonly PlacedComment[] {
    const found: PlacedComment[] = [];
    for (let index = this.#nextUnclaimed(start, end); index !== -1; ) {
      const comment = this.#comments[index] as PlacedComment;
      found.push(comment);
      index = this.#nextUnclaimed(comment.span.end, end);
    }
    return found.length === 0 ? none : found;
  }

  has(start: number, end: number): boolean {
    return this.#nextUnclaimed(start, end) !== -1;
  }

  claim(start: number, end: number): readonly PlacedComment[] {
    const found = this.within(start, end);
    for (const comment of found) comment.isClaimed = true;
    return found;
  }

  /** The unclaimed comments that start on a line with an offset in it. */
  onLine(offset: number): readonly PlacedComment[] {
    if (this.#comments.length === 0) return none;
    const line = this.#lines.lineAt(offset);
    return this.within(this.#lines.startOf(line), this.#lines.startOf(line + 1));
  }

  /** Index of the first one that starts in a range, or -1. */
  #nextUnclaimed(start: number, end: number): number {
    const comments = this.#comments;
    for (let index = this.#firstFrom(start); index < comments.length; index++) {
      const comment = comments[index] as PlacedComment;
      if (comment.span.start >= end) return -1;
      if (!comment.isClaimed) return index;
    }
    return -1;
  }

  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#comments[middle] as PlacedComment).span.start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function place({ text, span, style }: Comment, lines: LineMap): PlacedComment {
  const firstLine = lines.lineAt(span.start);
  return {
    text,
    span,
    isDoc: style === "doc-line" || style === "doc-block",
    endsLine: style === "line" || style === "doc-line",
    firstLine,
    lastLine: text.includes("\n") ? lines.lineAt(span.end - 1) : firstLine,
    isClaimed: false,
  };
}

/** May stand behind code on its line. Doc comments belong to what comes after them. */
export function mayTrail(comment: PlacedComment): boolean {
  return !comment.isDoc && comment.firstLine === comment.lastLine;
}

/** May stand in the middle of a line. */
export function mayStandInside(comment: PlacedComment): boolean {
  return mayTrail(comment) && !comment.endsLine;
}
