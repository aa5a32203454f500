import { Collection } from "./collection.ts";
import { sortTexts } from "./text-order.ts";
import type { Value } from "./value.ts";

/**
 * A dict: string keys, and an order that is always the keys' code point order.
 *
 * Entries live in a `Map`, so `__proto__` is a key like any other. The sorted key list is made at the first ordered
 * read and kept until a key is added or removed.
 */
export class DictValue extends Collection {
  #entries: Map<string, Value>;
  #sorted: readonly string[] | undefined;

  /** Takes `entries` over: the caller must not write to the map afterwards. */
  constructor(entries: Map<string, Value> = new Map()) {
    super();
    this.#entries = entries;
  }

  static of(entries: Readonly<Record<string, Value>>): DictValue {
    return new DictValue(new Map(Object.entries(entries)));
  }

  get kind(): "dict" {
    return "dict";
  }

  override get backing(): object {
    return this.#entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Keys in code point order. */
  keys(): readonly string[] {
    this.#sorted ??= sortTexts(this.#entries.keys());
    return this.#sorted;
  }

  /** Entries in key order. */
  *entries(): IterableIterator<[string, Value]> {
    for (const key of this.keys()) yield [key, this.#entries.get(key) as Value];
  }

  values(): Value[] {
    return this.keys().map((key) => this.#entries.get(key) as Value);
  }

  /** A fresh map of the entries, in no particular order, for building another dict. */
  toMap(): Map<string, Value> {
    return new Map(this.#entries);
  }

  protected override elements(): Iterable<Value> {
    return this.#entries.values();
  }

  override copy(): DictValue {
    const copied = new DictValue(new Map(this.#entries));
    copied.#sorted = this.#sorted;
    return copied;
  }

  /** This dict with one entry set, as a new dict. */
  with(key: string, value: Value): DictValue {
    const changed = this.copy();
    changed.setInPlace(key, value);
    return changed;
  }

  /** This dict without `key`, as a new dict. */
  without(key: string): DictValue {
    const changed = this.copy();
    changed.removeInPlace(key);
    return changed;
  }

  /** Writes in place. Only for an unshared header (C2), such as one that was just made. */
  setInPlace(key: string, value: Value): void {
    const size = this.#entries.size;
    this.#entries.set(key, value);
    if (this.#entries.size !== size) this.#sorted = undefined;
  }

  /** Only for an unshared header (C2). */
  removeInPlace(key: string): void {
    if (this.#entries.delete(key)) this.#sorted = undefined;
  }
}
