import type { Value } from "./value.ts";

const nothing: readonly Value[] = [];

/**
 * A builtin's name used as a value. The machine that calls it looks the name up in its own table. With `bound` it is a function of its
 * own: those arguments come first at every call.
 */
export class BuiltinValue {
  readonly name: string;
  readonly bound: readonly Value[];

  constructor(name: string, bound: readonly Value[] = nothing) {
    this.name = name;
    this.bound = bound;
  }

  get kind(): "builtin" {
    return "builtin";
  }

  get isBound(): boolean {
    return this.bound.length > 0;
  }
}
