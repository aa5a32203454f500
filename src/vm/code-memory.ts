import type { Catalog } from "../builtin/index.ts";
import type { Constant, FunctionCode } from "../bytecode/index.ts";
import {
  DictValue,
  DurationValue,
  FloatValue,
  ListValue,
  RangeValue,
  StructValue,
  type Value,
} from "../value/index.ts";
import { wrapInt } from "../value/int.ts";
import { MethodCache, PropertyCache } from "./caches.ts";
import type { Register } from "./frame.ts";
import type { Heat } from "./heat.ts";
import type { CompiledCall, CompiledEntry } from "./linked-function.ts";

/** What a compiled form counted on, and where: the kind of a value, an int's having 32 bits, a method's receiver. */
export interface WrongGuess {
  readonly reason: "kind" | "size" | "receiver";
  readonly memory: CodeMemory;
  readonly offset: number;
}

/** Wrong guesses after which a function's compiled forms guess no more. */
const bailLimit = 24;

/**
 * Operands of arithmetic: the left one's bits, and the right one's two places higher. `wide`: a result of more than 32 bits.
 * `text`: what was indexed. `list` and `range`: what was looped over. The plurals: the elements of a list that was looped over.
 */
export const seen = {
  float: 1,
  int: 2,
  text: 1,
  other: 16,
  wide: 128,
  list: 256,
  range: 512,
  ints: 1024,
  texts: 2048,
  lists: 4096,
  dicts: 8192,
  structs: 16384,
} as const;

function seenOf(value: Value): number {
  if (value instanceof FloatValue) return seen.float;
  // Shifted for the right operand, `other` leaves the byte's lower half too.
  return typeof value === "number" ? seen.int : seen.other;
}

function seenLoopedOver(value: Value): number {
  if (value instanceof ListValue) return seen.list;
  return value instanceof RangeValue ? seen.range : seen.other;
}

function seenElement(value: Value): number {
  if (typeof value === "number") return seen.ints;
  if (typeof value === "string") return seen.texts;
  if (value instanceof StructValue) return seen.structs;
  if (value instanceof DictValue) return seen.dicts;
  return value instanceof ListValue ? seen.lists : seen.other;
}

/**
 * What is known of a function's code besides the code: how warm it is, what it has met, and its compiled forms. Nothing of it
 * belongs to a machine, so the next one that runs the code goes on where the last one stopped. Only speed depends on it.
 */
export class CodeMemory {
  readonly code: FunctionCode;
  /** The memories that it is one of. */
  readonly all: CodeMemories;
  /** Calls until the function is compiled. */
  callsLeft: number;
  /** Back edges until a loop goes on compiled. */
  loopsLeft: number;
  /** The compiled form, for calls with any acceptable number of arguments. */
  compiled: CompiledCall | undefined = undefined;
  /** Compiled entries by code offset; absent ones were refused. */
  readonly entries = new Map<number, CompiledEntry | undefined>();
  /** What a code offset has seen besides what is expected of it: bits of `seen`. */
  feedback: Uint16Array | undefined = undefined;
  /** Registers that were found to hold ints of more than 32 bits where an entry was made for less. */
  readonly wideRegisters = new Set<number>();
  /** What the compiler found out, for its next form. */
  analysis: unknown = undefined;
  #bails = 0;
  #template: readonly (Value | undefined)[] | undefined;
  /** Where properties were found, by the code offset that reads or writes them. */
  #propertyCaches: (PropertyCache | undefined)[] | undefined = undefined;
  readonly #methodCaches = new Map<number, MethodCache>();
  readonly #resumptionsLeft = new Map<number, number>();

  constructor(code: FunctionCode, all: CodeMemories) {
    this.code = code;
    this.all = all;
    this.callsLeft = this.#usualCalls;
    this.loopsLeft = this.#usualLoops;
  }

  get #usualCalls(): number {
    return this.code.flow === "plain" ? (this.all.heat?.calls ?? never) : never;
  }

  get #usualLoops(): number {
    return this.all.heat?.loops ?? never;
  }

  /** The registers of a frame that has not started: constants in place, everything else absent. */
  get template(): readonly (Value | undefined)[] {
    return (this.#template ??= templateOf(this.code));
  }

  propertyCacheAt(offset: number): PropertyCache {
    this.#propertyCaches ??= new Array<PropertyCache | undefined>(this.code.code.length).fill(undefined);
    return (this.#propertyCaches[offset] ??= new PropertyCache());
  }

  methodCacheAt(offset: number): MethodCache {
    let cache = this.#methodCaches.get(offset);
    if (cache === undefined) this.#methodCaches.set(offset, (cache = new MethodCache()));
    return cache;
  }

  note(offset: number, bits: number): void {
    this.feedback ??= new Uint16Array(this.code.code.length);
    this.feedback[offset] = (this.feedback[offset] as number) | bits;
  }

  /** Notes the operands of arithmetic that are no two ints. */
  noteOperands(offset: number, left: Value, right: Value): void {
    this.note(offset, seenOf(left) | (seenOf(right) << 2));
  }

  noteLoopedOver(offset: number, value: Value): void {
    this.note(offset, seenLoopedOver(value));
  }

  noteElement(offset: number, value: Value): void {
    this.note(offset, seenElement(value));
  }

  /** Forgets what was seen there: only that it was not what the code counted on. */
  fail(offset: number): void {
    this.note(offset, 0);
    (this.feedback as Uint16Array)[offset] = seen.other;
  }

  /** Whether compiled forms may count on what has been seen so far: not after they were wrong too often. */
  get speculates(): boolean {
    return this.#bails < bailLimit;
  }

  /** Notes that a compiled form guessed wrong, for the next form. */
  learn({ reason, memory, offset }: WrongGuess): void {
    switch (reason) {
      case "kind":
        memory.fail(offset);
        this.#bails++;
        return;
      case "size":
        // No wrong guess that could be made again: each place grows once.
        return memory.note(offset, seen.wide);
      case "receiver":
      // The place learns this one now, and no more than two.
    }
  }

  /** A frame differed from those that an entry was made for. An int of more bits is no wrong guess that is made again. */
  noteMismatch(registers: readonly Register[]): void {
    const known = this.wideRegisters.size;
    for (const [register, value] of registers.entries())
      if (typeof value === "number" && value !== (value | 0)) this.wideRegisters.add(register);
    if (this.wideRegisters.size === known) this.#bails++;
  }

  /** Forgets all forms, to make better ones once the function is warm again. */
  drop(): void {
    this.compiled = undefined;
    this.entries.clear();
    this.callsLeft = this.#usualCalls;
    this.loopsLeft = this.#usualLoops;
  }

  /** Counts a resumption. Whether the function has been resumed there often enough to go on compiled. */
  isWarmAt(offset: number): boolean {
    const left = (this.#resumptionsLeft.get(offset) ?? this.all.heat?.resumptions ?? never) - 1;
    this.#resumptionsLeft.set(offset, left);
    return left < 0;
  }
}

const never = Number.POSITIVE_INFINITY;

/** What machines know of the code that they run, if they have one catalogue and compile alike. */
export class CodeMemories {
  readonly heat: Heat | undefined;
  readonly catalog: Catalog;
  readonly #memories = new WeakMap<FunctionCode, CodeMemory>();

  constructor(catalog: Catalog, heat: Heat | undefined) {
    this.catalog = catalog;
    this.heat = heat;
  }

  of(code: FunctionCode): CodeMemory {
    let memory = this.#memories.get(code);
    if (memory === undefined) this.#memories.set(code, (memory = new CodeMemory(code, this)));
    return memory;
  }
}

/** Of this process, by catalogue and heat. */
const shared = new WeakMap<Catalog, WeakMap<object, CodeMemories>>();
const uncompiled = {};

/** What this process knows of code that is run with those builtins, and compiled at that heat if at all. */
export function sharedMemories(catalog: Catalog, heat: Heat | undefined): CodeMemories {
  let ofCatalog = shared.get(catalog);
  if (ofCatalog === undefined) shared.set(catalog, (ofCatalog = new WeakMap()));
  let memories = ofCatalog.get(heat ?? uncompiled);
  if (memories === undefined) ofCatalog.set(heat ?? uncompiled, (memories = new CodeMemories(catalog, heat)));
  return memories;
}

function templateOf(code: FunctionCode): readonly (Value | undefined)[] {
  const registers = new Array<Value | undefined>(code.registerCount).fill(undefined);
  const base = code.registerCount - code.constants.length;
  for (const [index, constant] of code.constants.entries()) registers[base + index] = constantValue(constant);
  return registers;
}

function constantValue(constant: Constant): Value {
  switch (constant.kind) {
    case "nil":
      return null;
    case "int":
      return wrapInt(constant.value);
    case "float":
      return new FloatValue(constant.value);
    case "duration":
      return new DurationValue(constant.milliseconds);
    default:
      return constant.value;
  }
}
