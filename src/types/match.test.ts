import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

const declarations = [
  "enum Tide { Ebb, Flow(n: int), Slack }",
  'type Side = "left" | "right" | "top"',
  'type Msg = {kind: "text", body: string} | {kind: "ping"}',
].join("; ");

function matching(type: string, subject: string, arms: string): string[] {
  return findings(`${declarations}\nfn f(x: ${type}) {\n match ${subject} {\n${arms}\n}\n}`);
}

describe("exhaustiveness", () => {
  test.each([
    ["Tide", "x", "Tide.Ebb -> { 1 }", 'enum Tide: missing variants "Flow", "Slack"'],
    ["Tide", "x.variant", '"Ebb" -> { 1 }\n"Slack" -> { 1 }', 'enum Tide: missing variants "Flow"'],
    ["Side", "x", '"left" | "right" -> { 1 }', 'literal union: missing "top"'],
    ["1 | 2 | 3", "x", "1 -> { 1 }\n3 -> { 1 }", "literal union: missing 2"],
    ["Msg", "x.kind", '"text" -> { 1 }', 'tagged shape union: missing variants "ping"'],
    ["int | string | nil", "x", "1 -> { 1 }\nnil -> { 1 }", "union type: missing string"],
  ])("%s: match %s", (type, subject, arms, message) => {
    expect(matching(type, subject, arms)).toEqual([`error:MAT-001@3 Non-exhaustive match on ${message}`]);
  });

  test.each([
    ["Tide", "x", "Tide.Ebb -> { 1 }\n_ -> { 2 }"],
    ["Tide", "x", "Tide.Ebb -> { 1 }\nother -> { 2 }"],
    ["Tide", "x", "Tide.Ebb -> { 1 }\nTide.Flow(n) if n > 1 -> { 2 }\nTide.Slack -> { 3 }"],
    ["Tide?", "x", "Tide.Ebb -> { 1 }"],
    ["bool", "x", "true -> { 1 }"],
    ["string", "x", '"a" -> { 1 }'],
    ["Msg", "x", '{kind: "text"} -> { 1 }'],
    ["list<int>", "x", "[] -> { 1 }"],
  ])("%s: match %s with %s says nothing", (type, subject, arms) => {
    expect(matching(type, subject, arms)).toEqual([]);
  });

  it("knows enums of other modules and of blocks", () => {
    const files = { "lib.harn": "pub enum Phase { New, Full }" };
    const text =
      'import { Phase } from "lib"\nfn f(p: Phase) {\n match p { Phase.New -> { 1 } }\n enum Own { A, B }\n match Own.A { Own.A -> { 1 } }\n}';
    expect(codes(text, files)).toEqual(["error:MAT-001@3", "error:MAT-001@5"]);
  });
});

describe("patterns", () => {
  it("are of the subject's kind", () => {
    expect(matching("int", "x", '"a" -> { 1 }\n1.0 -> { 2 }\nnil -> { 3 }')).toEqual([
      "warning:MAT-003@4 Match pattern type mismatch: matching int against string literal",
    ]);
  });

  it("bind nothing as one of several", () => {
    expect(matching("int", "x", "1 | other -> { 1 }\n-1 | _ -> { 2 }").map((line) => line.slice(0, 15))).toEqual([
      "error:MAT-003@4",
    ]);
  });

  it("bind names for their arm", () => {
    expect(matching("Tide", "x", "Tide.Flow(call) -> { call(1) }\n_ -> { 2 }")).toEqual([]);
  });
});

describe("properties", () => {
  it("exist on declared shapes and structs", () => {
    const text =
      'type Boat = {name: string}\nstruct Oar { length: int }\nfn f(b: Boat, o: Oar, d: dict) {\n log(b.nam)\n log(o.lenght)\n log(d.anything)\n let loose = {one: 1}\n log(loose.two)\n b.colour = "red"\n}';
    expect(findings(text)).toEqual([
      "error:NAM-004@4 field `nam` does not exist on shape `{name: string}` — did you mean `name`?",
      "error:NAM-004@5 field `lenght` does not exist on struct `Oar` — did you mean `length`?",
      "warning:OWN-001@9 Cannot assign to 'b': variable is immutable (declared with 'let')",
    ]);
  });

  it("are not read off nil", () => {
    const text =
      "type Boat = {name: string}\nfn f(b: Boat?, n: nil, d: dict?) {\n log(b.name)\n log(n.any)\n log(d.any)\n log(b?.name)\n}";
    expect(findings(text)).toEqual([
      "error:TYP-025@3 cannot access property `name` on nilable type `{name: string}?`; the value may be nil at runtime",
      "error:TYP-025@4 cannot access property `any` on `nil`; the value is statically known to be nil here",
    ]);
  });
});

describe("declarations", () => {
  test.each([
    ["fn main() { }", "`main` must take a single `harness: Harness` parameter"],
    ["fn main(a, b) { }", "`main` must take exactly one parameter (`harness: Harness`), found 2"],
    ["fn main(h: Harness) { }", "`main` parameter is named `h`, expected `harness` or `_harness`"],
    ["fn main(harness) { }", "`main(harness: Harness)` requires an explicit `Harness` type annotation"],
    ["fn main(harness: string) { }", "`main(harness: …)` parameter type must be `Harness`, found `string`"],
  ])("%s", (text, message) => {
    expect(findings(text)).toEqual([`error:NAM-101@1 ${message}`]);
  });

  it("of main may leave its harness unused", () => {
    expect(codes("fn main(_harness: Harness) { }")).toEqual([]);
  });

  it("carry attributes that exist, where they mean something", () => {
    expect(findings("@serail\n@test\nfn f() { }\n@test\npipeline p(t) { }")).toEqual([
      "warning:NAM-003@1 unknown attribute `@serail`",
      "warning:NAM-011@2 `@test` only applies to pipeline declarations",
    ]);
  });

  it("use type parameters the way they are marked", () => {
    const text =
      "type Source<in T> = fn() -> T\ntype Fine<out T> = fn() -> T\nstruct Locker<out T> { held: T }\nenum Feed<out T> { Item(v: T) }";
    expect(findings(text)).toEqual([
      "error:TYP-012@1 type parameter 'T' is declared 'in' (contravariant) but appears in a covariant position in type alias 'Source'",
      "error:TYP-012@3 type parameter 'T' is declared 'out' (covariant) but appears in a invariant position in struct 'Locker'",
    ]);
  });

  it("limit parallel work by an int", () => {
    expect(codes('fn f() { return parallel each [1] with { max_concurrent: "two" } { n -> n } }')).toEqual([
      "error:ORC-002@1",
    ]);
  });

  it("may refer to themselves", () => {
    const text =
      'type Loop = Loop\ntype Chain = {n: int, next?: Chain}\nfn f(l: Loop, c: Chain) {\n f(5, {n: 1, next: {n: 2}})\n f(5, {n: 1, next: {n: "x"}})\n}';
    expect(codes(text)).toEqual(["error:TYP-006@4", "error:TYP-006@5", "error:TYP-006@5"]);
  });
});
