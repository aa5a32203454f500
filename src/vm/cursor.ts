import { type CallContext, DONE, type Pulled, PullHandle, PullIterator } from "../builtin/index.ts";
import {
  DictValue,
  handOut,
  isObject,
  type ListValue,
  type RangeValue,
  typeError,
  typeName,
  type Value,
} from "../value/index.ts";

/** A loop's place in what it loops over. Kept in a register; `next` gives elements, then `DONE` for ever. */
export abstract class Cursor {
  abstract next(context: CallContext): Pulled;
  /** After a suspended `next`: whether its value meant the end. */
  get atEnd(): boolean {
    return false;
  }
  close(_context: CallContext): void {}
}

/** Over a list as it was when the loop began. The loop shares the list, so nobody writes it in place. */
export class ListCursor extends Cursor {
  readonly #list: ListValue;
  #index = 0;

  constructor(list: ListValue) {
    super();
    this.#list = list;
  }

  override next(): Pulled {
    const value = this.#list.at(this.#index++);
    return value === undefined ? DONE : handOut(value);
  }
}

export class RangeCursor extends Cursor {
  #next: number;
  readonly #stop: number;

  constructor(range: RangeValue) {
    super();
    this.#next = range.start;
    this.#stop = range.start + range.size;
  }

  override next(): Pulled {
    return this.#next < this.#stop ? this.#next++ : DONE;
  }
}

class ArrayCursor extends Cursor {
  readonly #items: readonly Value[];
  #index = 0;

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  override next(): Pulled {
    return this.#index < this.#items.length ? handOut(this.#items[this.#index++] as Value) : DONE;
  }
}

/** Entries as `{key, value}` dicts in key order. */
class DictCursor extends Cursor {
  readonly #dict: DictValue;
  readonly #keys: readonly string[];
  #index = 0;

  constructor(dict: DictValue) {
    super();
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
    super();
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

/** What `for` loops over. Nil runs zero times; a value without elements is an error (docs/compatibility.md). */
export function cursorOver(value: Value): Cursor {
  if (value === null) return new ArrayCursor([]);
  if (isObject(value)) {
    switch (value.kind) {
      case "list":
        return new ListCursor(value);
      case "range":
        return new RangeCursor(value);
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
