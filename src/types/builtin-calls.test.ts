import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

function inPipeline(body: string): string[] {
  return findings(`pipeline p(t) {\n${body}\n}`);
}

describe("arguments of builtins", () => {
  test.each([
    ["keys(5)", "argument 1 `dict`: expected dict, found int"],
    ["keys([1])", "argument 1 `dict`: expected dict, found list<int>"],
    ["keys(nil)", "argument 1 `dict`: expected dict, found nil"],
    ['json_parse(env("HOME"))', "argument 1 `text`: expected string, found string?"],
    ['round(1.5, "x")', "argument 2 `digits`: expected int?, found string"],
    ["sum_of(1, 2, true)", "argument 3 `n`: expected int | float, found bool"],
    ["close(5)", "argument 1 `handle`: expected channel, found int"],
    ['ask("q", 5)', "argument 2 `options`: expected AskOptions?, found int"],
    ["let found = [keys(5)]", "argument 1 `dict`: expected dict, found int"],
  ])("refuse: %s", (body, message) => {
    expect(inPipeline(body)).toEqual([`error:TYP-006@2 ${message}`]);
  });

  test.each([
    "keys({a: 1})",
    "keys(t)",
    "keys(json_parse(t))",
    "round(1, nil)",
    "round(1)",
    "sum_of(1, 2.5)",
    'close(channel("c"))',
    'loose("text")',
    'ask("q", {any: 1})',
    'ask("q", nil)',
    'let home = env("HOME")\nif home != nil { json_parse(home) }',
  ])("accept: %s", (body) => {
    expect(inPipeline(body)).toEqual([]);
  });

  test.each([
    ['{count: "x", name: 5}', "(field `name` expected string, found int)"],
    ['{name: "n", count: "x"}', "(field `count` expected int, found string)"],
    ["{count: 1}", "(field `name` is missing; expected string)"],
  ])("the field of nilable options that does not fit is named: %s", (options, detail) => {
    const [first] = findings(`type Options = {name: string, count?: int}
fn call(o: Options?) { return o }
pipeline p(t) { call(${options}) }`);
    expect(first).toContain(detail);
  });

  it("a failure that a function of the program may be waiting for is a warning", () => {
    const text =
      "fn must_fail(body) { try { body() } catch (e) { log(e) } }\npipeline p(t) {\nmust_fail({ -> keys(5) })\nmust_fail(keys(5))\n}";
    expect(codes(text)).toEqual(["warning:TYP-006@3", "error:TYP-006@4"]);
  });
});

describe("results", () => {
  test.each([
    ["let a: int = keys(t)", "expected int, found list"],
    ['let a: string = env("HOME")', "expected string, found string?"],
    ['let a: int = harness.fs.read_text("f")', "expected int, found string"],
    ['let a: int = "a,b".split(",")', "expected int, found list"],
    ["let a: int = [1].map({ x -> x })", "expected int, found list"],
    ['let a: int = " a ".trim().trim()', "expected int, found string"],
  ])("are as declared: %s", (body, message) => {
    expect(inPipeline(body)).toEqual([`error:TYP-007@2 let binding \`a\`: ${message}`]);
  });

  test.each([
    "let a: int = sum_of(1, 2)",
    "let a: int = [1].first()",
    'let a: list<string> = "a,b".split(",")',
    'let a: dict = ask("q")',
    'let harness = {fs: {read_text: { p -> 5 }}}\nlet a: int = harness.fs.read_text("f")',
  ])("leave open what the arguments decide: %s", (body) => {
    expect(inPipeline(body)).toEqual([]);
  });
});

describe("safe navigation", () => {
  const struct = "struct P { x: int, y?: string }\n";

  test.each([
    ["fn f(p: P) { return p?.x }", "`?.x`"],
    ["fn f(p: list<int>) { return p?[0] }", "`?[]`"],
    ["fn f(p: string) { return p?.trim() }", "safe method call"],
    ["fn f(p: P?) { if p != nil { return p?.x } }", "`?.x`"],
    ['fn f() { return ask("q")?.text }', "`?.text`"],
    ["fn f(p: P | {x: int}) { return p?.x }", "`?.x`"],
    ['fn f(p: dict) { return p?["k"] }', "`?[]`"],
    ["fn f(p: dict) { return p?.keys() }", "safe method call"],
    ["fn f(p: string) { return p?.count }", "`?.count`"],
    ["fn f(p: list<int>) { return p?.first }", "`?.first`"],
  ])("is not needed: %s", (text, what) => {
    expect(findings(struct + text)).toEqual([
      `warning:LNT-051@2 ${what} is unnecessary because the receiver cannot be nil`,
    ]);
  });

  test.each([
    "fn f(p: P?) { return p?.x }",
    "fn f(p: P) { return p.y?.count }",
    "fn f(p: dict) { return p?.k }",
    "fn f(p: int) { return p?.k }",
    "fn f(p: any) { return p?.k }",
    "fn f(p: int | string) { return p?.k }",
    "fn f(p) { return p?.k?[0]?.m() }",
    "fn f(p: string) { return p?.k }",
    "fn f(p: list<int>) { return p?.k }",
    "fn f() { let p = {a: 1}\n return p?.k }",
  ])("is left alone: %s", (text) => {
    expect(findings(struct + text)).toEqual([]);
  });
});
