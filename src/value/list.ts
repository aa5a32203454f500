import { Collection } from "./collection.ts";
import { runtimeError } from "./raise.ts";
import type { Value } from "./value.ts";

/** The most elements of a list. An array that grows beyond twice as many ends the whole process, and nothing can catch that. */
export const maxListSize = 2 ** 26;

/** Raises a plain error for a list that is about to be made. */
export function checkListSize(size: number): void {
  if (size > maxListSize) throw runtimeError(`list of ${size} elements exceeds the limit of ${maxListSize}`);
}

/**
 * An immutable-looking list: a header of `size` elements over a backing array that may be longer (see `Collection`).
 *
 * Two headers may stand on one backing array: appending to a list whose size is the array's length writes the new
 * element behind what either can see, so a chain of appends costs amortised O(1) each even when older lists live on.
 */
export class ListValue extends Collection {
  /** The backing array, which may be longer than the list. Only for whoever keeps to its `size` and to C2. */
  readonly items: Value[];
  readonly size: number;

  /** Takes `items` over: the caller must not write to the array afterwards. */
  constructor(items: Value[], size = items.length) {
    super();
    this.items = items;
    this.size = size;
  }

  get kind(): "list" {
    return "list";
  }

  override get backing(): object {
    return this.items;
  }

  /** The element at `index`, or `undefined` outside `0 <= index < size`. */
  at(index: number): Value | undefined {
    return index < this.size && index >= 0 ? this.items[index] : undefined;
  }

  /** The elements for reading, without a copy where the backing is exactly this list. Use it at once: a later append may grow it. */
  view(): readonly Value[] {
    return this.items.length === this.size ? this.items : this.items.slice(0, this.size);
  }

  toArray(): Value[] {
    return this.items.slice(0, this.size);
  }

  protected override elements(): Iterable<Value> {
    return this.view();
  }

  override copy(): ListValue {
    return new ListValue(this.toArray());
  }

  /** This list and one more element, as a new header. Amortised O(1). */
  append(value: Value): ListValue {
    if (this.size >= maxListSize) checkListSize(this.size + 1);
    if (this.size !== this.items.length) {
      const items = this.toArray();
      items.push(value);
      return new ListValue(items);
    }
    this.items.push(value);
    this.shared = true;
    const longer = new ListValue(this.items);
    longer.shared = true;
    return longer;
  }

  /** `append` for a list that nobody reads afterwards: an unshared backing is kept as the result's own. */
  appendOwned(value: Value): ListValue {
    if (this.shared || this.size >= maxListSize) return this.append(value);
    this.items.push(value);
    const longer = new ListValue(this.items);
    longer.owner = this.owner;
    return longer;
  }

  /** This list and more elements, for a list that nobody reads afterwards. */
  appendAllOwned(values: readonly Value[]): ListValue {
    if (values.length === 0) return this;
    checkListSize(this.size + values.length);
    const isOwn = !this.shared;
    const items = isOwn ? this.items : this.toArray();
    // Not `push(...values)`: an argument list has a limit far below that of an array. The count is taken first, since
    // `values` may be this very backing.
    for (let at = 0, count = values.length; at < count; at++) items.push(values[at] as Value);
    const longer = new ListValue(items);
    if (isOwn) longer.owner = this.owner;
    return longer;
  }

  /** Without the last element, for a list that nobody reads afterwards. */
  popOwned(): ListValue {
    if (this.size === 0) return this;
    if (this.shared) return new ListValue(this.items.slice(0, this.size - 1));
    this.items.pop();
    const shorter = new ListValue(this.items);
    shorter.owner = this.owner;
    return shorter;
  }

  /** Writes in place. Only for an unshared header (C2) and an index inside it. */
  setInPlace(index: number, value: Value): void {
    this.items[index] = value;
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.view()[Symbol.iterator]();
  }
}
