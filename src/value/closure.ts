import type { FunctionCode } from "../bytecode/index.ts";
import type { ModuleInstance } from "./module.ts";
import type { Value } from "./value.ts";

/** A function's code in one machine: what all closures over it share. */
export interface FunctionInstance {
  readonly code: FunctionCode;
  readonly module: ModuleInstance;
  /** The registers of a frame that has not started: constants in place, everything else absent. */
  readonly template: readonly (Value | undefined)[];
}

/**
 * A function with what it captured. Captures are copied at creation and every call starts from them again, so a closure
 * never carries state from one call to the next.
 */
export class Closure {
  readonly fn: FunctionInstance;
  readonly captures: readonly (Value | Cell)[];

  constructor(fn: FunctionInstance, captures: readonly (Value | Cell)[]) {
    this.fn = fn;
    this.captures = captures;
  }

  get kind(): "closure" {
    return "closure";
  }

  get code(): FunctionCode {
    return this.fn.code;
  }

  get module(): ModuleInstance {
    return this.fn.module;
  }
}

/** Holds a local function that was captured before its declaration ran: functions of one block see each other. */
export class Cell {
  value: Value | undefined = undefined;
}
