/** A half-open range of UTF-16 offsets in one source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const emptySpan: Span = { start: 0, end: 0 };
