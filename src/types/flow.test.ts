import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

/** What the checker takes `x` for at each `show`, given its declared type. */
function shown(type: string, body: string, declarations = ""): string[] {
  const text = `${declarations}\nfn f(x: ${type}, c: bool) {\n${body.replaceAll("show", "let _s: never = x")}\n}`;
  return findings(text)
    .filter((line) => line.includes("TYP-007"))
    .map((line) => line.slice(line.indexOf("found ") + 6));
}

describe("narrowing", () => {
  test.each([
    ["string?", "if x != nil { show } else { show }", ["string", "nil"]],
    ["string?", "if nil == x { show } else { show }", ["nil", "string"]],
    ["string?", "if x { show } else { show }", ["string", "string?"]],
    ["string?", "if !x { return 1 }\nshow", ["string"]],
    ["string?", "guard x != nil else { return 1 }\nshow", ["string"]],
    ["string?", "require x != nil\nshow", ["string"]],
    ["string?", "if x == nil || c { return 1 }\nshow", ["string"]],
    ["string?", "if x != nil && c { show } else { show }", ["string", "string?"]],
    ["string?", "if !(x == nil) { show }", ["string"]],
    ["string?", 'let y = x == nil ? "" : x\nlet z: string = y', []],
    ["string?", "if x == nil { log(1) }\nshow", ["string?"]],
    ["int | string | nil", 'if type_of(x) == "int" { show } else { show }', ["int", "string?"]],
    ["int | string | nil", 'if type_of(x) != "nil" { show } else { show }', ["int | string", "nil"]],
    ["unknown", 'if type_of(x) == "list" { show } else { show }', ["list", "unknown"]],
    ["Card", "if schema_is(x, Card) { show }", ["{title: string}"]],
    ["Msg", 'if x.kind == "a" { show } else { show }', ['{kind: "a", n: int}', '{kind: "b"}']],
    ["Msg", 'match x.kind {\n "a" -> { show }\n "b" -> { show }\n}', ['{kind: "a", n: int}', '{kind: "b"}']],
    ["int | string | nil", "match x {\n nil -> { show }\n _ -> { show }\n}", ["nil", "int | string"]],
    ["string?", "match x {\n nil -> { return 1 }\n other -> { show }\n}", ["string"]],
    [
      "int | string | nil",
      'match type_of(x) {\n "int" -> { show }\n "string" -> { show }\n _ -> { show }\n}',
      ["int", "string", "nil"],
    ],
    [
      "unknown",
      'match type_of(x) {\n "int" -> { show }\n "list" | "dict" -> { show }\n _ -> { show }\n}',
      ["int", "unknown", "unknown"],
    ],
    ['"l" | "r" | "m"', 'match x {\n "l" | "r" -> { show }\n _ -> { show }\n}', ['"l" | "r"', '"m"']],
    ['"l" | int | nil', 'match x {\n 1 -> { show }\n "l" -> { show }\n _ -> { show }\n}', ["int", '"l"', "int?"]],
    ["Msg", 'match x {\n {kind: "a"} -> { show }\n _ -> { show }\n}', ["Msg", "Msg"]],
    ["unknown", 'if type_of(x) == "int" { log(1) } else { log(2) }\nif type_of(x) == "list" { show }', ["list"]],
    ["{a?: int}", 'if x.has("a") { let y: never = x.a }', ["int"]],
    ["{a?: int}", "if x.a != nil { let y: never = x.a }", ["int"]],
    ["string?", "for i in [1] { if x == nil { continue }\n show }", ["string"]],
    ["string?", "while c { if x == nil { break }\n show }", ["string"]],
    ["string?", 'if x == nil { throw "no" }\nshow', ["string"]],
    ['"l" | "r"', 'match x {\n "l" -> { show }\n "r" -> { return 1 }\n}', ['"l"']],
  ])("of %s: %s", (type, body, expected) => {
    const declarations = 'type Card = {title: string}; type Msg = {kind: "a", n: int} | {kind: "b"}';
    expect(shown(type, body, declarations)).toEqual(expected);
  });

  it("goes through aliases", () => {
    expect(
      codes('type Maybe = string | nil\nfn f(x: Maybe) -> string {\n if x != nil { return x }\n return ""\n}'),
    ).toEqual([]);
  });

  it("follows fields, and what `?.` had to pass", () => {
    const text =
      "type Boat = {skipper?: {age: int}}\nfn f(b: Boat?) {\n if b?.skipper != nil { log(b.skipper.age) }\n log(b?.skipper.age)\n log(b.skipper)\n}";
    expect(codes(text)).toEqual(["error:TYP-025@4", "error:TYP-025@5"]);
  });

  it("ends with the value it was about", () => {
    const text =
      "fn f(start: int?) {\nvar x = start\nwhile x != nil {\n let a: int = x\n x = nil\n}\nif x != nil {\n x = start\n let b: int = x\n}\n}";
    expect(codes(text)).toEqual(["error:TYP-007@9"]);
  });

  it("does not survive a loop that assigns", () => {
    const text =
      "fn next() -> int? { return nil }\nfn f() {\nvar x: int? = next()\nif x == nil { return 1 }\nfor i in [1, 2] {\n let a: int = x\n x = next()\n}\n}";
    expect(codes(text)).toEqual(["error:TYP-007@6"]);
  });

  it("is known after a loop that ends by its condition", () => {
    const text =
      "fn next() -> int? { return nil }\nfn f() {\nvar x: int? = nil\nwhile x == nil { x = next() }\nlet a: int = x\n}";
    expect(codes(text)).toEqual([]);
  });

  it("is not trusted in a handler, which may start anywhere in the body", () => {
    const text =
      "fn next() -> int? { return nil }\nfn f() {\nvar x: int? = 1\ntry {\n x = next()\n if x == nil { throw 1 }\n} catch (e) {\n let a: int = x\n}\n}";
    expect(codes(text)).toEqual(["error:TYP-007@8"]);
  });

  it("of a variable that any call may change complains about nothing", () => {
    const text =
      "var state: {n: int}? = nil\nfn set() { state = {n: 1} }\nfn f() {\n if state == nil {\n  set()\n  log(state.n)\n }\n}";
    expect(codes(text)).toEqual([]);
  });
});

describe("results", () => {
  it("are compared where they stand in the open", () => {
    const text =
      "fn f(n: int) -> string {\n if n > 1 { return 2 }\n for i in [1] { return 3 }\n match n { _ -> { return 4 } }\n return 5\n}";
    expect(codes(text)).toEqual(["error:TYP-004@2", "warning:ORC-008@5", "error:TYP-004@5"]);
  });

  it("of generators and streams are what is handed out piece by piece", () => {
    const text =
      'fn g() {\n yield 1\n return "x"\n}\ngen fn s() -> Stream<int> {\n emit "x"\n yield 1\n}\ngen fn bad() -> list<int> { emit 1 }';
    expect(findings(text)).toEqual([
      "error:TYP-004@3 return value: expected Generator<any>, found string",
      "error:TYP-004@6 `emit` value: expected int, found string",
      "error:ORC-002@7 `yield` is not a stream emit; use `emit` inside `gen fn`",
      "error:TYP-004@9 `gen fn` must return Stream<T>, found list<int>",
    ]);
  });

  it("do not hand out what the block owns", () => {
    const text =
      'fn f() -> string {\n let held: owned<string> = "x"\n return held\n}\nfn g() -> owned<string> {\n let held: owned<string> = "x"\n return held\n}';
    expect(codes(text)).toEqual(["warning:OWN-003@3"]);
  });
});

describe("code after an exit", () => {
  test.each([
    ["return 1\nlog(1)\nlog(2)", 1],
    ["if c { return 1 } else { throw 2 }\nlog(1)", 1],
    ["match 1 {\n 1 -> { return 1 }\n _ -> { return 2 }\n}\nlog(1)", 1],
    ["for i in [1] {\n continue\n log(i)\n}", 1],
    ["if c { return 1 }\nlog(1)", 0],
    ["try { return 1 } catch (e) { return 2 }\nlog(1)", 0],
    ["while true { log(1) }\nlog(2)", 0],
  ])("%s", (body, count) => {
    expect(codes(`fn f(c) {\n${body}\n}`).filter((code) => code.includes("ORC-008"))).toHaveLength(count);
  });
});

describe("places for statements", () => {
  it("are checked for emit and try*", () => {
    const text = "let x = try* len([])\nfn f() {\n emit 1\n let y = try* len([])\n}\ngen fn g() { emit 1 }";
    expect(codes(text)).toEqual(["error:RCV-002@1", "error:ORC-002@3"]);
  });
});

describe("unknown values", () => {
  it("must be handled kind by kind before a claim that nothing is left", () => {
    const text =
      'fn f(v: unknown) {\n if type_of(v) == "int" { return 1 }\n throw "no"\n}\nfn g(v: int | string) {\n if type_of(v) == "int" { return 1 }\n unreachable(v)\n}';
    expect(findings(text)).toEqual([
      "warning:MAT-001@3 `throw` reached but `v: unknown` was not fully narrowed — uncovered concrete type(s): float, string, bool, nil, list, dict, closure, bytes",
      "error:MAT-001@7 unreachable() argument has type `string` — not all cases are handled",
    ]);
  });

  it("may be unreachable once all is handled", () => {
    const text =
      'fn g(v: int | string) {\n if type_of(v) == "int" { return 1 }\n if type_of(v) == "string" { return 2 }\n unreachable(v)\n}';
    expect(codes(text)).toEqual([]);
  });
});

describe("a variable that starts as nil", () => {
  test.each([
    ["x = 1\nshow", "int?"],
    ["x = nil\nx = [1]\nshow", "list<int>?"],
    ['if c { x = 1 } else { x = "s" }\nshow', "int | nil | string"],
  ])("has the type of what it is given first, and may be nil again: %s", (body, type) => {
    const text = `fn f(c) {\nvar x = nil\n${body.replace("show", "let _s: never = x")}\n}`;
    const [line = ""] = findings(text);
    expect(line).toContain(`found ${type}`);
  });

  it("keeps to that type", () => {
    expect(codes('fn f(c) {\nvar x = nil\nx = 1\nx = nil\nx = "s"\n}')).toEqual(["error:TYP-005@5"]);
  });
});

describe("what is nil for good", () => {
  test.each(["let a = {meta: nil}\nlog(a.meta.x)", "let a = {meta: {deep: nil}}\nlog(a.meta.deep.x)"])(
    "has no properties: %s",
    (body) => {
      expect(codes(`pipeline p(t) {\n${body}\n}`)).toEqual(["error:TYP-025@3"]);
    },
  );

  test.each([
    "var a = {meta: nil}\na.meta = {x: 1}\nlog(a.meta.x)",
    "let a = {meta: nil}\nlog(a.meta?.x)",
    "var a = nil\nif t { a = {x: 1} }\nlog(a.x)",
    'var a = nil\nif t { a = 1 } else { a = "s" }\nlog(a)',
    'var a = nil\nfor i in [1, 2] { a = i }\na = "s"',
    "var a = nil\nmatch t { 1 -> { a = 1 }\n _ -> { a = [1] } }\nlog(a)",
  ])("is not judged where it may change: %s", (body) => {
    expect(codes(`pipeline p(t) {\n${body}\n}`)).toEqual([]);
  });
});
