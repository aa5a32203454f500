import { describe, expect, test } from "vitest";
import { languageOf } from "./language.ts";
import { maskText } from "./mask.ts";
import { readFacts } from "./read-facts.ts";

function outline(path: string, text: string): readonly string[] {
  return readFacts(path, text, languageOf(path)).symbols.map(
    ({ container, endLine, kind, name, startLine }) =>
      `${kind} ${container === undefined ? "" : `${container}.`}${name} ${startLine}-${endLine}`,
  );
}

function calls(path: string, text: string): readonly string[] {
  const facts = readFacts(path, text, languageOf(path));
  return facts.calls.map(({ caller, name }) => `${caller === undefined ? "" : facts.symbols[caller]?.name} > ${name}`);
}

describe("outlines", () => {
  test.each([
    [
      "a.ts",
      `export const f = (x: number) => g(x);
class A extends B {
  #x = make();
  constructor(private n: number) { super(); }
  area(): number { return f(1); }
}
interface I { z(): void }
type T = { a: 1 };
function over(a: string): void;
function over(a: any) { if (a) { new A(1).area(); } }`,
      [
        "function f 1-1",
        "class A 2-6",
        "method A.constructor 4-4",
        "method A.area 5-5",
        "interface I 7-7",
        "type T 8-8",
        "function over 10-10",
      ],
      ["f > g", " > make", "constructor > super", "area > f", "over > area"],
    ],
    [
      "a.rs",
      "struct S<'a> { a: &'a str }\nimpl<'a> Tr for S<'a> {\n  fn t(&self) -> char { mac!(x); 'x' }\n}\nfn main() { S::new().t() }",
      ["struct S 1-1", "method S.t 3-3", "function main 5-5"],
      ["t > mac", "main > new", "main > t"],
    ],
    [
      "a.go",
      "package p\ntype S struct {\n  a int\n}\nfunc (s *S) F() {\n  h(1)\n}\nfunc h(x int) int { return x }",
      ["module p 1-1", "type S 2-4", "method S.F 5-7", "function h 8-8"],
      ["F > h"],
    ],
    [
      "a.py",
      'def outer(a,\n          b=2):\n    """def no(): pass"""\n    def inner():\n        return x(a)\n    return inner()\n\nclass A(Base):\n    def m(self): return outer(1)\n',
      ["function outer 1-6", "function inner 4-5", "class A 8-9", "method A.m 9-9"],
      ["inner > x", "outer > inner", "m > outer"],
    ],
    [
      "a.rb",
      "module M\n  class A < B\n    def ok?\n      check(1)\n    end\n  end\nend",
      ["module M 1-7", "class M.A 2-6", "method A.ok? 3-5"],
      ["ok? > check"],
    ],
    [
      "A.java",
      "class A extends B {\n  private int x = compute();\n  A(int y) { super(y); }\n  int foo(List<String> a) throws E { return bar(a); }\n}",
      ["class A 1-5", "method A.A 3-3", "method A.foo 4-4"],
      [" > compute", "foo > bar"],
    ],
    [
      "a.cpp",
      "class A : public B {\n public:\n  A(int x) : x_(x) {}\n  int foo() const { return bar(1); }\n};\nint n::A::baz(int y)\n{\n  return foo();\n}",
      ["class A 1-5", "method A.A 3-3", "method A.foo 4-4", "function baz 6-9"],
      [" > x_", "foo > bar", "baz > foo"],
    ],
    [
      "a.kt",
      "data class P(val a: Int)\nclass Foo(val x: Int) : Base() {\n  fun bar(y: Int): Int = baz(y)\n}\nfun List<Int>.ext(): Int { return 1 }",
      ["class P 1-1", "class Foo 2-4", "method Foo.bar 3-3", "function ext 5-5"],
      [" > Base", "bar > baz"],
    ],
    ["a.cs", "class A : B {\n  int Q() => Foo(2);\n}", ["class A 1-3", "method A.Q 2-2"], ["Q > Foo"]],
    ["a.sh", "greet() {\n  echo hi\n}\nfunction other { greet; }", ["function greet 1-3", "function other 4-4"], []],
    [
      "a.ex",
      "defmodule My.Mod do\n  def foo(x) do\n    bar(x)\n  end\nend",
      ["module My.Mod 1-5", "method My.Mod.foo 2-4"],
      ["foo > bar"],
    ],
    ["a.lua", "function M.foo(x)\n  return bar(x)\nend", ["function foo 1-3"], ["foo > bar"]],
    [
      "a.zig",
      "const P = struct { x: i32, pub fn len(s: P) i32 { return h(s.x); } };",
      ["struct P 1-1", "method P.len 1-1"],
      ["len > h"],
    ],
    [
      "A.hs",
      "data T = X\nfoo :: Int -> Int\nfoo x = x\nbar x\n  | x > 1 = 2",
      ["type T 1-1", "function foo 2-3", "function bar 4-5"],
      [],
    ],
    ["a.R", "f <- function(x, y = 2) {\n  g(x)\n}", ["function f 1-3"], ["f > g"]],
    [
      "a.harn",
      "const K = 1\npub fn m(a) { return x(a).trim() }\nstruct P { a: int }\nimpl P { fn meth(self) { m(self.a) } }",
      ["variable K 1-1", "function m 2-2", "struct P 3-3", "method P.meth 4-4"],
      ["m > trim", "m > x", "meth > m"],
    ],
  ])("%s", (path, text, symbols, called) => {
    expect(outline(path, text)).toEqual(symbols);
    expect(calls(path, text)).toEqual(called);
  });

  test("a file with mistakes gives what can be read", () => {
    expect(outline("a.ts", "function f() { ( } }} class A {")).toEqual(["function f 1-1", "class A 1-1"]);
    expect(outline("a.harn", "fn f() { return 1 }\nfn g( {")).toContain("function f 1-1");
    expect(outline("a.py", "  )))\ndef f(")).toEqual(["function f 2-2"]);
  });
});

describe("maskText", () => {
  test.each([
    ["a.ts", 'a("x // y") // z', "a(        )     "],
    ["a.ts", "`a${f(`b${1}`)}c`/2", "    f(    1  )   /2"],
    ["a.ts", 'x = /[/]"/.test(y)', "x =       .test(y)"],
    ["a.ts", "a / b / c", "a / b / c"],
    ["a.rs", "fn f<'a>(x: &'a str) { '\\'' }", "fn f<'a>(x: &'a str) {      }"],
    ["a.py", '"""a\nb""" # c', "    \n        "],
    ["a.c", "/* a\n*/ b", "    \n   b"],
    ["a.sh", "echo ${#x} # y", "echo ${#x}    "],
  ])("%s: %s", (path, text, masked) => {
    expect(maskText(text, languageOf(path) as NonNullable<ReturnType<typeof languageOf>>)).toBe(masked);
  });

  test("what never ends goes no further than the text", () => {
    for (const text of ['"abc\nb', "`a${b", "/* a", "`${`${`${"]) {
      const masked = maskText(text, languageOf("a.ts") as NonNullable<ReturnType<typeof languageOf>>);
      expect(masked).toHaveLength(text.length);
      expect(masked.split("\n")).toHaveLength(text.split("\n").length);
    }
  });
});
