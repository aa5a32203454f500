import {
  type CallContext,
  type CatalogPart,
  declare,
  eachCall,
  type Method,
  type Outcome,
  opt,
  req,
  t,
} from "../builtin/index.ts";
import { DictValue, handOut, ListValue, show, truthy, type Value } from "../value/index.ts";
import { isCallable, textOf } from "./arguments.ts";
import { iterateDict } from "./iterators/sources.ts";

function entriesOf(dict: DictValue): ListValue {
  return new ListValue(dict.keys().map((key) => DictValue.of({ key, value: dict.get(key) as Value })));
}

function keysOf(dict: DictValue): ListValue {
  return new ListValue([...dict.keys()]);
}

/** Calls back for each entry in key order; `take` puts together the entries of the result. */
function rebuild(
  context: CallContext,
  dict: DictValue,
  call: (key: string, value: Value) => Outcome,
  take: (entries: Map<string, Value>, key: string, value: Value, answer: Value) => void,
): Outcome {
  const keys = dict.keys();
  const entries = new Map<string, Value>();
  const valueAt = (at: number) => handOut(dict.get(keys[at] as string) as Value);
  return eachCall(
    context,
    keys.length,
    (at) => call(keys[at] as string, valueAt(at)),
    (at, answer) => {
      take(entries, keys[at] as string, valueAt(at), answer);
      return false;
    },
    () => new DictValue(entries),
  );
}

type DictMethod = Method<DictValue>;

const merge: DictMethod = {
  name: "merge",
  summary: "The entries of this dict and another; those of the other win.",
  params: ["other"],
  run: (_context, self, other) =>
    other instanceof DictValue ? new DictValue(new Map([...self.toMap(), ...other.toMap()])) : self,
  runOwned: (_context, self, other) => {
    if (!(other instanceof DictValue)) return self;
    const own = self.shared ? self.copy() : self;
    for (const [key, value] of other.toMap()) own.setInPlace(key, value);
    return own;
  },
};

const remove: DictMethod = {
  name: "remove",
  summary: "The dict without a key.",
  params: ["key"],
  run: (_context, self, key) => self.without(textOf(key)),
  runOwned: (_context, self, key) => {
    if (self.shared) return self.without(textOf(key));
    self.removeInPlace(textOf(key));
    return self;
  },
};

function plain(names: string, summary: string, run: (self: DictValue) => Value): DictMethod {
  const [name = "", ...aliases] = names.split(" ");
  return { name, aliases, summary, params: [], run: (_context, self) => run(self) };
}

export const dictMethods: readonly DictMethod[] = [
  merge,
  remove,
  { ...plain("count", "How many entries the dict has.", (self) => self.size), borrows: true },
  { ...plain("keys", "The keys in order.", keysOf), borrows: true },
  plain("values", "The values in the order of their keys.", (self) => new ListValue(self.values())),
  plain("entries to_list", "Dicts of `key` and `value`, in key order.", entriesOf),
  plain("to_dict", "The dict itself.", (self) => self),
  plain("iter", "A lazy iterator over pairs of key and value.", iterateDict),
  {
    name: "has",
    summary: "Whether the dict has a key.",
    params: ["key"],
    borrows: true,
    run: (_context, self, key) => self.has(textOf(key)),
  },
  {
    name: "get",
    summary: "The value of a key, or a default.",
    params: ["key", "default?"],
    borrows: true,
    // What is given back is marked, the default too: that is what lets this borrow.
    run: (_context, self, key, fallback = null) => {
      const value = self.get(textOf(key));
      return handOut(value === undefined ? fallback : value);
    },
  },
  {
    name: "map_values",
    summary: "The dict with what a closure makes of each value.",
    params: ["f"],
    run: (context, self, f) =>
      isCallable(f)
        ? rebuild(
            context,
            self,
            (_key, value) => context.call1(f, value),
            (entries, key, _value, answer) => entries.set(key, answer),
          )
        : null,
  },
  {
    name: "rekey",
    aliases: ["map_keys"],
    summary: "The dict with what a closure makes of each key.",
    params: ["f"],
    run: (context, self, f) =>
      isCallable(f)
        ? rebuild(
            context,
            self,
            (key) => context.call1(f, key),
            (entries, _key, value, answer) => entries.set(show(answer), value),
          )
        : null,
  },
  {
    name: "filter",
    summary: "The entries for whose value a closure is truthy.",
    params: ["f"],
    run: (context, self, f) =>
      isCallable(f)
        ? rebuild(
            context,
            self,
            (_key, value) => context.call1(f, value),
            (entries, key, value, answer) => {
              if (truthy(answer)) entries.set(key, value);
            },
          )
        : null,
  },
];

const schema = declare("schema");

export const dictBuiltins: CatalogPart = {
  builtins: [
    schema({
      name: "keys",
      summary: "The keys of a dict in order.",
      params: [req("dict", t.dict)],
      returns: t.list,
      borrows: true,
      examples: [["keys({b: 1, a: 2})", "[a, b]"]],
      run: (_context, dict) => keysOf(dict),
    }),
    schema({
      name: "values",
      summary: "The values of a dict in the order of their keys.",
      params: [opt("dict", t.any)],
      returns: t.list,
      lenient: true,
      examples: [["values({b: 1, a: 2})", "[2, 1]"]],
      run: (_context, dict) => new ListValue(dict instanceof DictValue ? dict.values() : []),
    }),
    schema({
      name: "entries",
      summary: "The entries of a dict as dicts of `key` and `value`, in key order.",
      params: [req("dict", t.dict)],
      returns: t.list,
      examples: [["entries({a: 2})", "[{key: a, value: 2}]"]],
      run: (_context, dict) => entriesOf(dict),
    }),
  ],
  methods: { dict: dictMethods },
  methodResults: {
    dict: {
      int: "count",
      bool: "has",
      list: "keys values entries",
      dict: "merge map_values rekey filter remove to_dict",
      iter: "iter",
    },
  },
};
