import { type CatalogPart, declare, type Method, rest, t } from "../builtin/index.ts";
import {
  type Int,
  isInt,
  type ListValue,
  type Raise,
  RangeValue,
  rangeHolds,
  runtimeError,
  show,
  typeError,
  type Value,
} from "../value/index.ts";
import { checkElements } from "./arguments.ts";
import { listOfInts } from "./int-lists.ts";
import { iterMethods } from "./iterators/methods.ts";
import { iterateRange } from "./iterators/sources.ts";

type RangeMethod = Method<RangeValue>;

function own(
  names: string,
  summary: string,
  run: (self: RangeValue, value: Value | undefined) => Value,
  params: readonly string[] = [],
): RangeMethod {
  const [name = "", ...aliases] = names.split(" ");
  return { name, aliases, summary, params, borrows: true, run: (_context, self, value) => run(self, value) };
}

function toList(range: RangeValue): ListValue {
  checkElements(range.size, "range.to_list");
  return listOfInts(range.start, range.size);
}

const ownMethods: readonly RangeMethod[] = [
  own("count len", "How many ints the range runs through.", (self) => self.size),
  own("empty", "Whether the range runs through nothing.", (self) => self.size === 0),
  own(
    "contains",
    "Whether an int lies in the range.",
    (self, value) => isInt(value) && rangeHolds(self, Number(value)),
    ["value"],
  ),
  own("first", "The first int; nil if there is none.", (self) => (self.size === 0 ? null : self.start)),
  own("last", "The last int; nil if there is none.", (self) => (self.size === 0 ? null : self.start + self.size - 1)),
  own("to_string", "The display text of the range.", show),
  own("to_list", "The ints as a list.", toList),
];

const ownNames = new Set(ownMethods.flatMap((method) => [method.name, ...(method.aliases ?? [])]));

/** Everything an iterator can do, on an iterator over the range. */
const lifted: readonly RangeMethod[] = iterMethods
  .filter((method) => !ownNames.has(method.name) && method.name !== "iter")
  .map(({ name, summary, params, run }) => ({
    name,
    summary,
    params,
    run: (context, self, a, b, c) => run(context, iterateRange(self), a, b, c),
  }));

const math = declare("math");

function bounds(ends: readonly Value[]): [number, number] {
  const [first, second] = ends;
  if (ends.length === 1) {
    if (!isInt(first)) throw typeError("range(n): expected integer argument");
    return [0, bound(first)];
  }
  if (ends.length !== 2) throw typeError(`range expects 1 or 2 integer arguments, got ${ends.length}`);
  if (!isInt(first) || !isInt(second)) throw mustBeInts();
  return [bound(first), bound(second)];
}

function bound(value: Int): number {
  if (typeof value === "number") return value;
  throw runtimeError(`range: bound ${value} is beyond ${Number.MAX_SAFE_INTEGER}`);
}

function mustBeInts(): Raise {
  return typeError("range(a, b): expected integer arguments");
}

export const rangeBuiltins: CatalogPart = {
  builtins: [
    math({
      name: "range",
      summary: "The ints from 0, or from the first argument, up to but not including the last argument.",
      params: [rest("ends", t.any)],
      returns: t.range,
      examples: [
        ["range(3).to_list()", "[0, 1, 2]"],
        ["range(2, 4)", "2 to 4 exclusive"],
      ],
      run: (_context, ...ends) => {
        const [start, end] = bounds(ends);
        return new RangeValue(start, end, true);
      },
    }),
  ],
  methods: { range: [...ownMethods, ...lifted] },
};
