import { Keyed } from "./keyed.ts";
import { Shape } from "./shape.ts";
import type { Value } from "./value.ts";

/** A dict: string keys, and an order that is always the keys' code point order. */
export class DictValue extends Keyed {
  /** Takes `entries` over: the caller must not write to the map, or the array, afterwards. */
  constructor(entries: Map<string, Value> | Value[] = [], shape = entries instanceof Map ? undefined : Shape.empty) {
    super(entries, shape);
  }

  static of(entries: Readonly<Record<string, Value>>): DictValue {
    const dict = new DictValue();
    for (const key of Object.keys(entries)) dict.setInPlace(key, entries[key] as Value);
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
