import type { Method, PullIterator } from "../../builtin/index.ts";
import {
  addInts,
  compare,
  DictValue,
  FloatValue,
  type Int,
  type IterValue,
  isInt,
  isObject,
  ListValue,
  type Raise,
  SetValue,
  truthy,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";
import { checkElements, isCallable } from "../arguments.ts";
import { addMember } from "../set-members.ts";
import { drain, drainCalls } from "./sinks.ts";
import { requireIterator } from "./sources.ts";
import {
  ChainStage,
  ChunkStage,
  EnumerateStage,
  FilterStage,
  FlatMapStage,
  MapStage,
  SkipStage,
  SkipWhileStage,
  TakeStage,
  TakeWhileStage,
  WindowStage,
  ZipStage,
} from "./stages.ts";

/** Methods of iterators, on an iterator that can be pulled. Ranges have them too. */
export type IterMethod = Method<PullIterator & IterValue>;

function callable(method: string, value: Value | undefined): Value {
  if (isCallable(value)) return value;
  throw typeError(`iter.${method}: expected callable`);
}

function count(method: string, value: Value | undefined): number {
  if (isInt(value) && value >= 0) return Number(value);
  throw typeError(`iter.${method}: expected non-negative int`);
}

function size(method: string, what: string, value: Value | undefined): number {
  if (isInt(value) && value > 0) return Number(value);
  throw typeError(`iter.${method}: ${what} size must be positive`);
}

function iterable(method: string, value: Value | undefined): PullIterator {
  if (value === undefined) throw typeError(`iter.${method}: expected iterable argument`);
  return requireIterator(value);
}

function lazy(
  name: string,
  summary: string,
  params: readonly string[],
  make: (self: PullIterator, a: Value | undefined) => PullIterator,
): IterMethod {
  return { name, summary, params, run: (_context, self, a) => make(self, a) };
}

const stages: readonly IterMethod[] = [
  lazy("map", "What a closure makes of each element.", ["f"], (self, f) => new MapStage(self, callable("map", f))),
  lazy(
    "filter",
    "The elements for which a closure is truthy.",
    ["f"],
    (self, f) => new FilterStage(self, callable("filter", f)),
  ),
  lazy(
    "flat_map",
    "The elements of what a closure makes of each element.",
    ["f"],
    (self, f) => new FlatMapStage(self, callable("flat_map", f)),
  ),
  lazy("take", "The next elements, at most that many.", ["n"], (self, n) => new TakeStage(self, count("take", n))),
  lazy("skip", "What follows the next elements.", ["n"], (self, n) => new SkipStage(self, count("skip", n))),
  lazy(
    "take_while",
    "The elements up to the first for which a closure is falsy.",
    ["f"],
    (self, f) => new TakeWhileStage(self, callable("take_while", f)),
  ),
  lazy(
    "skip_while",
    "The elements from the first on for which a closure is falsy.",
    ["f"],
    (self, f) => new SkipWhileStage(self, callable("skip_while", f)),
  ),
  lazy(
    "zip",
    "Pairs with the elements of another iterable, while both last.",
    ["other"],
    (self, other) => new ZipStage(self, iterable("zip", other)),
  ),
  lazy("enumerate", "Pairs of a running number and the element.", [], (self) => new EnumerateStage(self)),
  lazy(
    "chain",
    "The elements, then those of another iterable.",
    ["other"],
    (self, other) => new ChainStage(self, iterable("chain", other)),
  ),
  lazy(
    "chunks",
    "Lists of neighbours, that many in each.",
    ["n"],
    (self, n) => new ChunkStage(self, size("chunks", "chunk", n)),
  ),
  lazy(
    "windows",
    "Every run of that many neighbours, as lists.",
    ["n"],
    (self, n) => new WindowStage(self, size("windows", "window", n)),
  ),
  lazy("iter", "The iterator itself.", [], (self) => self),
];

const toList: IterMethod = {
  name: "to_list",
  summary: "The elements as a list.",
  params: [],
  run: (context, self) => {
    const items: Value[] = [];
    return drain(
      context,
      self,
      (item) => {
        items.push(item);
        if (items.length % 0x100000 === 0) checkElements(items.length + 1, "iter.to_list");
        return false;
      },
      () => new ListValue(items),
    );
  },
};

const toSet: IterMethod = {
  name: "to_set",
  summary: "The elements as a set.",
  params: [],
  run: (context, self) => {
    const set = new SetValue();
    return drain(
      context,
      self,
      (item) => {
        addMember(set, item);
        return false;
      },
      () => set,
    );
  },
};

const toDict: IterMethod = {
  name: "to_dict",
  summary: "A dict of pairs of a string and a value.",
  params: [],
  run: (context, self) => {
    const entries = new Map<string, Value>();
    return drain(
      context,
      self,
      (item) => {
        if (!isObject(item) || item.kind !== "pair")
          throw typeError(`iter.to_dict: expected pair, got ${typeName(item)}`);
        if (typeof item.first !== "string")
          throw typeError(`iter.to_dict: expected string key, got ${typeName(item.first)}`);
        entries.set(item.first, item.second);
        return false;
      },
      () => new DictValue(entries),
    );
  },
};

const countAll: IterMethod = {
  name: "count",
  summary: "How many elements follow.",
  params: [],
  run: (context, self) => {
    let counted = 0;
    return drain(
      context,
      self,
      () => {
        counted++;
        return false;
      },
      () => counted,
    );
  },
};

/** Adds up ints exactly, and floats beside them once there are any. */
export class Sum {
  #ints: Int = 0;
  #floats = 0;
  #hasFloats = false;

  /** Whether the value is a number and was added. */
  add(value: Value): boolean {
    if (isInt(value)) {
      this.#ints = addInts(this.#ints, value);
      this.#floats += Number(value);
      return true;
    }
    if (!(value instanceof FloatValue)) return false;
    this.#hasFloats = true;
    this.#floats += value.value;
    return true;
  }

  get total(): Value {
    return this.#hasFloats ? new FloatValue(this.#floats) : this.#ints;
  }
}

const sumAll: IterMethod = {
  name: "sum",
  summary: "The sum of the elements, which must be numbers.",
  params: [],
  run: (context, self) => {
    const sum = new Sum();
    return drain(
      context,
      self,
      (item) => {
        if (!sum.add(item)) throw notANumber(item);
        return false;
      },
      () => sum.total,
    );
  },
};

function notANumber(item: Value): Raise {
  return typeError(`iter.sum: expected number, got ${typeName(item)}`);
}

function extreme(name: string, summary: string, sign: number): IterMethod {
  return {
    name,
    summary,
    params: [],
    run: (context, self) => {
      let best: Value | undefined;
      return drain(
        context,
        self,
        (item) => {
          if (best === undefined || compare(item, best) * sign > 0) best = item;
          return false;
        },
        () => best ?? null,
      );
    },
  };
}

const reduce: IterMethod = {
  name: "reduce",
  summary: "Folds the elements into one value, from a start.",
  params: ["init", "f"],
  run: (context, self, init, f) => {
    if (init === undefined || f === undefined) throw typeError("iter.reduce: expected (init, fn)");
    if (!isCallable(f)) throw typeError("iter.reduce: second arg must be callable");
    let result: Value = init;
    return drainCalls(
      context,
      self,
      (running, item) => running.call2(f, result, item),
      (_item, answer) => {
        result = answer;
        return false;
      },
      () => result,
    );
  },
};

/** A sink that keeps one element: the one it stops at, or the one it ends with. */
function keep(name: string, summary: string, stopsAtFirst: boolean): IterMethod {
  return {
    name,
    summary,
    params: [],
    run: (context, self) => {
      let found: Value = null;
      return drain(
        context,
        self,
        (item) => {
          found = item;
          return stopsAtFirst;
        },
        () => found,
      );
    },
  };
}

const first = keep("first", "The next element; nil at the end.", true);
const last = keep("last", "The last element; nil if none follows.", false);

/** A sink that asks a closure until it knows: `decide` gives the answer, or `undefined` to go on. */
function search(
  name: string,
  summary: string,
  decide: (item: Value, isHit: boolean) => Value | undefined,
  otherwise: Value,
): IterMethod {
  return {
    name,
    summary,
    params: ["f"],
    run: (context, self, f) => {
      const callee = callable(name, f);
      let found: Value | undefined;
      return drainCalls(
        context,
        self,
        (running, item) => running.call1(callee, item),
        (item, answer) => {
          found = decide(item, truthy(answer));
          return found !== undefined;
        },
        () => found ?? otherwise,
      );
    },
  };
}

const sinks: readonly IterMethod[] = [
  toList,
  toSet,
  toDict,
  countAll,
  sumAll,
  extreme("min", "The smallest element; nil if there is none.", -1),
  extreme("max", "The largest element; nil if there is none.", 1),
  reduce,
  first,
  last,
  search("any", "Whether a closure is truthy for an element.", (_item, isHit) => (isHit ? true : undefined), false),
  search("all", "Whether a closure is truthy for every element.", (_item, isHit) => (isHit ? undefined : false), true),
  search(
    "find",
    "The first element for which a closure is truthy, or nil.",
    (item, isHit) => (isHit ? item : undefined),
    null,
  ),
  search("for_each", "Calls a closure for each element.", () => undefined, null),
];

export const iterMethods: readonly IterMethod[] = [...stages, ...sinks];
