import { describe, expect, it } from "vitest";
import { declarationOf, errorsOf, statementOf } from "../testing/parse-text.ts";

describe("import", () => {
  it("has four forms", () => {
    expect(statementOf('import "a/b"')).toMatchObject({ kind: "import", path: "a/b", form: "string", isPublic: false });
    expect(declarationOf('import "a"', "import")).not.toHaveProperty("names");
    expect(statementOf('pub import { a, b } from "c"')).toMatchObject({
      isPublic: true,
      names: [{ text: "a" }, { text: "b" }],
    });
    expect(statementOf("import a::b::{x, y}")).toMatchObject({ path: "a/b", form: "path", names: [{ text: "x" }, {}] });
  });

  it("reads an alias as more names, since commas are optional", () => {
    expect(declarationOf('import { a as b } from "c"', "import").names).toHaveLength(3);
  });

  it("keeps the place of its path", () => {
    expect(declarationOf('import "abc"', "import").pathSpan).toEqual({ start: 7, end: 12 });
  });

  it.each([
    ["import x", "1:8 expected import path string, found id(x)"],
    ['import { match } from "m"', "1:10 expected import name, found 'match' (reserved keyword)"],
    ['import { a } "m"', "1:14 expected from, found str(m)"],
    ["import a::b", "1:12 unexpected end of file, expected :"],
    ['fn f() { import "m" }', "1:10 expected statement, found import, which stands at the top level only"],
  ])("refuses %s", (text, message) => {
    expect(errorsOf(text)[0]).toBe(message);
  });
});

describe("functions", () => {
  it("have parameters, types and a body", () => {
    expect(
      statementOf("pub fn f<T, in U, out V>(a, b: int = 1, ...c) -> list<T> where T: I, U: J { a }"),
    ).toMatchObject({
      kind: "function",
      isPublic: true,
      isStream: false,
      typeParameters: [{}, { variance: "in" }, { variance: "out" }],
      params: [{ isRest: false }, { fallback: { value: 1n } }, { isRest: true }],
      returns: { kind: "named-type" },
      where: [{ bound: { text: "I" } }, {}],
    });
    expect(statementOf("gen fn g() { emit 1 }")).toMatchObject({ isStream: true });
    expect(statementOf("pub gen fn g() { emit 1 }")).toMatchObject({ isStream: true, isPublic: true });
  });

  it("take parameters without commas and over lines", () => {
    expect(declarationOf("fn f(\n  a\n  b: int,\n) { }", "function").params).toHaveLength(2);
  });

  it.each([
    ["fn f(w = 1, h) { }", "1:14 expected Required parameter cannot follow a parameter with a default value, found )"],
    ["fn f(...xs, last) { }", "1:11 expected Rest parameter must be the last parameter, found ,"],
    ["fn f({a, b}) { }", "1:6 expected parameter name, found {"],
    ["fn skill() { }", "1:4 expected function name, found 'skill' (reserved keyword)"],
    [
      "pub let x = 1",
      "1:5 expected fn, tool, skill, eval_pack, struct, enum, pipeline, or import after pub, found let",
    ],
    [
      "pub type T = int",
      "1:5 expected fn, tool, skill, eval_pack, struct, enum, pipeline, or import after pub, found type",
    ],
  ])("refuse %s", (text, message) => {
    expect(errorsOf(text)).toEqual([message]);
  });
});

describe("pipelines", () => {
  it("have bare parameters, a type and a parent", () => {
    expect(statementOf("pub pipeline p(a, b) -> int extends q { a }")).toMatchObject({
      kind: "pipeline",
      params: [{ text: "a" }, { text: "b" }],
      returns: {},
      extends: { text: "q" },
    });
    expect(errorsOf("pipeline p(a: int) { }")).toEqual(["1:13 expected parameter name, found :"]);
    expect(errorsOf("fn f() { pipeline p() { } }")[0]).toContain("top level");
    expect(statementOf("override step(a) { a }")).toMatchObject({ kind: "override", name: { text: "step" } });
  });
});

describe("types", () => {
  it("declares", () => {
    expect(statementOf("type Pair<A, B> = {first: A, second: B}")).toMatchObject({
      kind: "type",
      type: { kind: "shape-type" },
    });
    expect(statementOf("enum Shape<T> { Circle(radius: T), Square\n Dot }")).toMatchObject({
      kind: "enum",
      variants: [{ fields: [{}] }, { fields: [] }, { name: { text: "Dot" } }],
    });
    expect(statementOf("struct P { x: int, y?: int\n z }")).toMatchObject({
      kind: "struct",
      fields: [{ isOptional: false }, { isOptional: true }, { name: { text: "z" } }],
    });
    expect(statementOf("impl P {\n  fn a(self) { }\n\n  pub fn b(self) { }\n}")).toMatchObject({
      kind: "impl",
      target: { text: "P" },
      methods: [{ isPublic: false }, { isPublic: true }],
    });
    expect(
      statementOf("interface I<T> {\n  type Item = int\n  type Key\n  fn get<K>(self, key: K) -> T\n}"),
    ).toMatchObject({
      kind: "interface",
      associatedTypes: [{ fallback: {} }, {}],
      methods: [{ typeParameters: [{}], params: [{}, {}], returns: {} }],
    });
  });

  it("keeps keywords out of struct fields and lets them into shapes", () => {
    expect(errorsOf("struct P { type: int }")).toEqual(["1:12 expected field name, found 'type' (reserved keyword)"]);
    expect(errorsOf("type T = {type: int, match?: string}")).toEqual([]);
  });
});

describe("agents", () => {
  it("declares tools", () => {
    expect(statementOf('tool read(path: string) -> string {\n  description "Reads"\n  path\n}')).toMatchObject({
      kind: "tool",
      description: "Reads",
      body: { statements: [{}] },
    });
    expect(declarationOf("tool t() {\n  description\n}", "tool")).not.toHaveProperty("description");
  });

  it("declares skills", () => {
    expect(
      statementOf('pub skill deploy {\n  description "d"\n  paths ["a"]; model "m"\n  on_activate fn() { a }\n}'),
    ).toMatchObject({
      kind: "skill",
      isPublic: true,
      fields: [{ key: { text: "description" } }, {}, {}, { value: { kind: "closure" } }],
    });
    expect(errorsOf("skill s { a 1 b 2 }")).toEqual([
      "1:15 expected skill field separator (`;` or newline), found id(b)",
    ]);
  });

  it("declares eval packs", () => {
    const text = 'eval_pack regression "slack" {\n  version: 1\n  cases: []\n  let x = 1\n  summarize { x }\n}';
    expect(statementOf(text)).toMatchObject({
      kind: "eval-pack",
      id: "slack",
      fields: [{ key: { text: "version" } }, {}],
      body: [{ kind: "binding" }],
      summarize: { statements: [{}] },
    });
    expect(statementOf('eval_pack "Slack-connector 2!" { }')).toMatchObject({
      name: { text: "slack_connector_2" },
      id: "Slack-connector 2!",
    });
    expect(statementOf('eval_pack "2nd" { }')).toMatchObject({ name: { text: "eval_pack_2nd" } });
    expect(errorsOf("eval_pack e {\n  summarize { }\n  summarize { }\n}")).toEqual([
      "3:3 expected one summarize block, found duplicate summarize block",
    ]);
  });
});

describe("attributes", () => {
  it("hold data", () => {
    const text =
      '@deprecated(since: "0.8", use: f)\n@a\n@b(-1, 2.5, 5s, true, nil, r"x", a.b.c, [1, 2], {k: 1, "l m": 2}, budget(usd: 3), retry: continue)\nfn g() { }';
    const { attributes, span } = declarationOf(text, "function");
    expect(span.start).toBe(0);
    expect(attributes.map((attribute) => attribute.name.text)).toEqual(["deprecated", "a", "b"]);
    expect(attributes[2]?.arguments.map(({ value }) => value.kind)).toEqual([
      "int",
      "float",
      "duration",
      "bool",
      "nil",
      "string",
      "word",
      "list",
      "dict",
      "call",
      "word",
    ]);
    expect(attributes[2]?.arguments[0]?.value).toMatchObject({ value: -1n });
    expect(attributes[2]?.arguments[10]).toMatchObject({ name: { text: "retry" }, value: { text: "continue" } });
  });

  it("take text in any quotes", () => {
    const { attributes } = declarationOf('@a("""\n  one\n  two\n""")\nfn g() { }', "function");
    expect(attributes[0]?.arguments[0]?.value).toMatchObject({ kind: "string", value: "one\ntwo" });
  });

  it.each(["let x = 1", 'import "m"', "f()"])("do not stand before %s", (text) => {
    expect(errorsOf(`@a\n${text}`)).toEqual([
      "2:1 expected fn/tool/skill/eval_pack/pipeline/struct/enum/type/interface/impl declaration after `@attr`, found non-declaration statement",
    ]);
  });

  it("stand before pub and on declarations in blocks", () => {
    expect(statementOf("@test pub pipeline t() { }")).toMatchObject({ isPublic: true, attributes: [{}] });
    expect(errorsOf("fn f() {\n  @a\n  fn g() { }\n}")).toEqual([]);
  });
});

describe("doc comments", () => {
  function docOf(text: string): string | undefined {
    return declarationOf(text, "function").doc;
  }

  it("belong to the declaration below them", () => {
    expect(docOf("/// One.\n///  Two.\n///\n/// Three.\nfn f() { }")).toBe("One.\n Two.\n\nThree.");
    expect(docOf("/** One. */\nfn f() { }")).toBe("One.");
    expect(docOf("/**\n * One.\n *\n * Two.\n */\n@a\npub fn f() { }")).toBe("One.\n\nTwo.");
    expect(docOf("@a\n/// One.\nfn f() { }")).toBe("One.");
  });

  it("do not reach over other comments, code or blank lines", () => {
    expect(docOf("/// One.\n// Two.\nfn f() { }")).toBeUndefined();
    expect(docOf("/// One.\n\nfn f() { }")).toBeUndefined();
    expect(docOf("// One.\nfn f() { }")).toBeUndefined();
  });

  it("reach methods", () => {
    const { methods } = declarationOf("impl P {\n  /// One.\n  fn a(self) { }\n}", "impl");
    expect(methods[0]?.doc).toBe("One.");
  });
});
