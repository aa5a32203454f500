import type { Value } from "./value.ts";

export class PairValue {
  readonly first: Value;
  readonly second: Value;

  constructor(first: Value, second: Value) {
    this.first = first;
    this.second = second;
  }

  get kind(): "pair" {
    return "pair";
  }
}
