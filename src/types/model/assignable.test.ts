import { describe, expect, it, test } from "vitest";
import { parse } from "../../syntax/index.ts";
import { Source } from "../../text/index.ts";
import { declareNames } from "../symbols/home.ts";
import { lowerType } from "../symbols/lower.ts";
import { Scope } from "../symbols/scope.ts";
import { isAssignable } from "./assignable.ts";
import { printType } from "./print.ts";
import type { Type } from "./type.ts";

/** Types as a program writes them, after some declarations. */
function types(declarations: string, ...written: readonly string[]): Type[] {
  const text = `${declarations}\n${written.map((type, index) => `type T${index}_ = ${type}`).join("\n")}`;
  const source = new Source("types.harn", text);
  const { program, diagnostics } = parse(source);
  expect(diagnostics).toEqual([]);
  const scope = new Scope(source);
  declareNames(program.items, scope);
  return program.items.flatMap((item) =>
    item.kind === "type" && item.name.text.endsWith("_") ? [lowerType(item.type, scope)] : [],
  );
}

const declarations = [
  "type Num = int | float",
  "type Json = nil | int | string | list<Json> | dict<string, Json>",
  "enum Feed<out T> { Item(v: T) }",
  "enum Slot<T> { Item(v: T) }",
  "struct Point { x: int }",
].join("\n");

describe("assignability", () => {
  test.each([
    ["int", "float"],
    ["int", "int | string"],
    ["int | string", "string | int"],
    ["int?", "int | nil"],
    ["int", "Num?"],
    ["any", "int"],
    ["int", "unknown"],
    ["never", "int"],
    ["_", "never"],
    ["string", '"a" | "b"'],
    ['"a"', "string"],
    ["list", "list<int>"],
    ["list<int>", "list"],
    ["list<Num>", "list<float | int>"],
    ["list<Json>", "Json"],
    ["dict<string, int>", "{a: string}"],
    ["{a: int, b: string}", "{a: int}"],
    ["{a: int}", "{a: float, b?: string}"],
    ["{a: int}", "dict<string, float>"],
    ["{a: int} & {b: int}", "{b: int}"],
    ["{a: int, b: int}", "{a: int} & {b: int}"],
    ["iter<int>", "iter<float>"],
    ["Feed<int>", "Feed<float>"],
    ["fn(float) -> int", "fn(int) -> float"],
    ["closure", "fn(int) -> int"],
    ["Point", "Point?"],
    ["owned<string>", "string"],
    ["Unheard", "{n: int}"],
    ["dict", "Unheard"],
    ["channel", "channel?"],
  ])("%s goes where %s is wanted", (from, to) => {
    const [source, target] = types(declarations, from, to);
    expect(isAssignable(source as Type, target as Type)).toBe(true);
  });

  test.each([
    ["float", "int"],
    ["unknown", "int"],
    ["int?", "int"],
    ["int | string", "int"],
    ["any", "never"],
    ["list<int>", "list<float>"],
    ["list<{a: int, b: int}>", "list<{a: int}>"],
    ["dict<string, int>", "dict<string, float>"],
    ["{a: int}", "{a: int, b: int}"],
    ["{a?: int}", "{a: int}"],
    ["{a: int, b: string}", "dict<string, int>"],
    ["{a: int} & {b: int}", "{a: int, b: int}"],
    ["Slot<int>", "Slot<float>"],
    ["fn(int) -> int", "fn(float) -> int"],
    ["Point", "{x: int}"],
    ["Point", "dict"],
    ["{x: int}", "Point"],
    ['"a"', '"b"'],
  ])("%s does not go where %s is wanted", (from, to) => {
    const [source, target] = types(declarations, from, to);
    expect(isAssignable(source as Type, target as Type)).toBe(false);
  });

  it("takes aliases that go round in a circle for what they name besides", () => {
    const circle = "type Loop = Loop\ntype A = B | int\ntype B = A | string\ntype G<T> = G<list<T>> | T";
    const [loop, a, g, number, text, flag] = types(circle, "Loop", "A", "G<int>", "int", "string", "bool") as Type[];
    const goes = (from: Type | undefined, to: Type | undefined) => isAssignable(from as Type, to as Type);
    expect([goes(number, loop), goes(loop, number), goes(loop, loop)]).toEqual([false, false, true]);
    expect([goes(number, a), goes(text, a), goes(flag, a)]).toEqual([true, true, false]);
    expect(goes(flag, g)).toBe(true);
  });

  it("ends on hostile types", () => {
    const hostile = "type A = list<A> | list<B> | {a: A, b: B}\ntype B = list<B> | list<A> | {a: B, b: A, c: A}";
    const [a, b] = types(hostile, "A", "B");
    expect(typeof isAssignable(a as Type, b as Type)).toBe("boolean");
  });
});

describe("printing", () => {
  test.each([
    ["string | nil", "string?"],
    ["int | string | nil", "int | string | nil"],
    ["int | int", "int"],
    ["list<int | nil>", "list<int?>"],
    ["[int]", "list<int>"],
    ["Num?", "Num?"],
    ["{a: int, b?: list<Num>}", "{a: int, b?: list<Num>}"],
    ["fn(int, string) -> fn(int) -> nil", "fn(int, string) -> fn(int) -> nil"],
    ['"x" | 1', '"x" | 1'],
    ["Slot<list<string>>", "Slot<list<string>>"],
    ["true | false", "bool"],
  ])("%s prints as %s", (written, printed) => {
    const [type] = types(declarations, written);
    expect(printType(type as Type)).toBe(printed);
  });
});
