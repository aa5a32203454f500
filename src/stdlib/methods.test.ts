import { describe, expect, test } from "vitest";
import type { Method } from "../builtin/index.ts";
import { DictValue, FloatValue, handOut, ListValue, RangeValue, SetValue, show, type Value } from "../value/index.ts";
import { dictMethods } from "./dicts.ts";
import { listMethods } from "./list-methods.ts";
import { rangeBuiltins } from "./ranges.ts";
import { setMethods } from "./sets.ts";
import { stringMethods } from "./string-methods.ts";
import { FakeContext, methodNamed, shown } from "./testing/fake-context.ts";

function call(methods: readonly Method<never>[], receiver: Value, name: string, ...[a, b, c]: Value[]): string {
  const method = methodNamed(methods as readonly Method[], name);
  return shown(() => new FakeContext().settle((context) => method.run(context, receiver, a, b, c)));
}

type Case = [name: string, args: Value[], wanted: string];

function list(...items: Value[]): ListValue {
  return handOut(new ListValue(items));
}

describe("strings", () => {
  test.each<[string, ...Case]>([
    ["héllo☃", "count", [], "6"],
    ["a🙂", "reverse", [], "🙂a"],
    ["a🙂b", "chars", [], "[a, 🙂, b]"],
    ["a🙂b🙂", "last_index_of", ["🙂"], "3"],
    ["banana", "last_index_of", [""], "6"],
    ["abc", "index_of", [""], "0"],
    ["abc", "index_of", ["z"], "-1"],
    ["a5", "contains", [5], "true"],
    ["abc", "starts_with", [], "true"],
    ["abc", "starts_with", [null], "false"],
    ["abc", "replace", ["b", 5], "a5c"],
    ["abc", "replace", ["", "-"], "-a-b-c-"],
    ["abc", "replace", ["b"], "!! Runtime error: string has no method `replace`"],
    ["a,b c", "split", [], "[a, b c]"],
    ["hé", "split", [""], "[, h, é, ]"],
    [" \u0085x\u00a0", "trim", [], "x"],
    ["\ufeffx", "trim", [], "\ufeffx"],
    [" x ", "trim_start", [], "x "],
    [" x ", "trim_end", [], " x"],
    ["harness", "substring", [2, 5], "rne"],
    ["harness", "substring", [5, 2], ""],
    ["harness", "substring", [-2, 3], "har"],
    ["harness", "substring", [1, -1], ""],
    ["abc", "char_at", [7], "nil"],
    ["abc", "char_at", ["1"], "a"],
    ["ab", "repeat", [3], "ababab"],
    ["ab", "repeat", [-1], ""],
    ["ab", "repeat", [new FloatValue(2.9)], "ab"],
    ["ab", "repeat", [2 ** 40], "!! Runtime error: string of 2199023255552 characters exceeds the limit of 536870880"],
    ["7", "pad_left", [3, "0"], "007"],
    ["7", "pad_right", [4, "ab"], "7aaa"],
    ["7", "pad_left", [4, ""], "   7"],
    ["🙂", "pad_left", [3, "-"], "--🙂"],
    ["x", "pad_left", [2 ** 40], "!! Runtime error: string of 1099511627775 characters exceeds the limit of 536870880"],
    ["a\r\nb\n\nc\r", "lines", [], "[a, b, , c\r]"],
    ["", "lines", [], "[]"],
    ["\n", "lines", [], "[]"],
    ["ΣΑΣ", "lower", [], "σας"],
    ["straße", "to_upper", [], "STRASSE"],
  ])("%#", (receiver, name, args, wanted) => {
    // A list of one empty line shows like an empty list: count the lines of that one.
    if (receiver === "\n") expect(call(stringMethods, receiver, name).length).toBe(2);
    expect(call(stringMethods, receiver, name, ...args)).toBe(wanted);
  });
});

describe("lists", () => {
  const nested = () => list(new ListValue([1]), new ListValue([2, new ListValue([3])]), 5);
  test.each<[() => ListValue, ...Case]>([
    [() => list(3, 1, 2), "sort", [], "[1, 2, 3]"],
    [() => list(3, new FloatValue(2.5), 2n ** 60n, 1), "sort", [], "[1, 2.5, 3, 1152921504606846976]"],
    [() => list("b", "a", "é", "A", "🙂", "｡"), "sort", [], "[A, a, b, é, ｡, 🙂]"],
    [() => list(2, "a", null, new FloatValue(1.5), true), "sort", [], "[2, a, nil, 1.5, true]"],
    [() => list(3, 1, 2), "first", [], "3"],
    [() => list(3, 1, 2), "first", [2], "[3, 1]"],
    [() => list(3, 1, 2), "first", [-1], "[]"],
    [() => list(3, 1, 2), "last", [9], "[3, 1, 2]"],
    [() => list(), "last", [], "nil"],
    [() => list(3, 1, 2), "take", [new FloatValue(1.9)], "[]"],
    [() => list(3, 1, 2), "skip", [-1], "[3, 1, 2]"],
    [() => list(1, 2, 3, 4), "slice", [-2], "[3, 4]"],
    [() => list(1, 2, 3, 4), "slice", [3, 1], "[]"],
    [() => list(1, 2, 3, 4), "slice", [0, -1], "[1, 2, 3]"],
    [() => list(1, 2, 3), "chunk", [2], "[[1, 2], [3]]"],
    [() => list(1, 2, 3), "each_slice", [-1], "[[1], [2], [3]]"],
    [() => list(1, 2, 3, 4), "window", [2, 2], "[[1, 2], [3, 4]]"],
    [() => list(1), "each_cons", [], "[]"],
    [() => list(1, 2), "zip", [list("a")], "[[1, a]]"],
    [() => list(1, 2), "zip", ["ab"], "[]"],
    [() => list("x"), "enumerate", [], "[{index: 0, value: x}]"],
    [nested, "flatten", [], "[1, 2, [3], 5]"],
    [() => list(null, 0, ""), "compact", [], "[0, ]"],
    [() => list(1, new FloatValue(1), "1", list(1), list(1), null, null), "unique", [], "[1, 1.0, 1, [1], nil]"],
    [() => list(1, "1", true), "tally", [], "{1: 2, true: 1}"],
    [() => list(1, "b", new FloatValue(2.5), null), "sum", [], "3.5"],
    [() => list("a"), "sum", [], "0"],
    [() => list(2n ** 62n, 2n ** 62n), "sum", [], "-9223372036854775808"],
    [() => list(2, "b", new FloatValue(1.5), null), "min", [], "1.5"],
    [() => list("b", "c", "a"), "max", [], "c"],
    [() => list(1, null, "a"), "join", ["-"], "1-nil-a"],
    [() => list(5, 8), "index_of", [new FloatValue(8)], "1"],
    [() => list(5, 8), "contains", [], "false"],
    [() => list(1), "push", [], "[1]"],
    [() => list(), "pop", [], "[]"],
    [() => list(1, 2, 2), "to_set", [], "set(1, 2)"],
  ])("%#", (make, name, args, wanted) => {
    expect(call(listMethods, make(), name, ...args)).toBe(wanted);
  });
});

describe("dicts", () => {
  test.each<Case>([
    ["keys", [], "[a, b]"],
    ["values", [], "[2, 1]"],
    ["entries", [], "[{key: a, value: 2}, {key: b, value: 1}]"],
    ["has", ["a"], "true"],
    ["has", [], "false"],
    ["get", ["zz", 9], "9"],
    ["get", ["a", 9], "2"],
    ["get", ["n", 9], "nil"],
    ["merge", [DictValue.of({ a: 5, c: 6 })], "{a: 5, b: 1, c: 6}"],
    ["merge", [5], "{a: 2, b: 1}"],
    ["remove", ["a"], "{b: 1}"],
    ["map_keys", [5], "nil"],
  ])("%s %#", (name, args, wanted) => {
    expect(
      call(dictMethods, handOut(DictValue.of(args[0] === "n" ? { n: null } : { b: 1, a: 2 })), name, ...args),
    ).toBe(wanted);
  });
});

describe("sets ask with ==", () => {
  const one = () => handOut(new SetValue([1, "a"]));
  test.each<[() => SetValue, ...Case]>([
    [one, "contains", [new FloatValue(1)], "true"],
    [one, "add", [new FloatValue(1)], "set(1, a)"],
    [one, "remove", [new FloatValue(1)], "set(a)"],
    [() => handOut(new SetValue([1, new FloatValue(1)])), "remove", [1], "set()"],
    [one, "union", [new SetValue([new FloatValue(1), 2])], "set(1, a, 2)"],
    [one, "intersection", [new SetValue([new FloatValue(1)])], "set(1)"],
    [one, "difference", [new SetValue([new FloatValue(1)])], "set(a)"],
    [one, "symmetric_difference", [new SetValue(["a", 3])], "set(1, 3)"],
    [one, "is_subset", [new SetValue([new FloatValue(1), "a", 7])], "true"],
    [one, "is_superset", [new SetValue([])], "true"],
    [one, "is_disjoint", [new SetValue([2])], "true"],
    [one, "union", [5], "set(1, a)"],
    [one, "intersect", [5], "set()"],
    [one, "add", [], "set(1, a, nil)"],
  ])("%#", (make, name, args, wanted) => {
    expect(call(setMethods, make(), name, ...args)).toBe(wanted);
  });
});

describe("ranges", () => {
  test.each<[RangeValue, ...Case]>([
    [new RangeValue(2, 5, false), "last", [], "5"],
    [new RangeValue(2, 5, true), "last", [], "4"],
    [new RangeValue(5, 1, false), "first", [], "nil"],
    [new RangeValue(2, 5, false), "contains", [new FloatValue(2)], "false"],
    [new RangeValue(-2, 1, false), "to_list", [], "[-2, -1, 0, 1]"],
    [
      new RangeValue(0, 2 ** 50, false),
      "to_list",
      [],
      "!! Runtime error: range.to_list: 1125899906842625 elements exceed the limit of 50000000",
    ],
    [new RangeValue(1, 100, false), "sum", [], "5050"],
    [new RangeValue(1, 3, false), "take", [], "!! Type error: iter.take: expected non-negative int"],
    [new RangeValue(1, 3, false), "to_dict", [], "!! Type error: iter.to_dict: expected pair, got int"],
    [new RangeValue(1, 3, false), "zip", [5], "!! Type error: iter: value of type int is not iterable"],
  ])("%#", (range, name, args, wanted) => {
    expect(call(rangeBuiltins.methods?.range ?? [], range, name, ...args)).toBe(wanted);
  });
});

describe("methods that may write in place", () => {
  const owned: [readonly Method<never>[], () => Value, string, Value | undefined][] = [
    [listMethods, () => new ListValue([1, 2]), "push", 3],
    [listMethods, () => new ListValue([1, 2]), "push", undefined],
    [listMethods, () => new ListValue([1, 2]), "pop", undefined],
    [dictMethods, () => DictValue.of({ a: 1 }), "merge", DictValue.of({ a: 2, b: 3 })],
    [dictMethods, () => DictValue.of({ a: 1 }), "merge", 5],
    [dictMethods, () => DictValue.of({ a: 1 }), "remove", "a"],
    [setMethods, () => new SetValue([1]), "add", 2],
    [setMethods, () => new SetValue([1]), "add", new FloatValue(1)],
    [setMethods, () => new SetValue([1, new FloatValue(1)]), "remove", 1],
    [setMethods, () => new SetValue([1]), "delete", 1],
  ];

  test.each(owned)(
    "%# give what the others give, and leave shared receivers alone",
    (methods, make, name, argument) => {
      const method = methodNamed(methods as readonly Method[], name);
      const { context } = new FakeContext();
      const run = (body: Method["run"] | undefined, receiver: Value) =>
        show(body?.(context, receiver, argument, undefined, undefined) as Value);
      const shared = handOut(make());
      const before = show(shared);
      const wanted = run(method.run, shared);
      expect(run(method.runOwned, make())).toBe(wanted);
      expect(run(method.runOwned, shared)).toBe(wanted);
      expect(show(shared)).toBe(before);
    },
  );
});
