import { Collection } from "./collection.ts";
import { structuralKey } from "./structural-key.ts";
import type { Value } from "./value.ts";

/** A set in insertion order. Members are told apart by their structural key, so `1` and `1.0` are two and NaN is one. */
export class SetValue extends Collection {
  #members: Map<unknown, Value>;
  #hasFloats = false;

  constructor(members: Iterable<Value> = []) {
    super();
    this.#members = new Map();
    for (const member of members) this.addInPlace(member);
  }

  get kind(): "set" {
    return "set";
  }

  override get backing(): object {
    return this.#members;
  }

  /** Whether a float is or was among the members or inside one: then `==` may join what structural keys tell apart. */
  get hasFloats(): boolean {
    return this.#hasFloats;
  }

  get size(): number {
    return this.#members.size;
  }

  has(value: Value): boolean {
    return this.#members.has(structuralKey(value));
  }

  values(): Value[] {
    return [...this.#members.values()];
  }

  protected override elements(): Iterable<Value> {
    return this.#members.values();
  }

  override copy(): SetValue {
    const copied = new SetValue();
    copied.#members = new Map(this.#members);
    copied.#hasFloats = this.#hasFloats;
    return copied;
  }

  with(value: Value): SetValue {
    const changed = this.copy();
    changed.addInPlace(value);
    return changed;
  }

  without(value: Value): SetValue {
    const changed = this.copy();
    changed.removeInPlace(value);
    return changed;
  }

  /** Only for an unshared header (C2). */
  removeInPlace(value: Value): void {
    this.#members.delete(structuralKey(value));
  }

  /** Only for an unshared header (C2), such as a set that was just made. The first of two equal members stays. */
  addInPlace(value: Value): void {
    const key = structuralKey(value);
    if (this.#members.has(key)) return;
    this.#members.set(key, value);
    this.#hasFloats ||= containsFloat(value);
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.#members.values();
  }
}

/** Whether a value is a float or holds one, however deep. */
export function containsFloat(value: Value): boolean {
  if (typeof value !== "object" || value === null) return false;
  switch (value.kind) {
    case "float":
      return true;
    case "list":
      return value.view().some(containsFloat);
    case "set":
      return value.hasFloats;
    case "dict":
      return value.values().some(containsFloat);
    case "struct":
      return value.fields().some(([, field]) => containsFloat(field));
    case "enum":
      return value.fields.some(containsFloat);
    case "pair":
      return containsFloat(value.first) || containsFloat(value.second);
    default:
      return false;
  }
}
