import { describe, expect, test } from "vitest";
import {
  BytesValue,
  childIndex,
  childProperty,
  contains,
  DictValue,
  EnumValue,
  expectDict,
  expectList,
  expectPair,
  FloatValue,
  getIndex,
  getIndexOptional,
  getProperty,
  getPropertyOptional,
  ListValue,
  ok,
  PairValue,
  Raise,
  RangeValue,
  SetValue,
  StructType,
  StructValue,
  setIndex,
  setProperty,
  show,
  slice,
  type Value,
} from "./index.ts";

const list = () => new ListValue([1, 2, 3]);
const dict = () => DictValue.of({ a: 1, "1": "one", nil: 0 });
const range = new RangeValue(2, 6, false);
const point = () => new StructValue(new StructType("P", ["x", "y"]), new Map<string, Value>([["x", 1]]));

function shown(body: () => Value): string {
  try {
    return show(body());
  } catch (error) {
    if (error instanceof Raise) return `!! ${show(error.value)}`;
    throw error;
  }
}

function expectShown(cases: readonly (readonly [() => Value, string])[]): void {
  for (const [body, wanted] of cases) expect(shown(body), String(body)).toBe(wanted);
}

test("properties", () => {
  expectShown([
    [() => getProperty(dict(), "a"), "1"],
    [() => getProperty(dict(), "zz"), "nil"],
    [() => getProperty(list(), "count"), "3"],
    [() => getProperty(list(), "first"), "1"],
    [() => getProperty(list(), "last"), "3"],
    [() => getProperty(new ListValue([]), "last"), "nil"],
    [() => getProperty(list(), "empty"), "false"],
    [() => getProperty(list(), "size"), "nil"],
    [() => getProperty("a🙂", "count"), "2"],
    [() => getProperty("", "empty"), "true"],
    [() => getProperty(point(), "x"), "1"],
    [() => getProperty(point(), "y"), "nil"],
    [() => getProperty(ok(5), "variant"), "Ok"],
    [() => getProperty(ok(5), "fields"), "[5]"],
    [() => getProperty(new EnumValue("E", "V", []), "x"), "nil"],
    [() => getProperty(new PairValue(1, 2), "second"), "2"],
    [
      () => getProperty(new PairValue(1, 2), "third"),
      "!! Type error: cannot access property `third` on pair (expected `first` or `second`)",
    ],
    [
      () => getProperty(null, "city"),
      "!! Type error: cannot access property `city` on nil — use `?.city` for optional access, or narrow with a `!= nil` guard before reading fields",
    ],
    [
      () => getProperty(range, "first"),
      "!! Type error: cannot access property `first` on range — only dicts, structs, lists, strings, and pairs support property access",
    ],
    [() => getPropertyOptional(null, "a"), "nil"],
    [() => getPropertyOptional(5, "a"), "nil"],
    [() => getPropertyOptional(dict(), "a"), "1"],
  ]);
});

test("subscripts", () => {
  expectShown([
    [() => getIndex(list(), 0), "1"],
    [() => getIndex(list(), -1), "3"],
    [() => getIndex(list(), 3), "nil"],
    [() => getIndex(list(), -4), "nil"],
    [() => getIndex(list(), 2n ** 60n), "nil"],
    [() => getIndex(list(), new FloatValue(1)), "!! Type error: cannot index into list with float"],
    [() => getIndex("a🙂b", 1), "🙂"],
    [() => getIndex("a🙂b", -1), "b"],
    [() => getIndex("hi", 5), "nil"],
    [() => getIndex("hi", "a"), "!! Type error: cannot index into string with string"],
    [() => getIndex(dict(), "a"), "1"],
    [() => getIndex(dict(), 1), "one"],
    [() => getIndex(dict(), null), "0"],
    [() => getIndex(range, -1), "6"],
    [() => getIndex(range, 10), "!! Runtime error: range index out of range: index 10 for range of length 5"],
    [() => getIndex(null, 0), "!! Type error: cannot index into nil with int"],
    [() => getIndex(point(), "x"), "!! Type error: cannot index into struct with string"],
    [() => getIndexOptional(null, 0), "nil"],
    [() => getIndexOptional(5, 0), "!! Type error: cannot index into int with int"],
  ]);
});

test("slices", () => {
  expectShown([
    [() => slice(list(), 1, null), "[2, 3]"],
    [() => slice(list(), null, -1), "[1, 2]"],
    [() => slice(list(), -9, 9), "[1, 2, 3]"],
    [() => slice(list(), 2, 1), "[]"],
    [() => slice("a🙂bc", 1, 3), "🙂b"],
    [() => slice("abc", -2, null), "bc"],
    [() => slice(list(), "a", null), "!! Type error: slice start must be an integer, got string"],
    [() => slice("abc", 0, true), "!! Type error: slice end must be an integer, got bool"],
    [() => slice(range, 1, 2), "!! Type error: cannot slice range"],
    [() => slice(new BytesValue(new Uint8Array()), 1, 2), "!! Type error: cannot slice bytes"],
  ]);
});

test("in", () => {
  const cases: [Value, Value, boolean][] = [
    [list(), new FloatValue(2), true],
    [list(), "2", false],
    [dict(), "nil", true],
    [dict(), 1, true],
    ["a1", 1, true],
    ["", "", true],
    [new SetValue([1, 2]), new FloatValue(2), true],
    [range, 6, true],
    [new RangeValue(2, 6, true), 6, false],
    [range, new FloatValue(3), false],
    [null, 1, false],
    [new PairValue(1, 2), 2, false],
  ];
  for (const [container, value, wanted] of cases)
    expect(contains(container, value), `${show(value)} in ${show(container)}`).toBe(wanted);
});

describe("writing", () => {
  test("elements, entries and fields", () => {
    expectShown([
      [() => setIndex(list(), 0, 9), "[9, 2, 3]"],
      [() => setIndex(list(), -1, 9), "[1, 2, 9]"],
      [() => setIndex(list(), -100, 9), "[9, 2, 3]"],
      [() => setIndex(list(), 3, 9), "!! Runtime error: Index 3 out of bounds for list of length 3"],
      [() => setIndex(new ListValue([]), -1, 9), "!! Runtime error: Index -1 out of bounds for list of length 0"],
      [() => setIndex(list(), "a", 9), "!! Type error: cannot index into list with string"],
      [() => setIndex(new DictValue(), 1, 2), "{1: 2}"],
      [() => setProperty(new DictValue(), "__proto__", 2), "{__proto__: 2}"],
      [() => setProperty(point(), "z", 3), "P {x: 1, z: 3}"],
      [() => setProperty(5, "k", 1), "!! Type error: cannot set property `k` on int"],
      [
        () => setIndex("abc", 0, "x"),
        "!! Type error: cannot assign by subscript into string — only lists and dicts support it",
      ],
    ]);
  });

  test("paths", () => {
    expectShown([
      [() => childProperty(DictValue.of({ a: 1 }), "missing"), "nil"],
      [() => childProperty(null, "b"), "!! Type error: cannot set property `b` on nil"],
      [() => childIndex(list(), 7), "!! Runtime error: Index 7 out of bounds for list of length 3"],
      [() => childIndex(null, 0), "!! Type error: cannot index into nil with int"],
    ]);
  });
});

test("patterns want their kind", () => {
  expectShown([
    [() => expectDict(5), "!! Type error: cannot destructure int with {...} pattern — expected dict"],
    [() => expectDict(point()), "!! Type error: cannot destructure struct with {...} pattern — expected dict"],
    [() => expectList(range), "!! Type error: cannot destructure range with [...] pattern — expected list"],
    [() => expectPair(list()), "!! Type error: cannot destructure list with (...) pattern — expected pair"],
  ]);
});
