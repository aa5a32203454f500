import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

const declarations = [
  'type Msg = {kind: "ping", ttl: int} | {kind: "pong", lat: float} | {kind: "quit"}',
  'type Form = {type: "circle", r: int} | {type: "square", side: int}',
  "type Coded = {code: 1, text: string} | {code: 2, count: int}",
  'type Two = {a: "x", b: "1"} | {a: "y", b: "2"}',
].join("; ");

/** What the checker takes `x` for at each `show`. */
function shown(type: string, body: string): string[] {
  const text = `${declarations}\nfn f(x: ${type}) {\n${body.replaceAll("show", "let _s: never = x")}\n}`;
  return findings(text)
    .filter((line) => line.includes("TYP-007"))
    .map((line) => line.slice(line.indexOf("found ") + 6));
}

const ping = '{kind: "ping", ttl: int}';
const pong = '{kind: "pong", lat: float}';
const quit = '{kind: "quit"}';

describe("a field that is another literal in each shape tells them apart", () => {
  test.each([
    ["Msg", 'if x.kind == "ping" { show } else { show }', [ping, `${pong} | ${quit}`]],
    ["Msg", 'if x.kind != "quit" { show }', [`${ping} | ${pong}`]],
    ["Msg", 'if "pong" == x.kind { show }', [pong]],
    ["Msg", 'guard x.kind == "ping" else { return 1 }\nshow', [ping]],
    ["Msg", 'if x.kind == "quit" { return 1 }\nif x.kind == "ping" { return 2 }\nshow', [pong]],
    [
      "Form",
      'match x.type {\n"circle" -> { show }\n"square" -> { show }\n}',
      ['{type: "circle", r: int}', '{type: "square", side: int}'],
    ],
    ["Coded", "if x.code == 1 { show } else { show }", ["{code: 1, text: string}", "{code: 2, count: int}"]],
    ["Two", 'if x.b == "2" { show }', ['{a: "y", b: "2"}']],
    ["Msg", 'match x.kind {\n"ping" | "pong" -> { show }\n"quit" -> { show }\n}', [`${ping} | ${pong}`, quit]],
    ["Msg", 'match x.kind {\n"ping" -> { return 1 }\n_ -> { show }\n}', [`${pong} | ${quit}`]],
    ["Msg", 'match x.kind {\n"ping" if x.ttl > 1 -> { show }\n_ -> { show }\n}', [ping, "Msg"]],
  ])("%s: %s", (type, body, expected) => {
    expect(shown(type, body)).toEqual(expected);
  });

  it("has the literals of all as its type", () => {
    expect(findings(`${declarations}\nfn f(m: Msg) {\n let _k: never = m.kind\n}`)).toEqual([
      'error:TYP-007@3 let binding `_k`: expected never, found "ping" | "pong" | "quit"',
    ]);
  });
});

describe("the fields of a shape that was told apart", () => {
  it("are there, and those of the others are not", () => {
    const text = `${declarations}\nfn f(m: Msg) {\n if m.kind == "ping" {\n  log(m.ttl)\n  log(m.lat)\n }\n}`;
    expect(codes(text)).toEqual(["error:NAM-004@5"]);
  });
});

describe("a value", () => {
  test.each([
    ['{kind: "ping", ttl: 1}', []],
    ['{kind: "quit", extra: 1}', []],
    ["1", ["error:TYP-007@2"]],
    ["{ttl: 1}", ["error:TYP-007@2"]],
  ])("%s must be one of the shapes", (value, expected) => {
    expect(codes(`${declarations}\nlet _m: Msg = ${value}`)).toEqual(expected);
  });
});

describe("a generic alias of a union", () => {
  const handlers = [
    'type Verb = "make" | "edit"',
    "type Handler<T> = {verb: T, run: fn(T) -> nil}",
    'fn make(v: "make") { log(v) }',
    'fn edit(v: "edit") { log(v) }',
    "fn either(v: Verb) { log(v) }",
    "fn use(h: Handler<Verb>) { h.run(h.verb) }",
  ].join("\n");

  test.each([
    ['use({verb: "make", run: make})', []],
    ['use({verb: "make", run: either})', []],
    ['let _all: list<Handler<Verb>> = [{verb: "make", run: make}, {verb: "edit", run: edit}]', []],
    ['let _wrong: list<Handler<Verb>> = [{verb: "make", run: edit}]', ["error:TYP-007@7"]],
    ["let _n: Handler<int | string> = {verb: 1, run: { v: int -> log(v) }}", []],
    ["let _n: Handler<int | string> = {verb: 1, run: { v: string -> log(v) }}", ["error:TYP-007@7"]],
  ])("is the union of its applications: %s", (use, expected) => {
    expect(codes(`${handlers}\n${use}`)).toEqual(expected);
  });

  it("is told apart and exhausted like a union that is written out", () => {
    const text = `${handlers}\nfn f(h: Handler<Verb>) {\n match h.verb {\n  "make" -> { let _h: never = h }\n }\n}`;
    expect(findings(text)).toEqual([
      'error:MAT-001@8 Non-exhaustive match on tagged shape union: missing variants "edit"',
      'error:TYP-007@9 let binding `_h`: expected never, found {verb: "make", run: fn("make") -> nil}',
    ]);
  });

  it("of several parameters applies them in every combination", () => {
    const text =
      'type Pair<A, B> = {a: A, b: B}\ntype Side = "l" | "r"\nfn f(p: Pair<Side, Side>) {\n let _p: never = p\n}\nfn ok(p: Pair<"l", "r">) { g(p) }\nfn g(p: Pair<Side, Side>) { log(p) }';
    expect(codes(text)).toEqual(["error:TYP-007@4"]);
  });
});

describe("code behind a match that leaves something out", () => {
  it("is not called unreachable: the missing arm may lead there", () => {
    const text = `${declarations}\nfn f(m: Msg) -> int {\n match m.kind {\n "ping" -> { return 1 }\n "pong" -> { return 2 }\n }\n return 3\n}`;
    expect(codes(text)).toEqual(["error:MAT-001@3"]);
  });
});

describe("a name for an alias that is applied to a union", () => {
  const named = 'type Event<K> = {kind: K, at: int}\ntype Named = Event<"open" | "close">\n';

  it("is the union of its applications: a tag narrows it", () => {
    const text = `${named}fn f(e: Named) {\n if e.kind == "open" {\n  return 1\n }\n return match e.kind {\n  "close" -> { 2 }\n }\n}`;
    expect(findings(text)).toEqual([]);
  });

  it("is matched as one", () => {
    const text = `${named}fn f(e: Named) {\n return match e.kind {\n  "close" -> { 2 }\n }\n}`;
    expect(findings(text)).toEqual([
      'error:MAT-001@4 Non-exhaustive match on tagged shape union: missing variants "open"',
    ]);
  });
});
