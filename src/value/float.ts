/** A 64-bit float. Boxed, because a JavaScript number already means an int. */
export class FloatValue {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  get kind(): "float" {
    return "float";
  }
}
