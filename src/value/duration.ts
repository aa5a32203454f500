/** A length of time in whole milliseconds. */
export class DurationValue {
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  get kind(): "duration" {
    return "duration";
  }
}
