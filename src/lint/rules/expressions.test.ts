import { describe, expect, it } from "vitest";
import { fixed, found } from "../testing/lint-text.ts";

describe("expressions", () => {
  it("comparison-to-bool", () => {
    const text = "fn f(x, y) { return [x == true, x + y == false, true != x, x != y] }\n";
    expect(found("comparison-to-bool", text)).toEqual([
      "1: comparison to `true` is redundant",
      "1: comparison to `false` is redundant",
      "1: `!= true` is redundant",
    ]);
    expect(fixed("comparison-to-bool", text)).toBe("fn f(x, y) { return [x, !(x + y), !x, x != y] }\n");
  });

  it("constant-logical-operand keeps what has effects", () => {
    const text = "fn f(x) { return [true || x, f(x) || true, x && false, true && x] }\n";
    expect(found("constant-logical-operand", text)).toEqual([
      "1: `true || expr` always evaluates to `true`; the right side is unreachable",
      "1: `expr && false` always evaluates to `false`",
    ]);
    expect(fixed("constant-logical-operand", text)).toBe("fn f(x) { return [true, f(x) || true, false, true && x] }\n");
  });

  it("pointless-comparison", () => {
    const text = "fn f(x) {\n  if x == x { log(1) }\n  if false { log(2) }\n  return f(x) == f(x)\n}\n";
    expect(found("pointless-comparison", text)).toEqual([
      "2: expression is compared to itself with `==`",
      "3: if condition is always `false`",
    ]);
    expect(fixed("pointless-comparison", text)).toContain("if true {");
  });

  it("invalid-binary-op-literal", () => {
    expect(found("invalid-binary-op-literal", "log(1 + true, nil * 2, 1 + 2)\n")).toHaveLength(2);
  });

  it("redundant-nil-ternary", () => {
    const text = "fn f(x, y) { return [x != nil ? x : y, nil == x ? y : x, x != nil ? y : x] }\n";
    expect(found("redundant-nil-ternary", text)).toHaveLength(2);
    expect(fixed("redundant-nil-ternary", text)).toBe("fn f(x, y) { return [x ?? y, x ?? y, x != nil ? y : x] }\n");
  });

  it("unnecessary-cast", () => {
    const text = 'log(to_string("a"), to_int(to_int(x)), to_float(1), to_list([1]))\n';
    expect(found("unnecessary-cast", text)).toHaveLength(3);
    expect(fixed("unnecessary-cast", text)).toBe('log("a", to_int(x), to_float(1), [1])\n');
  });

  it("redundant-clone", () => {
    const text = "log(xs.clone())\ndrop(xs.clone())\nlet kept = xs.clone()\n";
    expect(found("redundant-clone", text)).toEqual([
      "1: cloned value is immediately passed by value",
      "2: cloned value is immediately dropped",
    ]);
    expect(fixed("redundant-clone", text)).toBe("log(xs)\ndrop(xs)\nlet kept = xs.clone()\n");
  });

  it("eager-collection-conversion", () => {
    const text =
      "fn f(xs) -> list<int> {\n  let a: set = xs.iter().take(2)\n  let b: list = xs.map(g)\n  return xs.iter().map(g)\n}\n";
    expect(found("eager-collection-conversion", text)).toEqual([
      "2: expression is an iterator; expected set. Add .to_set() to materialize.",
      "4: expression is an iterator; expected list. Add .to_list() to materialize.",
    ]);
    expect(fixed("eager-collection-conversion", text)).toContain("xs.iter().take(2).to_set()");
  });

  it("untyped-dict-access", () => {
    expect(found("untyped-dict-access", 'log(json_parse("1").a, json_parse("2")["b"], parse("3").c)\n')).toEqual([
      "1: property access on raw `json_parse()` result without schema validation",
      "1: subscript access on raw `json_parse()` result without schema validation",
    ]);
  });
});
