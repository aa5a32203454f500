import type { Outcome } from "../builtin/index.ts";
import type { FunctionCode } from "../bytecode/index.ts";
import type { Closure, FunctionInstance, Value } from "../value/index.ts";
import type { MethodCache, PropertyCache } from "./caches.ts";
import type { CodeMemory, WrongGuess } from "./code-memory.ts";
import type { Frame } from "./frame.ts";
import type { Heat } from "./heat.ts";
import type { LinkedModule } from "./linked-module.ts";
import type { Task } from "./task.ts";

/**
 * A call of a compiled function. `level` tells where it stands (`level.ts`); absent optional arguments are `undefined`. With
 * `SUSPENDED` the frame was captured, or a tail call is pending (`settle` in `calls.ts`).
 */
export type CompiledCall = (
  task: Task,
  closure: Closure,
  level: number,
  ...args: readonly (Value | undefined)[]
) => Outcome;

/** A compiled function from the middle: goes on with a frame of the interpreter, at its `resumeAt`. */
export type CompiledEntry = (task: Task, frame: Frame) => Outcome;

/** What a function needs to get faster: see `jit/`. A machine on a host that forbids `eval` has none. */
export interface Compiler {
  readonly heat: Heat;
  /** For a function that has no compiled form, or none any more. */
  prepare?(fn: LinkedFunction): void;
  compile(fn: LinkedFunction): void;
  entryAt(fn: LinkedFunction, offset: number, frame: Frame): CompiledEntry | undefined;
}

/** A function's code in one machine. What is known of the code is in its memory, compiled forms too. */
export class LinkedFunction implements FunctionInstance {
  readonly code: FunctionCode;
  readonly module: LinkedModule;
  readonly template: readonly (Value | undefined)[];
  readonly memory: CodeMemory;
  readonly compiler: Compiler | undefined;
  /** The compiled form, for calls with any acceptable number of arguments. */
  compiled: CompiledCall | undefined = undefined;
  /** The compiled form, where that many arguments need no further look. Call sites read these. */
  compiled0: CompiledCall | undefined = undefined;
  compiled1: CompiledCall | undefined = undefined;
  compiled2: CompiledCall | undefined = undefined;
  compiled3: CompiledCall | undefined = undefined;
  compiled4: CompiledCall | undefined = undefined;

  constructor(memory: CodeMemory, module: LinkedModule, compiler?: Compiler) {
    this.code = memory.code;
    this.module = module;
    this.template = memory.template;
    this.memory = memory;
    this.compiler = compiler;
    if (memory.compiled !== undefined) this.setCompiled(memory.compiled);
    else compiler?.prepare?.(this);
  }

  /** Whether a call with that many arguments can go straight to `compiled`. */
  accepts(given: number): boolean {
    return acceptsCount(this.code, given);
  }

  /** Counts a call of the interpreter's. Gives the compiled form when there is one that takes so many arguments. */
  warmUp(given: number): CompiledCall | undefined {
    if (this.compiled === undefined) this.#warmUp();
    switch (given) {
      case 0:
        return this.compiled0;
      case 1:
        return this.compiled1;
      case 2:
        return this.compiled2;
      default:
        return this.compiled !== undefined && this.accepts(given) ? this.compiled : undefined;
    }
  }

  #warmUp(): void {
    const { memory } = this;
    // Another machine may have been here first.
    if (memory.compiled !== undefined) return this.setCompiled(memory.compiled);
    if (--memory.callsLeft >= 0) return;
    memory.callsLeft = Number.POSITIVE_INFINITY;
    this.compiler?.compile(this);
  }

  setCompiled(compiled: CompiledCall): void {
    this.compiled = compiled;
    if (this.accepts(0)) this.compiled0 = compiled;
    if (this.accepts(1)) this.compiled1 = compiled;
    if (this.accepts(2)) this.compiled2 = compiled;
    if (this.accepts(3)) this.compiled3 = compiled;
    if (this.accepts(4)) this.compiled4 = compiled;
  }

  /** The compiled form from that place on; made now, for frames like this one, if need be. */
  entryAt(offset: number, frame: Frame): CompiledEntry | undefined {
    const { entries } = this.memory;
    if (!entries.has(offset)) entries.set(offset, this.compiler?.entryAt(this, offset, frame));
    return entries.get(offset);
  }

  propertyCacheAt(offset: number): PropertyCache {
    return this.memory.propertyCacheAt(offset);
  }

  methodCacheAt(offset: number): MethodCache {
    return this.memory.methodCacheAt(offset);
  }

  /** A compiled form met what it did not count on. */
  bail(guess: WrongGuess): void {
    this.memory.learn(guess);
    this.#drop();
  }

  /** A frame differs from those that the entry for it was made for. */
  mismatch(frame: Frame): void {
    this.memory.noteMismatch(frame.registers);
    this.#drop();
  }

  /** Other machines go on with the form they have, until that is wrong for them too. */
  #drop(): void {
    this.memory.drop();
    this.compiled = this.compiled0 = this.compiled1 = this.compiled2 = this.compiled3 = this.compiled4 = undefined;
    this.compiler?.prepare?.(this);
  }

  /** Counts a resumption. Gives the compiled form from that place on once it is worth having. */
  warmEntryAt(offset: number, frame: Frame): CompiledEntry | undefined {
    if (this.compiler === undefined) return undefined;
    const { memory } = this;
    if (memory.entries.has(offset)) return memory.entries.get(offset);
    return memory.isWarmAt(offset) ? this.entryAt(offset, frame) : undefined;
  }
}

/** Whether a function takes so many arguments with nothing to fill in or to gather. */
export function acceptsCount({ params, required }: FunctionCode, given: number): boolean {
  return given >= required && given <= params.length && !params[params.length - 1]?.isRest;
}
