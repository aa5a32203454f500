import { Keyed } from "./keyed.ts";
import { Shape } from "./shape.ts";
import type { Value } from "./value.ts";

/** A dict: string keys, and an order that is always the keys' code point order. */
export class DictValue extends Keyed {
  /** Takes `entries` over: the caller must not write to the map, or the array, afterwards. */
  constructor(entries: Map<string, Value> | Value[] = [], shape = entries instanceof Map ? undefined : Shape.empty) {
    super(entries, shape);
  }

  /** A dict of the entries that are present. */
  static of(entries: Readonly<Record<string, Value | undefined>>): DictValue {
    const keys = Object.keys(entries);
    const slots: Value[] = [];
    let shape = Shape.empty;
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as string;
      const value = entries[key];
      if (value === undefined) continue;
      const longer = shape.with(key);
      if (longer === undefined) return DictValue.#withRest(new DictValue(slots, shape), entries, keys, at);
      shape = longer;
      slots.push(value);
    }
    return new DictValue(slots, shape);
  }

  /** More keys than a shape takes: what is left from `first` on goes into a map with the others. */
  static #withRest(
    dict: DictValue,
    entries: Readonly<Record<string, Value | undefined>>,
    keys: readonly string[],
    first: number,
  ): DictValue {
    for (let at = first; at < keys.length; at++) {
      const value = entries[keys[at] as string];
      if (value !== undefined) dict.setInPlace(keys[at] as string, value);
    }
    return dict;
  }

  get kind(): "dict" {
    return "dict";
  }

  /** Entries in key order. */
  *entries(): IterableIterator<[string, Value]> {
    for (const key of this.keys()) yield [key, this.get(key) as Value];
  }

  override copy(): DictValue {
    // The common case without a call.
    if (this.shape !== undefined) return new DictValue(this.slots.slice(), this.shape);
    return new DictValue(this.toMap());
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
}
