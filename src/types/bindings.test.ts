import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

/** The body of a pipeline; the first line of it is line 1. */
function inPipeline(body: string): string[] {
  return findings(`pipeline p(t) { ${body} }`);
}

describe("annotations", () => {
  test.each([
    ["let a: int = 2.5", "let binding `a`: expected int, found float"],
    [
      'var a: list<int> = ["x"]',
      "var binding `a`: expected list<int>, found list<string> (list element expected int, found string)",
    ],
    [
      'let a: {n: int} = {n: "x"}',
      "let binding `a`: expected {n: int}, found {n: string} (field 'n' has type string, expected int)",
    ],
    [
      "let a: {n: int, m: int} = {n: 1}",
      "let binding `a`: expected {n: int, m: int}, found {n: int} (missing field 'm' (int))",
    ],
    ["let a: int | string = true", "let binding `a`: expected int | string, found bool"],
    ["let a: string? = 1", "let binding `a`: expected string?, found int"],
    [
      'let a: fn(int) -> int = { n: int -> "s" }',
      "let binding `a`: expected fn(int) -> int, found fn(int) -> string (function return expected int, found string)",
    ],
    [
      'let a: Result<int, string> = Ok("x")',
      "let binding `a`: expected Result<int, string>, found Result<string, _> (Result type argument 1 expected int, found string)",
    ],
    ["let a: Unheard<int> = 5", "let binding `a`: expected Unheard<int>, found int"],
    ["let a: channel = 5", "let binding `a`: expected channel, found int"],
    ["let a: int = harness.fs", "let binding `a`: expected int, found HarnessFs"],
    ["let a: never = 1", "let binding `a`: expected never, found int"],
  ])("refuse: %s", (text, message) => {
    expect(inPipeline(text)).toEqual([`error:TYP-007@1 ${message}`]);
  });

  test.each([
    "let a: float = 1",
    "let a: list<float> = [1, 2.5]",
    "let a: dict<string, float> = {x: 1}",
    'let a: "left" | "right" = "up"',
    "let a: {n: int, m?: int} = {n: 1, m: nil, extra: true}",
    "let a: {n: int} = {...t}",
    'let k = "n"\nlet a: {n: int} = {[k]: 1}',
    "let a: int = json_parse(t)",
    "let a: int = round(2.5)",
    "let a: list<int> = []",
    "let a: Unheard<int> = {n: 5}",
    "let a: channel? = nil",
    'let a: channel = channel("c")',
    "let a: HarnessFs = harness.fs",
    "let a: int? = nil",
    "let a: fn(int) -> int = { n -> n }",
    "let a: list<int | string> = t ? [1] : [2]",
    "let a: owned<string> = t\nlet b: string = a",
  ])("accept: %s", (text) => {
    expect(inPipeline(text)).toEqual([]);
  });
});

describe("assignments", () => {
  it("keep to the type of a variable, written or inferred", () => {
    const text =
      'pipeline p(t) {\nvar a: int = 1\na = "x"\nvar b = "s"\nb = 5\na += 1.5\nvar c = nil\nc = 1\nc = "x"\nc = nil\n}';
    expect(findings(text)).toEqual([
      "error:TYP-005@3 assignment to `a`: expected int, found string",
      "error:TYP-005@5 assignment to `b`: expected string, found int",
      "error:TYP-005@6 assignment to `a`: expected int, found float",
      "error:TYP-005@9 assignment to `c`: expected int?, found string",
    ]);
  });

  it("to what does not change draw a warning", () => {
    const text = "fn f(n) {\nn = 1\nlet a = {k: 1}\na.k = 2\nfor i in [1] {\ni = 2\n}\nvar free = 1\nfree = 2\n}";
    expect(findings(text).map((line) => line.slice(0, line.indexOf(":", 20)))).toEqual([
      "warning:OWN-001@2 Cannot assign to 'n'",
      "warning:OWN-001@4 Cannot assign to 'a'",
      "warning:OWN-001@6 Cannot assign to 'i'",
    ]);
  });
});

describe("variables without annotation", () => {
  test.each([
    'var s = {n: 1}\ns.n = "x"\nlet a: string = s.n',
    'var s = {n: 1, m: 2}\ns = {n: "x"}\nlet a: string = s.n',
    'var xs = [1]\nxs[0] = "x"\nlet a: string = xs[0]',
    "var s = {n: nil}\nfor i in [1] {\n let a: int = s.n\n s.n = i\n}",
    "var best = nil\nfor i in [1] {\n let a: int = best\n best = i\n}",
    "var s = {n: nil}\nwhile t {\n let a: int = s.n\n s = {n: 1}\n}",
  ])("are no contract for their parts: %s", (text) => {
    expect(inPipeline(text)).toEqual([]);
  });
});

describe("redeclarations", () => {
  it("of what is immutable in the same scope are found", () => {
    const text =
      "fn f(n) {\nlet n = 1\nlet a = 1\nlet a = 2\nvar b = 1\nlet b = 2\nvar a = 3\nif n { let a = 4 }\nlet _ = 1\nlet _ = 2\n}";
    expect(codes(text)).toEqual(["warning:LNT-009@2", "warning:LNT-009@4"]);
  });
});

describe("structs", () => {
  const point = "struct Point {\n x: int\n tag?: string\n}\n";

  it("are built from their fields", () => {
    const text = `${point}fn f() {\n Point {x: "1"}\n Point {}\n Point {x: 1, y: 2, tag: nil}\n Pont {x: 1}\n}`;
    expect(findings(text)).toEqual([
      "error:TYP-009@6 field `x` in struct `Point`: expected int, found string",
      "warning:TYP-009@7 Missing field 'x' in struct 'Point' construction",
      "warning:NAM-004@8 Unknown field 'y' in struct 'Point'",
      "error:TYP-020@9 unknown struct type `Pont` — did you mean `Point`?",
    ]);
  });

  it("are told apart by name, from each other and from dicts", () => {
    const text = `${point}struct Other { x: int }\nfn take(p: Point) { }\nfn f(o: Other) {\n take(o)\n take({x: 1})\n take(Point {x: 1})\n}`;
    expect(codes(text)).toEqual(["error:TYP-006@8", "error:TYP-006@9"]);
  });

  it("declared in a block are known in that block", () => {
    expect(codes("fn f() { let p = Inner {x: 1}\n struct Inner { x: int }\n return p }")).toEqual([]);
  });

  it("bind their type parameters", () => {
    const text =
      'struct Twin<T> { left: T\n right: T }\nfn f() {\n let t: Twin<string> = Twin {left: 1, right: 2}\n Twin {left: 1, right: "x"}\n}';
    expect(codes(text)).toEqual(["error:TYP-007@4", "error:TYP-009@5"]);
  });
});

describe("operators", () => {
  test.each([
    ["1 + true", "error:TYP-002@1 can't add int and bool"],
    ['"a" - "b"', "error:TYP-002@1 can't use '-' on string and string (needs numeric operands)"],
    ["true * 2", "error:TYP-002@1 can't multiply bool and int (try string * int)"],
    ['"n: " + 5', "error:TYP-003@1 can't add string and int"],
    ['"a" < 4', "warning:TYP-002@1 Comparing string with int using '<' may give unexpected results"],
    ["true > false", "warning:TYP-002@1 Comparison '>' may not be meaningful for types bool and bool"],
  ])("%s", (text, finding) => {
    expect(inPipeline(`let x = ${text}`)).toEqual([finding]);
  });

  test.each(['"a" * 3', "1 + 2.5", "[1] + [2]", "{a: 1} + {b: 2}", "t + 1", "1 == nil", "5s == 5s"])(
    "%s is fine",
    (text) => {
      expect(inPipeline(`let x = ${text}`)).toEqual([]);
    },
  );
});

describe("constants", () => {
  it("hold what can be worked out before the run", () => {
    const text = [
      "const A = 60 * 60",
      'const B = {list: [A, len("x")], pick: A > 1 ? "a" : nil}',
      "const C = A / 0",
      "const D = B.list",
      "const E = [1].first()",
      'const F = "${A}"',
      "const G = missing",
      "const H = f()",
      "const I = log(1)",
      "fn f() { return A }",
    ];
    expect(codes(text.join("\n"))).toEqual([
      "error:CST-004@3",
      "error:MET-001@4",
      "error:MET-001@5",
      "error:MET-001@6",
      "error:CST-004@7",
      "error:CST-003@8",
      "error:CST-003@9",
    ]);
  });
});
