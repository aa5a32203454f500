import { describe, expect, it } from "vitest";
import { declarationOf, errorsOf, expressionOf, shape, statementOf, statementsOf } from "../testing/parse-text.ts";

describe("separators", () => {
  it("are line breaks or one semicolon", () => {
    expect(statementsOf("a; b\nc;\nd;")).toHaveLength(4);
  });

  it("are needed on one line", () => {
    expect(errorsOf("let a = 1 let b = 2")).toEqual([
      "1:11 expected top-level item separator (`;` or newline), found let",
    ]);
    expect(errorsOf("fn f() { a b }")).toEqual(["1:12 expected statement separator (`;` or newline), found id(b)"]);
  });

  it("do not make empty statements", () => {
    expect(errorsOf("a;; b")).toEqual(["1:3 expected expression, found ;"]);
    expect(errorsOf("fn f() { ; }")).toEqual(["1:10 expected expression, found ;"]);
  });

  it("do not stand before else, catch and finally", () => {
    expect(errorsOf("if a { }; else { }")).toEqual(["1:11 expected statement separator (`;` or newline), found else"]);
    expect(errorsOf("try { }; catch { }")).toEqual(["1:10 expected statement separator (`;` or newline), found catch"]);
  });

  it("may be left out before a closing brace", () => {
    expect(errorsOf("fn f() { a }")).toEqual([]);
  });
});

describe("bindings", () => {
  it("have a mode, a pattern, a type and a value", () => {
    expect(statementOf("let x: int = 1")).toMatchObject({ kind: "binding", mode: "let", type: { kind: "named-type" } });
    expect(statementOf("var x = 1")).toMatchObject({ mode: "var" });
    expect(statementOf("const X = 1")).toMatchObject({ mode: "const", pattern: { name: { text: "X" } } });
    expect(statementOf("let x =\n  1")).toMatchObject({ value: { value: 1n } });
  });

  it("take dicts and lists apart", () => {
    expect(statementOf("let {a, b: c = 1, ...rest} = d")).toMatchObject({
      pattern: {
        kind: "dict-pattern",
        fields: [{ key: { text: "a" } }, { key: { text: "b" }, alias: { text: "c" }, fallback: { value: 1n } }],
        rest: { text: "rest" },
      },
    });
    expect(statementOf("let [a, _, b = 2, ...rest] = d")).toMatchObject({
      pattern: { kind: "list-pattern", elements: [{}, { name: { text: "_" } }, { fallback: { value: 2n } }] },
    });
    expect(errorsOf("let {\n  a\n  b,\n  c\n} = d\nlet [\n  a,\n  b\n] = d")).toEqual([]);
  });

  it.each([
    ["let match = 1", "1:5 expected variable name or destructuring pattern, found 'match' (reserved keyword)"],
    ["let {type: t} = d", "1:6 expected field name, found 'type' (reserved keyword)"],
    ["let {a: {b}} = d", "1:9 expected alias name, found {"],
    ["let [[a]] = d", "1:6 expected element name, found ["],
    ["let (a, b) = d", "1:5 expected variable name or destructuring pattern, found ("],
    ["let x", "1:6 unexpected end of file, expected ="],
    ["const {a} = d", "1:7 expected constant name, found {"],
    ["let {...a, b} = d", "1:12 expected }, found id(b)"],
  ])("refuses %s", (text, message) => {
    expect(errorsOf(text)).toEqual([message]);
  });
});

describe("assignments", () => {
  it.each(["=", "+=", "-=", "*=", "/=", "%="])("have the operator %s", (operator) => {
    expect(statementOf(`x ${operator} 1`)).toMatchObject({ kind: "assign", operator });
  });

  it("go to names, properties and subscripts", () => {
    expect(statementOf("a.b[c].d = 1")).toMatchObject({ target: { kind: "property" } });
    expect(statementOf("a.b[c] = 1")).toMatchObject({ target: { kind: "index" } });
  });

  it.each(["f() = 1", "a[1:2] = 1", "a?.b = 1", "a + b = 1", "1 = 2"])("do not go to the left of %s", (text) => {
    expect(errorsOf(text)).toHaveLength(1);
  });

  it("are no expressions, and ** and ?? have none", () => {
    expect(errorsOf("let x = y = 1")).toHaveLength(1);
    expect(errorsOf("x **= 2")).toEqual(["1:5 expected expression, found ="]);
  });
});

describe("loops and guards", () => {
  it("bind a name, a pattern or a pair", () => {
    expect(statementOf("for x in xs { }")).toMatchObject({ kind: "for", pattern: { kind: "name-pattern" } });
    expect(statementOf("for {a, b} in xs { }")).toMatchObject({ pattern: { kind: "dict-pattern" } });
    expect(statementOf("for (k, v) in d { }")).toMatchObject({
      pattern: { kind: "pair-pattern", second: { text: "v" } },
    });
    expect(errorsOf("for (var i = 0) { }")).toEqual([
      "1:6 expected pair pattern element, found 'var' (reserved keyword)",
    ]);
  });

  it("run blocks", () => {
    expect(statementOf("while a < b { c }")).toMatchObject({ kind: "while", body: { statements: [{}] } });
    expect(statementOf("guard a else { return }")).toMatchObject({ kind: "guard", otherwise: { statements: [{}] } });
    expect(statementOf("defer { a }")).toMatchObject({ kind: "defer" });
    expect(statementOf("mutex { a }")).toMatchObject({ kind: "mutex" });
    expect(statementOf('require a > 0, "no a"')).toMatchObject({ kind: "require", error: { value: "no a" } });
    expect(statementOf("require a")).not.toHaveProperty("error");
  });

  it.each(["mutex { }", "for x in xs { }", "while a { }", "guard a else { }", "defer { }"])(
    "%s is no expression",
    (text) => {
      expect(errorsOf(`let x = ${text}`)).not.toEqual([]);
    },
  );
});

describe("leaving", () => {
  it("takes a value from the same line only", () => {
    expect(statementsOf("fn f() {\n  return\n  1\n}")).toMatchObject([
      { body: { statements: [{ kind: "return" }, {}] } },
    ]);
    expect(statementOf("fn f() { return 1 }")).toMatchObject({ body: { statements: [{ value: { value: 1n } }] } });
    expect(statementsOf("yield; yield 1; throw e; emit 2; break; continue")).toMatchObject(
      ["yield", "yield", "throw", "emit", "break", "continue"].map((kind) => ({ kind })),
    );
    expect(errorsOf("throw")).toEqual(["1:6 unexpected end of file, expected expression"]);
  });
});

describe("if", () => {
  it("chains", () => {
    expect(expressionOf("if a { 1 } else if b { 2 } else { 3 }")).toMatchObject({
      kind: "if",
      otherwise: { kind: "if", otherwise: { statements: [{}] } },
    });
    expect(errorsOf("if a { }\nelse if b { }\nelse { }")).toEqual([]);
  });

  it("ends its statement: what follows on the next line is another", () => {
    expect(statementsOf("if a { }\n[1]\nmatch a { }\n-1")).toHaveLength(4);
    expect(errorsOf("if a { }\n+ 1")).toEqual(["2:1 expected expression, found +"]);
  });

  it("wants braces", () => {
    expect(errorsOf("if true then 1")).toEqual(["1:9 expected {, found id(then)"]);
    expect(errorsOf("if (true) return 5")).toEqual(["1:11 expected {, found return"]);
  });
});

describe("match", () => {
  it("has arms with alternatives, guards and blocks", () => {
    const text = "match x { 1 | 2 -> { a } E.V(b) if b > 0 -> { b }\n {k: 1, n: m} -> { m }\n _ -> { } }";
    expect(expressionOf(text)).toMatchObject({
      kind: "match",
      arms: [
        { patterns: [{}, {}] },
        { guard: { kind: "binary" } },
        { patterns: [{ kind: "dict" }] },
        { body: { statements: [] } },
      ],
    });
  });

  it("wants braces and no commas", () => {
    expect(errorsOf('match 1 {\n  1 -> "one"\n}')).toEqual(["2:8 expected {, found str(one)"]);
    expect(errorsOf("match 5 { 5 -> { a }, _ -> { b } }")).toEqual(["1:21 expected expression, found ,"]);
  });
});

describe("try", () => {
  it.each(["catch (e)", "catch (e: T)", "catch e", "catch"])("takes %s", (clause) => {
    expect(expressionOf(`try { a } ${clause} { b } finally { c }`)).toMatchObject({
      kind: "try",
      handler: {},
      finalizer: {},
    });
  });

  it("stands alone, or as try*", () => {
    expect(expressionOf("try { a }")).not.toHaveProperty("handler");
    expect(shape(expressionOf("try* a.b()"))).toBe("(try* (.b() a))");
    expect(errorsOf("try* f()")).toEqual([]);
  });
});

describe("retry and deadline", () => {
  it("take a primary expression", () => {
    expect(expressionOf("retry 3 { a }")).toMatchObject({ kind: "retry", count: { value: 3n } });
    expect(expressionOf("deadline (a + b) { c }")).toMatchObject({ kind: "deadline", duration: { kind: "binary" } });
    expect(errorsOf("retry count + 1 { a }")).toEqual(["1:13 expected {, found +"]);
    expect(errorsOf("deadline Limit { a }")).toEqual([]);
  });
});

describe("parallel", () => {
  it("counts, or goes over each or settles", () => {
    expect(expressionOf("parallel 3 { i -> i }")).toMatchObject({
      mode: "count",
      param: { text: "i" },
      asStream: false,
    });
    expect(expressionOf("parallel 3 { a }")).not.toHaveProperty("param");
    expect(expressionOf("parallel each xs with { max_concurrent: 2 } { x -> x } as stream")).toMatchObject({
      mode: "each",
      maxConcurrent: { value: 2n },
      asStream: true,
    });
    expect(expressionOf("parallel settle xs { x -> x }")).toMatchObject({ mode: "settle" });
    expect(expressionOf("parallel each { i -> i }")).toMatchObject({ mode: "count", subject: { name: "each" } });
  });

  it("has one option and one place for `as stream`", () => {
    expect(errorsOf("parallel each xs with { limit: 2 } { x -> x }")).toEqual([
      "1:25 expected known option (only `max_concurrent` is supported in `parallel ... with { ... }`; got `limit`), found id(limit)",
    ]);
    expect(errorsOf("parallel 2 { x -> x } as stream")).toEqual([
      "1:23 expected `as stream` is only valid after `parallel each ... { ... }`, found id(as)",
    ]);
  });
});

describe("select", () => {
  it("is a name before a parenthesis", () => {
    expect(expressionOf("select(a, b)")).toMatchObject({ kind: "call", callee: { text: "select" } });
    expect(errorsOf("select(a)\nlet r = select(a, b).value\nif select(a) { }")).toEqual([]);
  });

  it("has cases, and a timeout or a default", () => {
    expect(expressionOf("select { a from c { 1 } b from d.e { 2 } timeout 5s { 3 } }")).toMatchObject({
      cases: [{ name: { text: "a" } }, { name: { text: "b" } }],
      timeout: { duration: { kind: "duration" } },
    });
    expect(expressionOf("select { timeout from c { 1 } default { 2 } }")).toMatchObject({
      cases: [{ name: { text: "timeout" } }],
      fallback: {},
    });
    expect(errorsOf("select { }")).toEqual(["1:10 expected at least one select case, found }"]);
    expect(errorsOf("select { timeout 1s { } default { } }")).toEqual([
      "1:37 expected select cannot have both timeout and default, found }",
    ]);
  });
});

describe("cost_route", () => {
  it("has options, then statements", () => {
    expect(
      expressionOf("cost_route {\n  strategy: cheapest\n  quality: 1, min_quality: 2\n  let a = 1\n  a\n}"),
    ).toMatchObject({
      kind: "cost-route",
      options: [{ key: { text: "strategy" } }, { key: { text: "quality" } }, { key: { text: "min_quality" } }],
      body: { statements: [{}, {}] },
    });
  });

  it("is a name elsewhere", () => {
    expect(shape(expressionOf("cost_route + 1"))).toBe("(+ cost_route 1)");
  });
});

describe("words that are keywords in one place only", () => {
  it("are variables everywhere else", () => {
    const words = [
      "gen",
      "each",
      "settle",
      "with",
      "as",
      "stream",
      "not",
      "where",
      "out",
      "timeout",
      "default",
      "description",
      "summarize",
    ];
    for (const word of words) {
      expect(errorsOf(`let ${word} = 1\n${word} = ${word} + 2\nlog(${word})`)).toEqual([]);
    }
    expect(declarationOf("not = 1", "assign").target).toMatchObject({ name: "not" });
  });
});
