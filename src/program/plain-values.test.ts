import { describe, expect, test } from "vitest";
import { FloatValue, show } from "../value/index.ts";
import { fromPlain, type PlainInput, toPlain } from "./plain-values.ts";

describe("fromPlain", () => {
  test.each<[PlainInput, string]>([
    [null, "nil"],
    [undefined, "nil"],
    [3, "3"],
    [-0, "0"],
    [2n ** 62n, "4611686018427387904"],
    [0.5, "0.5"],
    [[1, "a", { b: [true] }], "[1, a, {b: [true]}]"],
    [new Set([1, 1, 2]), "set(1, 2)"],
    [new Uint8Array([1, 255]), 'b"01ff"'],
  ])("%o", (input, shown) => {
    expect(show(fromPlain(input))).toBe(shown);
  });

  test("names the place of what it cannot take", () => {
    const input = { a: [() => 1] } as unknown as PlainInput;
    expect(() => fromPlain(input, "inputs")).toThrow("inputs.a[0] is a function");
    expect(() => fromPlain(new Date(0) as unknown as PlainInput)).toThrow("instance of a class");
  });
});

describe("toPlain", () => {
  test("inverts fromPlain", () => {
    const input = { list: [1, 2.5, null], text: "x", set: new Set(["a"]), big: 2n ** 60n, bytes: new Uint8Array([7]) };
    expect(toPlain(fromPlain(input))).toEqual(input);
  });

  test("keeps dangerous keys as data", () => {
    const output = toPlain(fromPlain(JSON.parse('{"__proto__": {"polluted": 1}}') as PlainInput)) as Record<
      string,
      unknown
    >;
    expect(Object.keys(output)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("gives floats as numbers", () => {
    expect(toPlain(new FloatValue(1))).toBe(1);
  });
});
