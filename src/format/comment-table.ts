import type { Comment } from "../syntax/index.ts";
import type { LineMap, Span } from "../text/index.ts";

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
  readonly #byLine = new Map<number, PlacedComment[]>();

  constructor(comments: readonly Comment[], lines: LineMap) {
    this.#comments = comments.filter(({ style }) => style !== "shebang").map((comment) => place(comment, lines));
    for (const comment of this.#comments) {
      const sameLine = this.#byLine.get(comment.firstLine);
      if (sameLine) sameLine.push(comment);
      else this.#byLine.set(comment.firstLine, [comment]);
    }
  }

  /** The unclaimed comments that start in a range, in source order. */
  within(start: number, end: number): PlacedComment[] {
    const found: PlacedComment[] = [];
    for (let index = this.#firstFrom(start); index < this.#comments.length; index++) {
      const comment = this.#comments[index] as PlacedComment;
      if (comment.span.start >= end) break;
      if (!comment.isClaimed) found.push(comment);
    }
    return found;
  }

  has(start: number, end: number): boolean {
    for (let index = this.#firstFrom(start); index < this.#comments.length; index++) {
      const comment = this.#comments[index] as PlacedComment;
      if (comment.span.start >= end) return false;
      if (!comment.isClaimed) return true;
    }
    return false;
  }

  claim(start: number, end: number): PlacedComment[] {
    const found = this.within(start, end);
    for (const comment of found) comment.isClaimed = true;
    return found;
  }

  onLine(line: number): readonly PlacedComment[] {
    return this.#byLine.get(line)?.filter((comment) => !comment.isClaimed) ?? [];
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
