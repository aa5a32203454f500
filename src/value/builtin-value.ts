/** A builtin's name used as a value. The machine that calls it looks the name up in its own table. */
export class BuiltinValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  get kind(): "builtin" {
    return "builtin";
  }
}
