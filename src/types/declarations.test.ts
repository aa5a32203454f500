import { describe, expect, it, test } from "vitest";
import { findings } from "./testing/findings.ts";

function ofBody(returns: string, body: string): string[] {
  return findings(`fn f(n: int) -> ${returns} {\n${body}\n}`);
}

describe("methods", () => {
  it("of what is no struct are warned about", () => {
    const told = (name: string) => `warning:TYP-102@2 \`${name}\` is no struct: these methods are never called`;
    expect(findings("enum E { A, B }\nimpl E { fn m(self) { return 1 } }")).toEqual([told("E")]);
    expect(findings("type T = {x: int}\nimpl T { fn m(self) { return 1 } }")).toEqual([told("T")]);
    expect(findings("\nimpl Nowhere { fn m(self) { return 1 } }")).toEqual([told("Nowhere")]);
    expect(findings("struct S { x: int }\nimpl S { fn m(self) { return 1 } }")).toEqual([]);
  });
});

describe("a function that promises a result", () => {
  test.each([
    ["string", '"n"'],
    ["int", "n + 1"],
    ["int", "let m = n"],
    ["int", "if n > 1 {\n return n\n}"],
    ["list<int>", "for i in 1 to n {\n log(i)\n}"],
    ["int | string", ""],
  ])("%s: %s is warned about", (returns, body) => {
    expect(ofBody(returns, body).map((finding) => finding.replace(/@\d+/, ""))).toEqual([
      `warning:TYP-101 \`f\` promises ${returns} and can end without \`return\`, which gives nil`,
    ]);
  });

  test.each([
    ["int", "return n"],
    ["int?", "n + 1"],
    ["nil", "log(n)"],
    ["any", "n"],
    ["unknown", "n"],
    ["int", 'throw "no"'],
    ["int", "if n > 1 {\n return n\n} else {\n return 1\n}"],
    ["int", "while true {\n log(n)\n}"],
    ["int", "match n {\n 1 -> { return 1 }\n _ -> { return 2 }\n}"],
    ["int", "try {\n return n\n} catch (e) {\n throw e\n}"],
    ["int", 'unreachable("why")'],
    ["never", 'throw "no"'],
  ])("%s: %s says nothing", (returns, body) => {
    expect(ofBody(returns, body).filter((finding) => finding.includes("TYP-101"))).toEqual([]);
  });

  it("leaves streams, generators, closures, tools and pipelines alone", () => {
    expect(findings("gen fn g() -> Stream<int> {\n emit 1\n}")).toEqual([]);
    expect(findings("fn g() -> Generator<int> {\n yield 1\n}")).toEqual([]);
    expect(findings("tool t(a: int) -> int {\n a\n}")).toEqual([]);
    expect(findings("pipeline p(a) -> int {\n 3\n}")).toEqual([]);
  });

  it("looks at methods as well", () => {
    const text = "struct P { x: int }\nimpl P {\n fn twice(self) -> int {\n  self.x * 2\n }\n}";
    expect(findings(text)).toEqual([
      "warning:TYP-101@4 `twice` promises int and can end without `return`, which gives nil",
    ]);
  });
});
