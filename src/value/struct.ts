import type { Closure } from "./closure.ts";
import { Collection } from "./collection.ts";
import { compareText } from "./text-order.ts";
import type { Value } from "./value.ts";

/** A declared struct: callable (`P({…})`), shown as a closure, and the home of its methods. */
export class StructType {
  readonly name: string;
  readonly fieldNames: readonly string[];
  /** Filled by `impl` blocks. Methods belong to the type, wherever a value of it travels. */
  readonly methods: Map<string, Closure> = new Map();

  constructor(name: string, fieldNames: readonly string[]) {
    this.name = name;
    this.fieldNames = fieldNames;
  }

  get kind(): "struct-type" {
    return "struct-type";
  }
}

/** A struct value. A declared field may be unset, and an undeclared one may have been added later. */
export class StructValue extends Collection {
  readonly type: StructType;
  #slots: Map<string, Value>;

  /** Takes `slots` over. */
  constructor(type: StructType, slots: Map<string, Value>) {
    super();
    this.type = type;
    this.#slots = slots;
  }

  get kind(): "struct" {
    return "struct";
  }

  override get backing(): object {
    return this.#slots;
  }

  get(field: string): Value | undefined {
    return this.#slots.get(field);
  }

  /** The set fields in name order. */
  fields(): [string, Value][] {
    return [...this.#slots].sort(([a], [b]) => compareText(a, b));
  }

  protected override elements(): Iterable<Value> {
    return this.#slots.values();
  }

  override copy(): StructValue {
    return new StructValue(this.type, new Map(this.#slots));
  }

  /** Only for an unshared header (C2). */
  setInPlace(field: string, value: Value): void {
    this.#slots.set(field, value);
  }
}
