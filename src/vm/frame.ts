import type { FunctionCode } from "../bytecode/index.ts";
import type { Cell, Closure, Raise, Value } from "../value/index.ts";
import type { Cursor } from "./cursor.ts";
import type { LinkedFunction } from "./linked-function.ts";
import type { Unwind } from "./unwind.ts";

/** What a register may hold: values of the language, and the machine's own things that no program can name. */
export type Register = Value | undefined | Cell | Cursor | Raise | Unwind;

/** One call in progress, on the heap, so that it can be left and entered again. */
export class Frame {
  readonly closure: Closure;
  readonly fn: LinkedFunction;
  readonly code: FunctionCode;
  readonly registers: Register[];
  /** How many frames of this task lie at or below this one. */
  readonly depth: number;
  /** Entered from a builtin, a method call or a task's start: errors that leave it name their line (language-semantics §7.4). */
  readonly isNested: boolean;
  /** The instruction that is running or that suspended. */
  pc = 0;
  /** Where to go on once the suspended instruction has its value. */
  resumeAt = 0;
  /** The register that gets that value; -1 for none. */
  target = -1;

  constructor(closure: Closure, registers: Register[], depth: number, isNested: boolean) {
    this.closure = closure;
    this.fn = closure.fn as LinkedFunction;
    this.code = closure.fn.code;
    this.registers = registers;
    this.depth = depth;
    this.isNested = isNested;
  }
}

/** A frame's registers before any argument: constants and captures in place. */
export function newRegisters(closure: Closure): Register[] {
  const registers: Register[] = closure.fn.template.slice();
  const { captures } = closure;
  if (captures.length > 0) {
    const base = closure.fn.code.params.length;
    for (let index = 0; index < captures.length; index++) registers[base + index] = captures[index];
  }
  return registers;
}
