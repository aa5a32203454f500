import { describe, expect, it } from "vitest";
import { typeText } from "../printer/types.ts";
import { declarationOf, errorsOf } from "../testing/parse-text.ts";

function typeOf(text: string) {
  return declarationOf(`type T = ${text}`, "type").type;
}

describe("types", () => {
  it.each([
    ["int", "named-type"],
    ["a.B", "named-type"],
    ["dict<string, list<int>>", "named-type"],
    ["owned<T>", "named-type"],
    ["nil", "named-type"],
    ["[int]", "list-type"],
    ["fn(int, string) -> fn() -> bool", "function-type"],
    ["{a: int, b?: string}", "shape-type"],
    ["int | string | nil", "union-type"],
    ["A & B", "intersection-type"],
    ["int?", "optional-type"],
    ['"large" | "small"', "union-type"],
    ["-1 | 0 | 1", "union-type"],
  ])("%s", (text, kind) => {
    const type = typeOf(text);
    expect(type.kind).toBe(kind);
    expect(typeText(type)).toBe(text);
  });

  it("binds ? before &, & before |", () => {
    expect(typeOf("A | B & C?")).toMatchObject({
      kind: "union-type",
      members: [{}, { kind: "intersection-type", members: [{}, { kind: "optional-type" }] }],
    });
  });

  it("spreads over lines", () => {
    expect(errorsOf("type T =\n  {\n    a: int\n    b: list<\n      int\n    >\n  }\n  | nil")).toEqual([]);
  });

  it("reads a doubled ? as one", () => {
    expect(typeOf("int? ?")).toMatchObject({ kind: "optional-type", inner: { kind: "named-type" } });
  });

  it.each([
    ["(int | string)", "expected type name, found ("],
    ["fn(int)", "unexpected end of file, expected ->"],
    ["list<>", "expected type argument, found >"],
    ["1.5", "expected type name, found float(1.5)"],
    ["{a: int, b}", "expected :, found }"],
    ["{...A}", "expected field name, found ..."],
    ["| int", "expected type name, found |"],
    ["[int, string]", "expected ], found ,"],
  ])("refuses %s", (text, message) => {
    expect(errorsOf(`type T = ${text}`)[0]).toContain(message);
  });
});
