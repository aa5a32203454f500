import { type CallContext, DONE, type Pulled, PullIterator } from "../../builtin/index.ts";
import {
  type DictValue,
  handOut,
  isObject,
  type ListValue,
  PairValue,
  type RangeValue,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";

/** Iterators over values that hold their elements. Each is a snapshot: what is written later is not seen. */

/** The first `size` elements of an array that is never written in that part. */
export class ArrayIterator extends PullIterator {
  readonly #items: readonly Value[];
  readonly #size: number;
  #at = 0;

  constructor(items: readonly Value[], size = items.length) {
    super();
    this.#items = items;
    this.#size = size;
  }

  override next(_context: CallContext): Pulled {
    if (this.#at < this.#size) return handOut(this.#items[this.#at++] as Value);
    this.exhausted = true;
    return DONE;
  }
}

/** The list must be shared, so that a write elsewhere copies it. */
export function iterateList(list: ListValue): PullIterator {
  return new ArrayIterator(list.items, list.size);
}

class DictIterator extends PullIterator {
  readonly #dict: DictValue;
  readonly #keys: readonly string[];
  #at = 0;

  constructor(dict: DictValue) {
    super();
    this.#dict = dict;
    this.#keys = dict.keys();
  }

  override next(_context: CallContext): Pulled {
    const key = this.#keys[this.#at++];
    if (key !== undefined) return new PairValue(key, handOut(this.#dict.get(key) as Value));
    this.exhausted = true;
    return DONE;
  }
}

/** Entries as pairs, in key order. The dict must be shared. */
export function iterateDict(dict: DictValue): PullIterator {
  return new DictIterator(dict);
}

class TextIterator extends PullIterator {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override next(_context: CallContext): Pulled {
    const scalar = this.#text.codePointAt(this.#at);
    if (scalar === undefined) {
      this.exhausted = true;
      return DONE;
    }
    const character = String.fromCodePoint(scalar);
    this.#at += character.length;
    return character;
  }
}

export function iterateText(text: string): PullIterator {
  return new TextIterator(text);
}

class RangeIterator extends PullIterator {
  #next: number;
  #left: number;

  constructor(range: RangeValue) {
    super();
    this.#next = range.start;
    this.#left = range.size;
  }

  override next(_context: CallContext): Pulled {
    if (this.#left > 0) {
      this.#left--;
      return this.#next++;
    }
    this.exhausted = true;
    return DONE;
  }
}

export function iterateRange(range: RangeValue): PullIterator {
  return new RangeIterator(range);
}

/** An iterator over anything that can be looped over, or `undefined`. An iterator is its own. */
export function iteratorOf(value: Value): PullIterator | undefined {
  if (typeof value === "string") return iterateText(value);
  if (!isObject(value)) return undefined;
  switch (value.kind) {
    case "list":
      return iterateList(value);
    case "dict":
      return iterateDict(value);
    case "set":
      return new ArrayIterator(value.values());
    case "range":
      return iterateRange(value);
    case "iter":
      return asPullIterator(value);
    case "handle":
      return asPullIterator(value.iterator());
    default:
      return undefined;
  }
}

export function requireIterator(value: Value): PullIterator {
  const iterator = iteratorOf(value);
  if (iterator === undefined) throw typeError(`iter: value of type ${typeName(value)} is not iterable`);
  return iterator;
}

/** Every iterator of the language can be pulled; the value room alone does not know how. */
function asPullIterator(value: unknown): PullIterator | undefined {
  return value instanceof PullIterator ? value : undefined;
}
