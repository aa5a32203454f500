import {
  type Builtin,
  type CallContext,
  type CatalogPart,
  declare,
  type Outcome,
  opt,
  req,
  t,
} from "../builtin/index.ts";
import { DictValue, ListValue, runtimeError, show, typeError, typeName, type Value } from "../value/index.ts";
import { countOf, isCallable } from "./arguments.ts";
import {
  countGroups,
  dedupList,
  dropWhileList,
  flatMapList,
  groupList,
  listCallbackMethods,
  partitionList,
  takeWhileList,
} from "./list-callbacks.ts";
import { listMethods } from "./list-methods.ts";
import { chunksOf, windowsOf } from "./list-pieces.ts";

const collections = declare("collections");

function asking(
  name: string,
  param: string,
  summary: string,
  example: readonly [string, string],
  run: (context: CallContext, items: ListValue, callee: Value) => Outcome,
): Builtin {
  return collections({
    name,
    summary,
    params: [req("items", t.list), req(param, t.closure)],
    examples: [example],
    run,
  });
}

/** The list of a builtin that checks its arguments itself. */
function listArgument(who: string, value: Value | undefined): ListValue {
  if (value instanceof ListValue) return value;
  if (value === undefined) throw runtimeError(`${who}: first argument must be a list`);
  throw typeError(`${who}: first argument must be a list, got ${typeName(value)}`);
}

const partition = collections({
  name: "partition",
  summary: "The elements for which a closure is truthy as `match`, the others as `no_match`.",
  params: [opt("items", t.any), opt("f", t.any)],
  returns: t.dict,
  lenient: true,
  examples: [["partition([1, 2, 3], { n -> n > 1 })", "{match: [2, 3], no_match: [1]}"]],
  run: (context, items, f) => {
    const list = listArgument("partition", items);
    if (f === undefined) throw runtimeError("partition: callback is required");
    if (!isCallable(f)) throw typeError(`partition: callback must be callable, got ${typeName(f)}`);
    return partitionList(context, list, f, (match, misses) => DictValue.of({ match, no_match: misses }));
  },
});

const window = collections({
  name: "window",
  summary: "Every run of `size` neighbours (default 2), `step` apart.",
  params: [opt("items", t.any), opt("size", t.any), opt("step", t.any)],
  returns: t.list,
  lenient: true,
  examples: [["window([1, 2, 3], 2)", "[[1, 2], [2, 3]]"]],
  run: (_context, items, size, step) =>
    windowsOf(listArgument("window", items), Math.max(1, countOf(size, 2)), Math.max(1, countOf(step, 1))),
});

const chunk = collections({
  name: "chunk",
  summary: "Lists of `size` neighbours each; the last may be shorter.",
  params: [req("items", t.list), req("size", t.int)],
  returns: t.list,
  examples: [["chunk([1, 2, 3], 2)", "[[1, 2], [3]]"]],
  run: (_context, items, size) => chunksOf(items, Math.max(1, Number(size))),
});

function keysOf(keys: ListValue): string[] {
  return keys.view().map(show);
}

/** The entries of `dict` with these keys; one without entry gives nothing. */
function pick(dict: DictValue, keys: ListValue, dropsNil: boolean): DictValue {
  const picked = new Map<string, Value>();
  for (const key of keysOf(keys)) {
    const value = dict.get(key);
    if (value !== undefined && !(dropsNil && value === null)) picked.set(key, value);
  }
  return new DictValue(picked);
}

/** What the standard modules `std/json` and `std/collections` are made of. */
const internals: readonly Builtin[] = [
  collections({
    name: "__dict_filter_nil",
    summary: "A dict without its nil entries.",
    params: [req("d", t.dict)],
    returns: t.dict,
    examples: [["__dict_filter_nil({a: nil, b: 1})", "{b: 1}"]],
    run: (_context, dict) => new DictValue(new Map([...dict.toMap()].filter(([, value]) => value !== null))),
  }),
  collections({
    name: "__dict_merge",
    summary: "The entries of two dicts; those of the second win.",
    params: [req("a", t.dict), req("b", t.dict)],
    returns: t.dict,
    examples: [["__dict_merge({a: 1}, {a: 2})", "{a: 2}"]],
    run: (_context, a, b) => new DictValue(new Map([...a.toMap(), ...b.toMap()])),
  }),
  collections({
    name: "__dict_omit",
    summary: "A dict without some of its keys.",
    params: [req("d", t.dict), req("keys", t.list)],
    returns: t.dict,
    examples: [['__dict_omit({a: 1, b: 2}, ["a"])', "{b: 2}"]],
    run: (_context, dict, keys) => {
      const rest = dict.toMap();
      for (const key of keysOf(keys)) rest.delete(key);
      return new DictValue(rest);
    },
  }),
  collections({
    name: "__dict_pick",
    summary: "The entries of a dict with some keys, without those that are nil.",
    params: [req("d", t.dict), req("keys", t.list)],
    returns: t.dict,
    examples: [['__dict_pick({a: 1, b: nil}, ["a", "b"])', "{a: 1}"]],
    run: (_context, dict, keys) => pick(dict, keys, true),
  }),
  collections({
    name: "__dict_pick_keys",
    summary: "The entries of a dict with some keys.",
    params: [req("d", t.dict), req("keys", t.list), opt("drop_nil", t.bool)],
    returns: t.dict,
    examples: [['__dict_pick_keys({a: 1, b: nil}, ["a", "b"])', "{a: 1, b: nil}"]],
    run: (_context, dict, keys, dropsNil = false) => pick(dict, keys, dropsNil),
  }),
];

export const listBuiltins: CatalogPart = {
  builtins: [
    chunk,
    window,
    partition,
    asking(
      "group_by",
      "key_fn",
      "A dict of lists, by the string that a closure makes of each element.",
      ['group_by(["ab", "c"], { s -> s[0] })', "{a: [ab], c: [c]}"],
      groupList,
    ),
    asking(
      "count_by",
      "key_fn",
      "How often a closure makes each string of an element.",
      ['count_by(["a", "b", "a"], { s -> s })', "{a: 2, b: 1}"],
      countGroups,
    ),
    asking(
      "dedup_by",
      "key_fn",
      "The first element of each structurally different key.",
      ["dedup_by([1, 2, 3], { n -> n % 2 })", "[1, 2]"],
      dedupList,
    ),
    asking(
      "flat_map",
      "callback",
      "What a closure makes of each element, with the elements of lists in place of the lists.",
      ["flat_map([1, 2], { n -> [n, n] })", "[1, 1, 2, 2]"],
      flatMapList,
    ),
    asking(
      "take_while",
      "predicate",
      "The elements up to the first for which a closure is falsy.",
      ["take_while([1, 2, 1], { n -> n < 2 })", "[1]"],
      takeWhileList,
    ),
    asking(
      "drop_while",
      "predicate",
      "The elements from the first on for which a closure is falsy.",
      ["drop_while([1, 2, 1], { n -> n < 2 })", "[2, 1]"],
      dropWhileList,
    ),
    ...internals,
  ],
  methods: { list: [...listMethods, ...listCallbackMethods] },
  methodResults: {
    list: {
      bool: "empty any all none contains",
      int: "count find_index index_of",
      string: "join",
      list: "map filter flat_map sort_by partition take_while drop_while push pop take skip slice sort reverse unique flatten compact enumerate zip chunk window to_list",
      dict: "group_by count_by tally",
      set: "to_set",
      iter: "iter",
    },
  },
};
