import { type CallContext, DONE, type Pulled, PullHandle, PullIterator } from "../builtin/index.ts";
import { DictValue, handOut, isObject, typeError, typeName, type Value } from "../value/index.ts";

/** How a cursor's next element is found: compiled loops run the first two without a call. */
export const cursorForms = { counter: 0, array: 1, pulled: 2 } as const;

/** A loop's place in what it loops over. Kept in a register; `next` gives elements, then `DONE` for ever. */
export abstract class Cursor {
  readonly form: number;
  /** The next int of a counter, the index of the next item of an array. Compiled loops write it, for cursors of any form. */
  at: number;
  /** Where a counter or an array ends. */
  readonly stop: number;
  readonly items: readonly Value[];

  constructor(form: number, at: number, stop: number, items: readonly Value[]) {
    this.form = form;
    this.at = at;
    this.stop = stop;
    this.items = items;
  }

  abstract next(context: CallContext): Pulled;
  /** After a suspended `next`: whether its value meant the end. */
  get atEnd(): boolean {
    return false;
  }
  close(_context: CallContext): void {}
}

/** Over a range's ints. Compiled loops count in 32 bits, and leave longer numbers to `next`. */
class CounterCursor extends Cursor {
  constructor(start: number, end: number) {
    const isShort = start === (start | 0) && end === (end | 0);
    super(isShort ? cursorForms.counter : cursorForms.pulled, start, end, noItems);
  }

  override next(): Pulled {
    return this.at < this.stop ? this.at++ : DONE;
  }
}

const noItems: readonly Value[] = [];

/** Over an array's items as they were when the loop began. The loop shares a list, so nobody writes it in place. */
class ArrayCursor extends Cursor {
  constructor(items: readonly Value[], size = items.length) {
    super(cursorForms.array, 0, size, items);
  }

  override next(): Pulled {
    return this.at < this.stop ? handOut(this.items[this.at++] as Value) : DONE;
  }
}

/** Entries as `{key, value}` dicts in key order. */
class DictCursor extends Cursor {
  readonly #dict: DictValue;
  readonly #keys: readonly string[];
  #index = 0;

  constructor(dict: DictValue) {
    super(cursorForms.pulled, 0, 0, []);
    this.#dict = dict;
    this.#keys = dict.keys();
  }

  override next(): Pulled {
    const key = this.#keys[this.#index++];
    return key === undefined ? DONE : DictValue.of({ key, value: handOut(this.#dict.get(key) ?? null) });
  }
}

/** Over whatever is pulled: lazy iterators, generators, streams, channels. */
class PullCursor extends Cursor {
  readonly #source: PullIterator | PullHandle;

  constructor(source: PullIterator | PullHandle) {
    super(cursorForms.pulled, 0, 0, []);
    this.#source = source;
  }

  override next(context: CallContext): Pulled {
    return this.#source.next(context);
  }

  override get atEnd(): boolean {
    return this.#source.exhausted;
  }

  override close(context: CallContext): void {
    this.#source.close(context);
  }
}

/** A cursor as a compiled loop leaves it, which kept its place in variables and may have had no other cursor. */
export function cursorAt(cursor: Cursor, form: number, at: number, stop: number, items: readonly Value[]): Cursor {
  if (form === cursorForms.counter) return new CounterCursor(at, stop);
  const left = form === cursorForms.array ? new ArrayCursor(items, stop) : cursor;
  left.at = at;
  return left;
}

/** What `for` loops over. Nil runs zero times; a value without elements is an error (docs/compatibility.md). */
export function cursorOver(value: Value): Cursor {
  if (value === null) return new ArrayCursor([]);
  if (isObject(value)) {
    switch (value.kind) {
      case "list":
        return new ArrayCursor(value.items, value.size);
      case "range":
        return new CounterCursor(value.start, value.start + value.size);
      case "dict":
        return new DictCursor(value);
      case "set":
        return new ArrayCursor(value.values());
      case "iter":
        if (value instanceof PullIterator) return new PullCursor(value);
        break;
      case "handle": {
        if (value instanceof PullHandle) return new PullCursor(value);
        const iterator = value.iterator();
        if (iterator instanceof PullIterator) return new PullCursor(iterator);
        break;
      }
      default:
    }
  }
  throw typeError(
    `cannot iterate over ${typeName(value)} — only lists, dicts, sets, ranges, iterators, generators, streams and channels have elements`,
  );
}
