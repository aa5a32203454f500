/** A half-open range of UTF-16 offsets in one source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const emptySpan: Span = { start: 0, end: 0 };

/** The smallest span that covers both. */
export function joinSpans(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
