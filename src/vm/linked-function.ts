import type { Outcome } from "../builtin/index.ts";
import type { FunctionCode } from "../bytecode/index.ts";
import { type Closure, FloatValue, type FunctionInstance, type Value } from "../value/index.ts";
import { MethodCache, PropertyCache } from "./caches.ts";
import type { Frame } from "./frame.ts";
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

/** How warm a function has to be before it is compiled. */
export interface Heat {
  /** Calls until the function is compiled. */
  readonly calls: number;
  /** Back edges until the loop goes on compiled. */
  readonly loops: number;
  /** Resumptions at one place until it goes on compiled from there. */
  readonly resumptions: number;
}

/** What a function needs to get faster: see `jit/`. A machine on a host that forbids `eval` has none. */
export interface Compiler {
  readonly heat: Heat;
  /** For a function that has no compiled form, or none any more. */
  prepare?(fn: LinkedFunction): void;
  compile(fn: LinkedFunction): void;
  entryAt(fn: LinkedFunction, offset: number, frame: Frame): CompiledEntry | undefined;
}

/**
 * What was learnt about a function's code. It stays with the code, for the next machine of this process that runs it: only speed
 * depends on it.
 */
export class CodeMemory {
  /** What a code offset has seen besides what is expected of it: bits of `seen`. */
  feedback: Uint8Array | undefined = undefined;
  /** What the compiler found out, for its next form. */
  analysis: unknown = undefined;
  /** What makes a compiled form, by its text: the engine goes on with what it knows of one that it has seen. */
  readonly factories = new Map<string, FormFactory>();
  /** Where properties were found, by the code offset that reads or writes them. */
  #propertyCaches: (PropertyCache | undefined)[] | undefined = undefined;
  readonly #length: number;

  constructor(code: FunctionCode) {
    this.#length = code.code.length;
  }

  propertyCacheAt(offset: number): PropertyCache {
    this.#propertyCaches ??= new Array<PropertyCache | undefined>(this.#length).fill(undefined);
    return (this.#propertyCaches[offset] ??= new PropertyCache());
  }

  note(offset: number, bits: number): void {
    this.feedback ??= new Uint8Array(this.#length);
    this.feedback[offset] = (this.feedback[offset] as number) | bits;
  }

  /** Forgets what was seen there: only that it was not what the code counted on. */
  fail(offset: number): void {
    this.note(offset, 0);
    (this.feedback as Uint8Array)[offset] = seen.other;
  }
}

/** What a compiled form counted on, and where: the kind of a value, an int's having 32 bits, a method's receiver. */
export interface WrongGuess {
  readonly reason: "kind" | "size" | "receiver";
  readonly memory: CodeMemory;
  readonly offset: number;
}

/** Makes a compiled form for one machine out of the tables that its text reads. */
export type FormFactory = (...tables: readonly unknown[]) => unknown;

const memories = new WeakMap<FunctionCode, CodeMemory>();

function memoryOf(code: FunctionCode): CodeMemory {
  let memory = memories.get(code);
  if (memory === undefined) memories.set(code, (memory = new CodeMemory(code)));
  return memory;
}

/** A function's code in one machine, how warm it is, and its compiled forms. */
export class LinkedFunction implements FunctionInstance {
  readonly code: FunctionCode;
  readonly module: LinkedModule;
  readonly template: readonly (Value | undefined)[];
  readonly compiler: Compiler | undefined;
  callsLeft: number;
  loopsLeft: number;
  /** The compiled form, for calls with any acceptable number of arguments. */
  compiled: CompiledCall | undefined = undefined;
  /** The compiled form, where that many arguments need no further look. Call sites read these. */
  compiled0: CompiledCall | undefined = undefined;
  compiled1: CompiledCall | undefined = undefined;
  compiled2: CompiledCall | undefined = undefined;
  compiled3: CompiledCall | undefined = undefined;
  compiled4: CompiledCall | undefined = undefined;
  readonly memory: CodeMemory;
  #bails = 0;
  /** Compiled entries by code offset; absent ones were refused. */
  readonly entries = new Map<number, CompiledEntry | undefined>();
  readonly #resumptionsLeft = new Map<number, number>();
  readonly #methodCaches = new Map<number, MethodCache>();

  constructor(code: FunctionCode, module: LinkedModule, template: readonly (Value | undefined)[], compiler?: Compiler) {
    this.code = code;
    this.module = module;
    this.template = template;
    this.compiler = compiler;
    this.memory = memoryOf(code);
    this.callsLeft = compiler && code.flow === "plain" ? compiler.heat.calls : Number.POSITIVE_INFINITY;
    this.loopsLeft = compiler ? compiler.heat.loops : Number.POSITIVE_INFINITY;
    compiler?.prepare?.(this);
  }

  /** Whether a call with that many arguments can go straight to `compiled`. */
  accepts(given: number): boolean {
    const { params, required } = this.code;
    return given >= required && given <= params.length && !params[params.length - 1]?.isRest;
  }

  /** Counts a call of the interpreter's. Gives the compiled form when there is one that takes so many arguments. */
  warmUp(given: number): CompiledCall | undefined {
    if (this.compiled === undefined && --this.callsLeft < 0) {
      this.callsLeft = Number.POSITIVE_INFINITY;
      this.compiler?.compile(this);
    }
    return this.compiled !== undefined && this.accepts(given) ? this.compiled : undefined;
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
    if (!this.entries.has(offset)) this.entries.set(offset, this.compiler?.entryAt(this, offset, frame));
    return this.entries.get(offset);
  }

  /** Whether compiled forms may count on what has been seen so far: not after they were wrong too often. */
  get speculates(): boolean {
    return this.#bails < bailLimit;
  }

  propertyCacheAt(offset: number): PropertyCache {
    return this.memory.propertyCacheAt(offset);
  }

  /** What a method call has met on this machine. */
  methodCacheAt(offset: number): MethodCache {
    let cache = this.#methodCaches.get(offset);
    if (cache === undefined) this.#methodCaches.set(offset, (cache = new MethodCache()));
    return cache;
  }

  /** Notes that a text was indexed. */
  noteText(offset: number): void {
    this.memory.note(offset, seen.text);
  }

  /** Notes the operands of arithmetic that are no two ints. */
  note(offset: number, left: Value, right: Value): void {
    this.memory.note(offset, seenOf(left) | (seenOf(right) << 2));
  }

  /** A compiled form met what it did not count on: forgets all forms, to make better ones once the function is warm again. */
  bail({ reason, memory, offset }: WrongGuess): void {
    switch (reason) {
      case "kind":
        memory.fail(offset);
        return this.forget();
      case "size":
        // No wrong guess that could be made again: each place grows once.
        memory.note(offset, seen.wide);
        return this.#drop();
      case "receiver":
        // The place learns this one now, and no more than two.
        return this.#drop();
    }
  }

  forget(): void {
    this.#bails++;
    this.#drop();
  }

  #drop(): void {
    this.compiled = this.compiled0 = this.compiled1 = this.compiled2 = this.compiled3 = this.compiled4 = undefined;
    this.entries.clear();
    const { heat } = this.compiler as Compiler;
    if (this.code.flow === "plain") this.callsLeft = heat.calls;
    this.loopsLeft = heat.loops;
    this.compiler?.prepare?.(this);
  }

  /** Counts a resumption. Gives the compiled form from that place on once it is worth having. */
  warmEntryAt(offset: number, frame: Frame): CompiledEntry | undefined {
    if (this.compiler === undefined) return undefined;
    if (this.entries.has(offset)) return this.entries.get(offset);
    const left = (this.#resumptionsLeft.get(offset) ?? this.compiler.heat.resumptions) - 1;
    this.#resumptionsLeft.set(offset, left);
    return left < 0 ? this.entryAt(offset, frame) : undefined;
  }
}

/** Wrong guesses after which a function's compiled forms guess no more. */
const bailLimit = 24;

/**
 * Operands of arithmetic: the left one's bits, and the right one's two places higher. `wide`: a result of more than 32 bits.
 * `text`: what was indexed.
 */
export const seen = { float: 1, int: 2, text: 1, other: 16, wide: 128 } as const;

function seenOf(value: Value): number {
  if (value instanceof FloatValue) return seen.float;
  // Shifted for the right operand, `other` leaves the byte's lower half too.
  return typeof value === "number" ? seen.int : seen.other;
}
