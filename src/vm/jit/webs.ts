import { decode, type FunctionCode, type Instruction } from "../../bytecode/index.ts";
import { endsFlow, type Liveness } from "./liveness.ts";

/**
 * A web is all writes of a register that some read may see together, with these reads: what would be one variable if registers were
 * not used again. Webs belong to the code: the same for each form, wherever it begins.
 */
export class Webs {
  /** For each web, the offsets of the instructions that write it, as their first operand. */
  readonly definitions: ReadonlyMap<number, readonly number[]>;
  /** Webs that a call begins with: arguments and captures. */
  readonly given: ReadonlySet<number>;
  /** Webs of caught errors. */
  readonly caught: ReadonlySet<number>;
  readonly #code: FunctionCode;
  readonly #liveness: Liveness;
  readonly #registerCount: number;
  readonly #indexAt = new Map<number, number>();
  /** For each instruction and register, the write that is seen there; -1 for none. */
  readonly #before: Int32Array;
  readonly #written = new Map<number, number>();
  /** For each write, another one of its web that is nearer to the one which stands for the web. */
  readonly #parents: number[] = [];

  constructor(code: FunctionCode, liveness: Liveness) {
    this.#code = code;
    this.#liveness = liveness;
    this.#registerCount = code.registerCount - code.constants.length;
    const instructions = [...decode(code.code)];
    for (const [index, { offset }] of instructions.entries()) this.#indexAt.set(offset, index);
    this.#before = new Int32Array(instructions.length * this.#registerCount).fill(-1);
    const given = Array.from({ length: this.#registerCount }, () => this.#newWrite());
    this.#before.set(given);
    const caught = code.handlers.map(() => this.#newWrite());
    const writes: (readonly [offset: number, write: number])[] = [];
    for (const { offset, operands } of instructions) {
      const [target, ...others] = operands;
      if (target?.kind === "d") {
        const write = this.#newWrite();
        this.#written.set(offset, write);
        writes.push([offset, write]);
      }
      if (others.some(({ kind }) => kind === "d")) throw new TypeError("an instruction writes one register");
    }
    while (this.#pass(instructions, caught));
    const definitions = new Map<number, number[]>();
    for (const [offset, write] of writes) {
      const web = this.#find(write);
      const offsets = definitions.get(web);
      if (offsets) offsets.push(offset);
      else definitions.set(web, [offset]);
    }
    this.definitions = definitions;
    this.given = new Set(given.map((write) => this.#find(write)));
    this.caught = new Set(caught.map((write) => this.#find(write)));
  }

  /** The web that a register's value belongs to when the instruction at an offset begins; -1 where it has none. */
  before(offset: number, register: number): number {
    const index = this.#indexAt.get(offset);
    if (index === undefined || register < 0 || register >= this.#registerCount) return -1;
    const write = this.#before[index * this.#registerCount + register] as number;
    return write < 0 ? -1 : this.#find(write);
  }

  /** The web that the instruction at an offset writes. */
  written(offset: number): number {
    const write = this.#written.get(offset);
    return write === undefined ? -1 : this.#find(write);
  }

  #pass(instructions: readonly Instruction[], caught: readonly number[]): boolean {
    let changed = false;
    const after = new Int32Array(this.#registerCount);
    for (const [index, { offset, op, operands }] of instructions.entries()) {
      const at = index * this.#registerCount;
      for (const [which, handler] of this.#code.handlers.entries()) {
        if (offset < handler.start || offset >= handler.end) continue;
        after.set(this.#before.subarray(at, at + this.#registerCount));
        after[handler.register] = caught[which] as number;
        changed = this.#join(handler.target, after) || changed;
      }
      after.set(this.#before.subarray(at, at + this.#registerCount));
      // A cursor at its end leaves its target alone.
      for (const { kind, value } of operands) if (kind === "l") changed = this.#join(value, after) || changed;
      const write = this.#written.get(offset);
      if (write !== undefined) after[operands[0]?.value as number] = write;
      const next = instructions[index + 1];
      if (next && !endsFlow.has(op)) changed = this.#join(next.offset, after) || changed;
    }
    return changed;
  }

  /** Control reaches an offset with what the registers hold: where it is still read, what meets there is one web. */
  #join(offset: number, held: Int32Array): boolean {
    const at = (this.#indexAt.get(offset) ?? -1) * this.#registerCount;
    if (at < 0) return false;
    let changed = false;
    for (const register of this.#liveness.liveAt(offset)) {
      const write = held[register] as number;
      if (write < 0) continue;
      const known = this.#before[at + register] as number;
      if (known < 0) {
        this.#before[at + register] = write;
        changed = true;
      } else if (this.#find(known) !== this.#find(write)) {
        this.#parents[this.#find(write)] = this.#find(known);
        changed = true;
      }
    }
    return changed;
  }

  #newWrite(): number {
    return this.#parents.push(this.#parents.length) - 1;
  }

  #find(write: number): number {
    let found = write;
    while (this.#parents[found] !== found) found = this.#parents[found] as number;
    return found;
  }
}
