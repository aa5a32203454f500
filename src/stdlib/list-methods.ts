import type { Method } from "../builtin/index.ts";
import {
  compare,
  DictValue,
  equal,
  handOut,
  isInt,
  ListValue,
  show,
  sliceList,
  structuralKey,
  type Value,
} from "../value/index.ts";
import { countOf } from "./arguments.ts";
import { Sum } from "./iterators/methods.ts";
import { iterateList } from "./iterators/sources.ts";
import { chunksOf, windowsOf } from "./list-pieces.ts";
import { setOf } from "./set-members.ts";
import { sortValues } from "./sorting.ts";
import { joinItems } from "./strings.ts";

type ListMethod = Method<ListValue>;
type Body = (self: ListValue, a: Value | undefined, b: Value | undefined) => Value;

function method(names: string, summary: string, params: readonly string[], body: Body): ListMethod {
  const [name = "", ...aliases] = names.split(" ");
  return { name, aliases, summary, params, run: (_context, self, a, b) => body(self, a, b) };
}

/** A method that leaves the list unaliased: an element that it gives back is marked. */
function reader(names: string, summary: string, params: readonly string[], body: Body): ListMethod {
  return { ...method(names, summary, params, (self, a, b) => handOut(body(self, a, b))), borrows: true };
}

const push: ListMethod = {
  name: "push",
  summary: "The list and one more element.",
  params: ["value"],
  run: (_context, self, value) => (value === undefined ? self : self.append(value)),
  runOwned: (_context, self, value) => (value === undefined ? self : self.appendOwned(value)),
};

const pop: ListMethod = {
  name: "pop",
  summary: "The list without its last element.",
  params: [],
  run: (_context, self) => sliceList(self, 0, Math.max(0, self.size - 1)),
  runOwned: (_context, self) => self.popOwned(),
};

function indexOf(list: ListValue, value: Value | undefined): number {
  for (let at = 0; at < list.size; at++) if (equal(list.items[at] as Value, value ?? null)) return at;
  return -1;
}

function extreme(list: ListValue, sign: number): Value {
  let best = list.at(0) ?? null;
  for (let at = 1; at < list.size; at++) {
    const item = list.at(at) as Value;
    if (compare(item, best) * sign > 0) best = item;
  }
  return best;
}

function sum(list: ListValue): Value {
  const total = new Sum();
  for (const item of list.view()) total.add(item);
  return total.total;
}

function unique(list: ListValue): ListValue {
  const seen = new Set<unknown>();
  return new ListValue(
    list.view().filter((item) => {
      const key = structuralKey(item);
      return !seen.has(key) && seen.add(key);
    }),
  );
}

function tally(list: ListValue): DictValue {
  const counts = new Map<string, Value>();
  for (const item of list.view()) {
    const key = show(item);
    counts.set(key, ((counts.get(key) as number | undefined) ?? 0) + 1);
  }
  return new DictValue(counts);
}

/** One level of lists in the list is dissolved. */
export function flatten(items: readonly Value[]): ListValue {
  const flat: Value[] = [];
  for (const item of items) {
    if (!(item instanceof ListValue)) flat.push(item);
    else {
      item.handOutElements();
      for (const inner of item.view()) flat.push(inner);
    }
  }
  return new ListValue(flat);
}

function enumerate(list: ListValue): ListValue {
  return new ListValue(
    list.view().map(
      (value, index) =>
        new DictValue(
          new Map<string, Value>([
            ["index", index],
            ["value", value],
          ]),
        ),
    ),
  );
}

function zip(list: ListValue, other: Value | undefined): ListValue {
  if (!(other instanceof ListValue)) return new ListValue([]);
  const size = Math.min(list.size, other.size);
  const pairs: Value[] = [];
  for (let at = 0; at < size; at++) pairs.push(new ListValue([list.at(at) as Value, other.at(at) as Value]));
  return new ListValue(pairs);
}

/** A position that counts from the end when it is negative, within the list. */
function position(list: ListValue, value: Value | undefined, absent: number): number {
  const at = countOf(value, absent);
  return at < 0 ? Math.max(0, list.size + at) : Math.min(at, list.size);
}

/** A count within the list. */
function within(list: ListValue, count: number): number {
  return Math.max(0, Math.min(count, list.size));
}

export const listMethods: readonly ListMethod[] = [
  push,
  pop,
  reader("count", "How many elements the list has.", [], (self) => self.size),
  reader("empty", "Whether the list has no elements.", [], (self) => self.size === 0),
  reader("contains", "Whether an element equals a value.", ["value"], (self, value) => indexOf(self, value) >= 0),
  reader("index_of", "Where an equal element first stands, or -1.", ["value"], indexOf),
  reader(
    "join",
    "The display texts of the elements with a separator between them.",
    ["separator?"],
    (self, separator) => joinItems(self, separator === undefined ? "" : show(separator)),
  ),
  reader("sum", "The sum of the numbers among the elements.", [], sum),
  reader("min", "The smallest element; nil if there is none.", [], (self) => extreme(self, -1)),
  reader("max", "The largest element; nil if there is none.", [], (self) => extreme(self, 1)),
  reader("tally", "How often each display text occurs.", [], tally),
  reader("first", "The first element, or a list of the first `n`.", ["n?"], (self, n) =>
    isInt(n) ? sliceList(self, 0, within(self, Number(n))) : (self.at(0) ?? null),
  ),
  reader("last", "The last element, or a list of the last `n`.", ["n?"], (self, n) =>
    isInt(n) ? sliceList(self, self.size - within(self, Number(n)), self.size) : (self.at(self.size - 1) ?? null),
  ),
  method("take", "The first `n` elements.", ["n"], (self, n) => sliceList(self, 0, within(self, countOf(n, 0)))),
  method("skip", "The elements behind the first `n`.", ["n"], (self, n) =>
    sliceList(self, within(self, countOf(n, 0)), self.size),
  ),
  method(
    "slice",
    "The elements from `start` up to `end`; negative positions count from the end.",
    ["start?", "end?"],
    (self, start, end) => sliceList(self, position(self, start, 0), position(self, end, self.size)),
  ),
  method(
    "sort",
    "The elements in order; unlike kinds keep theirs.",
    [],
    (self) => new ListValue(sortValues(self.view())),
  ),
  method("reverse", "The elements in reverse order.", [], (self) => new ListValue(self.toArray().reverse())),
  method("unique", "The elements without structural repetitions.", [], unique),
  method("flatten", "The elements, with those of lists among them in place of the lists.", [], (self) =>
    flatten(self.view()),
  ),
  method(
    "compact",
    "The elements that are not nil.",
    [],
    (self) => new ListValue(self.view().filter((item) => item !== null)),
  ),
  method("enumerate", "Dicts of `index` and `value`.", [], enumerate),
  method("zip", "Lists of two, from this list and another, while both last.", ["other"], zip),
  method("chunk each_slice", "Lists of `n` neighbours each.", ["n?"], (self, n) =>
    chunksOf(self, Math.max(1, countOf(n, 1))),
  ),
  method("window each_cons sliding_window", "Every run of `n` neighbours.", ["n?", "step?"], (self, n, step) =>
    windowsOf(self, Math.max(1, countOf(n, 2)), Math.max(1, countOf(step, 1))),
  ),
  method("to_list", "The list itself.", [], (self) => self),
  method("to_set", "The elements as a set.", [], (self) => setOf(self.view())),
  method("iter", "A lazy iterator over the elements.", [], iterateList),
];
