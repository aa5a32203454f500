import type { Constant, FunctionCode, StructCode } from "../bytecode/index.ts";

/** Interns values of one kind and hands out their indices. */
export class Pool<T> {
  readonly items: T[] = [];
  readonly #indices = new Map<string, number>();

  add(key: string, item: T): number {
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.items.length;
      this.items.push(item);
      this.#indices.set(key, index);
    }
    return index;
  }
}

/** The pools that all functions of a module index. */
export class ModulePools {
  readonly #names = new Pool<string>();
  readonly #builtins = new Pool<string>();
  readonly functions: FunctionCode[] = [];
  readonly structs: StructCode[] = [];

  name(text: string): number {
    return this.#names.add(text, text);
  }

  builtin(name: string): number {
    return this.#builtins.add(name, name);
  }

  get names(): readonly string[] {
    return this.#names.items;
  }

  get builtins(): readonly string[] {
    return this.#builtins.items;
  }
}

/** A key that tells every two different constants apart, kinds included. */
export function constantKey(constant: Constant): string {
  switch (constant.kind) {
    case "nil":
      return "nil";
    case "duration":
      return `duration ${constant.milliseconds}`;
    case "float":
      return `float ${Object.is(constant.value, -0) ? "-0" : constant.value}`;
    default:
      return `${constant.kind} ${constant.value}`;
  }
}
