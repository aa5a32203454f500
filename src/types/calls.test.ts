import { describe, expect, it, test } from "vitest";
import { codes, findings } from "./testing/findings.ts";

describe("call targets", () => {
  it("must exist, and the nearest name is offered", () => {
    const text =
      "fn measure_depth(n) { return n }\npipeline p(t) {\n  measure_deepth(1)\n  lenn([])\n  nothing_like_it()\n}";
    expect(findings(text)).toEqual([
      "error:NAM-002@3 call target `measure_deepth` is not defined or imported — did you mean `measure_depth`?",
      "error:NAM-002@4 call target `lenn` is not defined or imported — did you mean `len`?",
      "error:NAM-002@5 call target `nothing_like_it` is not defined or imported",
    ]);
  });

  test.each([
    ["a parameter", "fn f(g) { return g(1) }"],
    ["a closure of the block", "fn f() { let g = { x -> x }\n return g(1) }"],
    ["a function declared below", "fn f() { return g() }\nfn g() { return 1 }"],
    ["a function of the same block, declared below", "fn f() { let x = g()\n fn g() { return 1 }\n return x }"],
    ["a name that leaks out of retry", "fn f() { retry 2 { let g = { x -> x } }\n return g(1) }"],
    ["a function of another block", "fn f() { if true { fn g() { return 1 } }\n return g() }"],
    ["a constructor", "struct P { x: int }\nfn f() { return P({x: 1}) }"],
    ["the machine's own", "fn f() { __private(1)\n hostlib_read(2)\n return Ok(Some(None())) }"],
  ])("may be %s", (_, text) => {
    expect(codes(text)).toEqual([]);
  });

  it("are not judged while an import is missing or broken", () => {
    expect(codes('import "nope"\nfn f() { return whatever() }')).toEqual([]);
    expect(codes('import "bad"\nfn f() { return whatever() }', { "bad.harn": "fn (" })).toEqual([]);
  });

  it("are found in imports", () => {
    const files = { "lib.harn": "pub fn known() { return 1 }\nfn private_one() { return 2 }" };
    expect(codes('import "lib"\nfn f() {\n known()\n private_one()\n}', files)).toEqual(["error:NAM-002@4"]);
    expect(codes('import { private_one } from "lib"\nfn f() { private_one() }', files)).toEqual([]);
  });

  it("inside interpolations count as well", () => {
    expect(codes('fn f() { return "${missing_one(1)}" }')).toEqual(["error:NAM-002@1"]);
  });
});

describe("the number of arguments", () => {
  it("is compared for functions and builtins", () => {
    const text =
      "fn one(a) { }\nfn some(a, b = 2) { }\nfn many(a, ...rest) { }\npipeline p(t) {\none()\nsome(1, 2, 3)\nmany()\nlen()\nround(1, 2, 3)\n}";
    expect(findings(text)).toEqual([
      "warning:ORC-001@5 Function 'one' expects 1 argument, got 0",
      "warning:ORC-001@6 Function 'some' expects 1-2 arguments, got 3",
      "warning:ORC-001@7 Function 'many' expects at least 1 argument, got 0",
      "warning:STD-003@8 Builtin function 'len' expects 1 argument, got 0",
      "warning:STD-003@9 Builtin function 'round' expects 1-2 arguments, got 3",
    ]);
  });

  it("is unknown behind a spread", () => {
    expect(codes("fn one(a) { }\npipeline p(t) { one(...[1, 2])\n len(...[1]) }")).toEqual([]);
  });
});

describe("arguments", () => {
  it("are compared with annotations, across modules too", () => {
    const files = { "lib.harn": "pub struct Knot { name: string }\npub fn tie(k: Knot, n: int) { return n }" };
    const text = 'import { tie } from "lib"\nfn f() { return tie({name: "x"}, "two") }';
    expect(findings(text, files)).toEqual([
      "error:TYP-006@2 argument 1 `k`: expected Knot, found {name: string}",
      "error:TYP-006@2 argument 2 `n`: expected int, found string",
    ]);
  });

  it("bind type parameters, whose results are known", () => {
    const text = [
      "fn last_of<T>(xs: list<T>) -> T { return xs[-1] }",
      "fn same<T>(a: T, b: T) { return a == b }",
      "fn f() {",
      "  let s: string = last_of([1, 2])",
      '  same(1, "2")',
      "  same(1, 2.5)",
      "}",
    ];
    expect(findings(text.join("\n"))).toEqual([
      "error:TYP-007@4 let binding `s`: expected string, found int",
      "error:TYP-006@5 type parameter 'T' was inferred as both int and string",
      "error:TYP-006@5 argument 2 `b`: expected int, found string",
    ]);
  });

  it("may name their type parameters", () => {
    const text =
      "fn two<A, B>(a: A, b: B) { }\nfn none(n: int) { }\nfn f() {\n two<int>(1, 2)\n none<int>(1)\n len<int>(1)\n}";
    expect(findings(text)).toEqual([
      "error:TYP-013@4 Function 'two' expects 2 type arguments, got 1",
      "error:TYP-011@5 Function 'none' does not declare type parameters",
      "error:TYP-011@6 Builtin function 'len' does not declare type parameters",
    ]);
  });

  it("must have the methods of a constraint", () => {
    const text = [
      "interface Priced { fn price(self, qty: int) -> int }",
      "struct Good { n: int }",
      "impl Good { fn price(self, qty: int) -> int { return qty } }",
      "struct Bad { n: int }",
      "impl Bad { fn price(self, qty: int) -> string { return self.n } }",
      "fn pay<T>(item: T) where T: Priced { return item.price(1) + item.weight() }",
      "fn f() {",
      "  pay(Good {n: 1})",
      "  pay(Bad {n: 1})",
      "  pay(5)",
      "}",
    ];
    expect(findings(text.join("\n"))).toEqual([
      "error:TYP-004@5 return value: expected string, found int",
      "warning:NAM-005@6 Method 'weight' not found in interface 'Priced' (constraint on 'T')",
      "error:TYP-015@9 Type 'Bad' does not satisfy interface 'Priced': method 'price' returns 'string', expected 'int' (required by constraint `where T: Priced`)",
      "error:TYP-015@10 Type 'int' does not satisfy interface 'Priced': missing method(s): price (required by constraint `where T: Priced`)",
    ]);
  });
});

describe("ambient names of capabilities", () => {
  const text = 'pipeline p(t) {\n  println("x")\n  read_file("y")\n}';

  it("work, and draw the finding that names their replacement", () => {
    expect(findings(text)).toEqual([
      "warning:LNT-053@2 ambient `println` is deprecated — capabilities now route through `harness.stdio.*`",
      "warning:LNT-054@3 ambient `read_file` is deprecated — capabilities now route through `harness.fs.*`",
    ]);
  });

  it("of stdio are errors where the project says so", () => {
    expect(findings(text, {}, { ambientStdio: "deny" })).toEqual([
      "error:NAM-002@2 call target `println` is not defined or imported — did you mean `harness.stdio.println`?",
      "warning:LNT-054@3 ambient `read_file` is deprecated — capabilities now route through `harness.fs.*`",
    ]);
  });

  it("are free for a program's own functions", () => {
    expect(codes("fn println(x) { return x }\npipeline p(t) { println(1) }")).toEqual([]);
  });
});

describe("deprecated functions", () => {
  it("say since when, and what to use", () => {
    const text = '@deprecated(since: "0.3", use: "fresh")\nfn stale() { }\nfn fresh() { }\nfn f() { stale() }';
    expect(findings(text)).toEqual(["warning:NAM-009@4 `stale` is deprecated (since 0.3)"]);
  });
});

describe("questions to humans", () => {
  it("have their arguments checked by name and by position", () => {
    const text = [
      "pipeline p(t) {",
      "  let a = request_approval()",
      '  let b = request_approval(action: "x", action: "y")',
      '  let c = ask_user(promt: "x")',
      '  let d = escalate_to(role: "r", "why")',
      '  let e = ask_user("x", default: 1)',
      "}",
    ];
    expect(codes(text.join("\n"))).toEqual([
      "error:CAP-002@2",
      "error:NAM-006@3",
      "error:CAP-002@4",
      "error:CAP-003@4",
      "error:CAP-003@5",
    ]);
  });
});
