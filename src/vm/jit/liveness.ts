import { decode, type FunctionCode, type Instruction } from "../../bytecode/index.ts";

/**
 * Which registers may still be read from each instruction on: what a suspended frame has to keep. An instruction inside a
 * protected range may always go on at its handlers.
 */
export class Liveness {
  readonly #words: number;
  readonly #bits: Uint32Array;
  /** Instruction index by code offset. */
  readonly #indexAt = new Map<number, number>();
  readonly #code: FunctionCode;
  readonly #registerCount: number;

  constructor(code: FunctionCode) {
    this.#code = code;
    this.#registerCount = code.registerCount - code.constants.length;
    this.#words = (this.#registerCount + 31) >> 5;
    const instructions = [...decode(code.code)];
    for (const [index, { offset }] of instructions.entries()) this.#indexAt.set(offset, index);
    this.#bits = new Uint32Array(this.#words * (instructions.length + 1));
    while (this.#pass(instructions));
  }

  /** What is read from `resumeAt` on once `target` has its value, and what handlers read if the instruction at `failsAt` fails. */
  keptAt(failsAt: number, resumeAt: number, target: number): number[] {
    const live = new Uint32Array(this.#words);
    this.#join(live, 0, resumeAt);
    if (target >= 0) this.#set(live, target, false);
    this.#joinHandlers(live, 0, failsAt);
    const registers: number[] = [];
    for (let register = 0; register < this.#registerCount; register++)
      if (has(live, 0, register)) registers.push(register);
    return registers;
  }

  /** What is read from an instruction on. */
  liveAt(offset: number): readonly number[] {
    return this.keptAt(offset, offset, -1);
  }

  /** One pass from the last instruction to the first; true when it changed anything. */
  #pass(instructions: readonly Instruction[]): boolean {
    let changed = false;
    const row = new Uint32Array(this.#words);
    for (let index = instructions.length - 1; index >= 0; index--) {
      const instruction = instructions[index] as Instruction;
      row.fill(0);
      this.#flow(row, instruction, index);
      const at = index * this.#words;
      for (let word = 0; word < this.#words; word++) {
        if (row[word] === this.#bits[at + word]) continue;
        this.#bits[at + word] = row[word] as number;
        changed = true;
      }
    }
    return changed;
  }

  #flow(row: Uint32Array, { op, operands, offset }: Instruction, index: number): void {
    const fallsThrough = !endsFlow.has(op);
    if (fallsThrough) for (let word = 0; word < this.#words; word++) row[word] = this.#wordOf(index + 1, word);
    for (const { kind, value } of operands) if (kind === "d") this.#set(row, value, false);
    // A cursor at its end leaves its target alone.
    for (const { kind, value } of operands) if (kind === "l") this.#join(row, 0, value);
    for (const { kind, value } of operands) if (kind === "r" || kind === "x") this.#set(row, value, true);
    this.#joinHandlers(row, 0, offset);
  }

  #wordOf(index: number, word: number): number {
    return this.#bits[index * this.#words + word] ?? 0;
  }

  #joinHandlers(row: Uint32Array, at: number, offset: number): void {
    for (const { start, end, target, register } of this.#code.handlers) {
      if (offset < start || offset >= end) continue;
      const held = has(row, at, register);
      this.#join(row, at, target);
      if (!held) this.#set(row, register, false);
    }
  }

  #join(row: Uint32Array, at: number, offset: number): void {
    const index = this.#indexAt.get(offset);
    if (index === undefined) return;
    for (let word = 0; word < this.#words; word++) row[at + word] = (row[at + word] ?? 0) | this.#wordOf(index, word);
  }

  #set(row: Uint32Array, register: number, live: boolean): void {
    if (register >= this.#registerCount) return;
    const word = register >> 5;
    const bit = 1 << (register & 31);
    row[word] = live ? (row[word] ?? 0) | bit : (row[word] ?? 0) & ~bit;
  }
}

function has(row: Uint32Array, at: number, register: number): boolean {
  return ((row[at + (register >> 5)] ?? 0) & (1 << (register & 31))) !== 0;
}

/** Instructions behind which nothing goes on. */
export const endsFlow: ReadonlySet<string> = new Set([
  "return",
  "throw",
  "rethrow",
  "tailCall",
  "jump",
  "jumpBack",
  "fail",
]);
