/** A lazy range of ints: `start to end`, or `start to end exclusive`. Bounds are safe integers. */
export class RangeValue {
  readonly start: number;
  readonly end: number;
  readonly isExclusive: boolean;

  constructor(start: number, end: number, isExclusive: boolean) {
    this.start = start;
    this.end = end;
    this.isExclusive = isExclusive;
  }

  get kind(): "range" {
    return "range";
  }

  /** How many ints it runs through; a reversed range is empty. */
  get size(): number {
    return Math.max(0, this.end - this.start + (this.isExclusive ? 0 : 1));
  }
}
