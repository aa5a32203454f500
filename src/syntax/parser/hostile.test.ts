import { describe, expect, it } from "vitest";
import { nestingLimit, treeHeightLimit } from "../limits.ts";
import { expressionText, print } from "../printer/print.ts";
import { errorsOf, expressionOf, meaningOf, parseText, programOf } from "../testing/parse-text.ts";

const many = 100_000;

describe("nesting", () => {
  it.each([
    ["(", ")"],
    ["[", "]"],
    ["{a: ", "}"],
    ["{ -> ", "}"],
    ['"${', '}"'],
    ["f(", ")"],
    ["if x { ", " }"],
  ])("of %j is limited", (open, close) => {
    const nested = (depth: number) => `let x = ${open.repeat(depth)}1${close.repeat(depth)}`;
    expect(errorsOf(nested(nestingLimit))).toEqual([]);
    expect(errorsOf(nested(nestingLimit + 1))).toEqual([
      expect.stringContaining("expected parser nesting depth within 64 levels, found source nesting depth exceeded"),
    ]);
  });

  it.each([
    "!",
    "-",
    "try* ",
    "retry ",
    "deadline ",
    "if ",
    "match ",
    "parallel ",
    "parallel each ",
    "a ? b : ",
    "a ** ",
  ])("of %j is limited too", (prefix) => {
    expect(errorsOf(`let x = ${prefix.repeat(many)}1`)[0]).toContain("expected parser nesting depth within 64 levels");
  });

  it("of operators is fine below the limit", () => {
    for (const prefix of ["!", "-", "try* ", "a ** ", "a ? b : "]) {
      expect(errorsOf(`let x = ${prefix.repeat(nestingLimit - 1)}1`)).toEqual([]);
    }
  });

  it("of types is limited", () => {
    expect(errorsOf(`type T = ${"[".repeat(many)}`)[0]).toContain("nesting depth");
    expect(errorsOf(`type T = ${"list<".repeat(many)}`)[0]).toContain("nesting depth");
    expect(errorsOf(`type T = ${"fn() -> ".repeat(many)}int`)[0]).toContain("nesting depth");
    expect(errorsOf(`let x = f${"<f".repeat(many)}`)[0]).toBeDefined();
  });
});

describe("chains", () => {
  const chains: readonly (readonly [string, (links: number) => string])[] = [
    ["1 + 1 + …", (links) => `1${" + 1".repeat(links)}`],
    ["a || a || …", (links) => `a${" || a".repeat(links)}`],
    ["a |> a |> …", (links) => `a${" |> a".repeat(links)}`],
    ["a.b.b…", (links) => `a${".b".repeat(links)}`],
    ["a?.b()…", (links) => `a${"?.b()".repeat(links)}`],
    ["a[0][0]…", (links) => `a${"[0]".repeat(links)}`],
    ["else if", (links) => `if a { }${" else if a { }".repeat(links)}`],
  ];

  it.each(chains)("%s read back up to the limit", (_, chain) => {
    const text = `let x = ${chain(treeHeightLimit - 1)}`;
    const program = programOf(text);
    expect(meaningOf(programOf(print(program)))).toBe(meaningOf(program));
  });

  it.each(chains)("%s beyond it give one finding", (_, chain) => {
    expect(errorsOf(`let x = ${chain(many)}\nlet y = 1`)).toEqual([
      expect.stringContaining("expected expression of at most 500 chained operations, found a longer chain"),
    ]);
  });

  it("count from the bottom of the tree, not one by one", () => {
    const inner = `a${" + a".repeat(300)}`;
    expect(errorsOf(`let x = (${inner}) * 2\nlet y = [${inner}, ${inner}, ${inner}]`)).toEqual([]);
    expect(errorsOf(`let x = (${inner})${" * a".repeat(300)}`)).toHaveLength(1);
  });

  it("do not add up from statement to statement", () => {
    const body = "if a { b.c }\nfor x in xs { f(x) }\n".repeat(2000);
    expect(errorsOf(`fn f() {\n${body}}\n${body}`)).toEqual([]);
    expect(errorsOf(`eval_pack e {\n${body}}`)).toEqual([]);
  });
});

describe("width", () => {
  it("is not limited", () => {
    expect(errorsOf(`let x = [${"1, ".repeat(many)}]`)).toEqual([]);
    expect(errorsOf(`f(${"a: ".repeat(0)}${"a, ".repeat(many)})`)).toEqual([]);
    expect(errorsOf(`match x {\n${"1 -> { 2 }\n".repeat(20_000)}}`)).toEqual([]);
  });

  it("of one literal is nothing special", () => {
    const long = "x".repeat(1_000_000);
    expect(expressionOf(`"${long}"`)).toMatchObject({ value: long });
    expect(expressionText(expressionOf("9".repeat(100_000)))).toMatch(/^10{309}\.0$/);
    expect(errorsOf(`let x = ${"9".repeat(100_000)}s`)).toEqual(["1:9 duration literal is too large"]);
  });
});

describe("time", () => {
  it.each([
    ["comparisons that could be type arguments", "a < b, ".repeat(20_000)],
    ["questions", "a ? b ".repeat(20_000)],
    ["subscripts or ternaries", "a ?[b] ".repeat(20_000)],
    ["open comments", "/*".repeat(many)],
    ["open holes", '"${'.repeat(many)],
    ["quotes", '"'.repeat(many + 1)],
    ["closers", ")]}".repeat(many)],
    ["characters of no token", "\u0001".repeat(many)],
    ["lines of characters of no token", "#\n".repeat(20_000)],
    ["unclosed brackets", "f(\n".repeat(20_000)],
    ["mistakes", "let = 1\n".repeat(20_000)],
    ["mistakes on one line", "let = ; ".repeat(20_000)],
    ["mistakes in blocks", "if x { ) }\n".repeat(20_000)],
    ["attributes", "@a ".repeat(many)],
    ["doc comments", "/// a\n".repeat(20_000)],
    ["docs and mistakes", "/// a\nfn\n".repeat(20_000)],
  ])("is not wasted on %s", (_, text) => {
    const { program } = parseText(text);
    expect(program.kind).toBe("program");
  });
});
