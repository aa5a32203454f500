import type { FunctionCode } from "../bytecode/index.ts";

/**
 * Which code each method of a struct type has, and where it stands. Types that got the same methods in the same order have one
 * table, in whatever machine: a place in a program that calls a method finds it where it stood the last time.
 */
export class MethodTable {
  readonly codes: readonly FunctionCode[];
  readonly #indexes: ReadonlyMap<string, number>;
  /** By the code that is added, which is not kept alive by it, and its name. */
  readonly #successors = new WeakMap<FunctionCode, Map<string, MethodTable>>();

  private constructor(indexes: ReadonlyMap<string, number>, codes: readonly FunctionCode[]) {
    this.#indexes = indexes;
    this.codes = codes;
  }

  static readonly empty: MethodTable = new MethodTable(new Map(), []);

  indexOf(name: string): number {
    return this.#indexes.get(name) ?? -1;
  }

  /** With one more method, or another code for one that it has. */
  with(name: string, code: FunctionCode): MethodTable {
    let named = this.#successors.get(code);
    if (named === undefined) this.#successors.set(code, (named = new Map()));
    let successor = named.get(name);
    if (successor === undefined) {
      const at = this.#indexes.get(name) ?? this.codes.length;
      const codes = this.codes.slice();
      codes[at] = code;
      named.set(name, (successor = new MethodTable(new Map(this.#indexes).set(name, at), codes)));
    }
    return successor;
  }
}
