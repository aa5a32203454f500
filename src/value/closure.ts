import type { FunctionCode } from "../bytecode/index.ts";
import type { ModuleInstance } from "./module.ts";
import type { Value } from "./value.ts";

/**
 * A function with what it captured. Captures are copied at creation and every call starts from them again, so a closure
 * never carries state from one call to the next.
 */
export class Closure {
  readonly code: FunctionCode;
  readonly module: ModuleInstance;
  readonly captures: readonly (Value | Cell)[];
  /** The registers of a frame that has not started: constants in place, everything else absent. */
  readonly template: readonly (Value | undefined)[];

  constructor(
    code: FunctionCode,
    module: ModuleInstance,
    captures: readonly (Value | Cell)[],
    template: readonly (Value | undefined)[],
  ) {
    this.template = template;
    this.code = code;
    this.module = module;
    this.captures = captures;
  }

  get kind(): "closure" {
    return "closure";
  }
}

/** Holds a local function that was captured before its declaration ran: functions of one block see each other. */
export class Cell {
  value: Value | undefined = undefined;
}
