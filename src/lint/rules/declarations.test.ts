import { describe, expect, it } from "vitest";
import { fixed, found } from "../testing/lint-text.ts";

describe("declarations", () => {
  it("naming-convention", () => {
    expect(
      found(
        "naming-convention",
        "fn drawMap() { return 1 }\nfn draw_map2() { return 1 }\nstruct map_sheet { a: int }\nenum Wind { N }\n",
      ),
    ).toEqual(["1: function `drawMap` should use snake_case", "3: struct `map_sheet` should use PascalCase"]);
  });

  it("cyclomatic-complexity", () => {
    const text = "fn f(a) {\n  if a && a || a { return 1 }\n  return 2\n}\n";
    expect(found("cyclomatic-complexity", text, { complexityThreshold: 3 })).toEqual([
      "1: function `f` has cyclomatic complexity 4 (> 3)",
    ]);
    expect(found("cyclomatic-complexity", text, { complexityThreshold: 4 })).toEqual([]);
    expect(found("cyclomatic-complexity", `@complexity(allow)\n${text}`, { complexityThreshold: 3 })).toEqual([]);
  });

  it("pipeline-return-type", () => {
    const text =
      "pub pipeline a(t) { log(1) }\npub pipeline b(t) -> int { return 1 }\npub pipeline default(t) { log(1) }\n";
    expect(found("pipeline-return-type", text)).toHaveLength(1);
  });

  it("prefer-optional-shorthand", () => {
    const text = 'fn f(a: int | nil, b: int | string, c: "x" | nil) { return a }\n';
    expect(found("prefer-optional-shorthand", text)).toEqual(["1: prefer `int?` over `int | nil`"]);
    expect(fixed("prefer-optional-shorthand", text)).toContain("f(a: int?, b");
    const twice = "fn f(a: int | nil | nil) { return a }\n";
    expect(found("prefer-optional-shorthand", twice)).toEqual(["1: prefer `int?` over `int | nil`"]);
    expect(fixed("prefer-optional-shorthand", twice)).toContain("f(a: int?)");
  });

  it("undefined-function knows declarations, variables, imports and builtins", () => {
    const files = { "lib.harn": "pub fn there() { return 1 }\n" };
    const text = 'import "./lib"\nfn f(cb) {\n  cb(1)\n  log(2)\n  there()\n  missing(3)\n  println(4)\n  Ok(5)\n}\n';
    expect(found("undefined-function", text, {}, files)).toEqual(["6: function `missing` is not defined"]);
  });

  it("undefined-function says nothing where an import may bring anything", () => {
    expect(found("undefined-function", 'import "./nowhere"\nmissing()\n')).toEqual([]);
  });

  it("renamed-stdlib-symbol leaves a function of the program's own alone", () => {
    const call = "retry_with_backoff(1)\n";
    expect(found("renamed-stdlib-symbol", call)).toEqual([
      "1: `retry_with_backoff` was renamed to `retry_predicate_with_backoff`",
    ]);
    expect(fixed("renamed-stdlib-symbol", call)).toBe("retry_predicate_with_backoff(1)\n");
    expect(found("renamed-stdlib-symbol", `fn retry_with_backoff(n) { return n }\n${call}`)).toEqual([]);
  });
});
