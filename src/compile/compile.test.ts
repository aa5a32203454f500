import { describe, expect, test } from "vitest";
import { compileSource, functionsOf, instructionsOf, pipelineCode } from "./testing/compile-source.ts";

function inPipeline(body: string): string[] {
  return pipelineCode(`pipeline main() {\n${body}\n}`);
}

describe("sharing", () => {
  test("a second name for a list marks it shared", () => {
    expect(inPipeline("let a = [1]\nlet b = a\nreturn a")).toEqual([
      "makeList r1 1",
      "move r2 r1",
      "share r2",
      "share r1",
      "return r1",
    ]);
  });

  test("a name that is read for the last time hands its list over", () => {
    const marked = (body: string): boolean => inPipeline(body).some((line) => /^share r1$/.test(line));
    expect(marked("let a = [1]\nlet b = a\nlog(b)\nnil")).toBe(false);
    expect(marked("let a = [1]\nlet b = [a]\nnil")).toBe(false);
    expect(marked("let a = [1]\nlet b = [a, a]\nnil")).toBe(true);
    expect(marked("let a = [1]\nfor i in 1 to 2 { log(a) }\nnil")).toBe(true);
    expect(marked("var a = [1]\nfor i in 1 to 2 { log(a)\na = [i] }\nnil")).toBe(false);
    expect(marked("var a = [1]\ntry { log(a) } catch (e) { log(e) }\nnil")).toBe(false);
    expect(marked("var a = [1]\ntry { log(a) } catch (e) { return len(a) }\nnil")).toBe(true);
    expect(inPipeline("let a = {b: [1]}\nlet b = a.b\nnil")).toContain("share r2");
  });

  test("a function takes over a parameter that it reads once, unless native code passed it", () => {
    const code = (body: string): string[] =>
      instructionsOf(
        functionsOf(compileSource(`fn f(p, q) { ${body} }\npipeline main() { nil }`)).find(
          ({ name }) => name === "f",
        ) as never,
      );
    expect(code("var x = p\nx[0] = q\nreturn x").slice(0, 3)).toEqual(["adopt r0", "adopt r1", "move r2 r0"]);
    expect(code("return p")).toEqual(["return r0"]);
    expect(code("return p.items")).toContain("share r2");
    expect(code("return p + [q]")).toContain("addOwned r2 r0 r3");
  });

  test("appending to a variable's own list marks nothing", () => {
    const code = inPipeline("var xs = []\nxs = xs + [1]\nxs += [2]\nxs = xs.push(3)");
    expect(code.some((line) => line.startsWith("share"))).toBe(false);
    expect(code.filter((line) => line.startsWith("addOwned r1 r1")).length).toBe(2);
    expect(code).toContain("callMethodOwned r1 r1 'push' 3");
  });

  test("the right side of an append that is the list itself is marked", () => {
    expect(inPipeline("var xs = [1]\nxs = xs.push(xs)")).toContain("share r1");
  });

  test("a borrowing builtin marks nothing", () => {
    expect(inPipeline("let xs = [1]\nlen(xs)\nnil").some((line) => line.startsWith("share"))).toBe(false);
    expect(inPipeline("let xs = [1]\nlog(xs)\nlog(xs)")).toContain("share r1");
  });

  test("capturing marks the captured variable", () => {
    expect(inPipeline("let xs = [1]\nlet f = fn() { return xs }").some((line) => line.startsWith("share"))).toBe(true);
  });
});

describe("operands", () => {
  test("a variable read before an assignment inside the same expression is copied", () => {
    const code = inPipeline("var x = 1\nlet y = x + (if true { x = 5\n 1 } else { 2 })");
    const add = code.find((line) => line.startsWith("add ")) ?? "";
    expect(add.split(" ")[2]).not.toBe("r1");
  });
});

describe("control flow", () => {
  test("a while loop leaves by one conditional jump", () => {
    const code = inPipeline("var i = 0\nwhile i < 3 { i = i + 1 }");
    expect(code.map((line) => line.split(" ")[0])).toEqual([
      "move",
      "lt",
      "jumpIfNot",
      "addOwned",
      "jumpBack",
      "move",
      "return",
    ]);
  });

  test("a loop closes its cursor on the way out, unless it runs over a written list or range", () => {
    const closes = (header: string): boolean =>
      inPipeline(`for x in ${header} { log(x) }`).some((line) => line.startsWith("closeCursor"));
    expect(["[1, 2]", "1 to 3", "range(3)", "g()"].map(closes)).toEqual([false, false, true, true]);
  });

  test("return f(x) is a tail call, but not where something must still run", () => {
    const tail = (source: string): boolean =>
      functionsOf(compileSource(source)).some((code) =>
        instructionsOf(code).some((line) => line.startsWith("tailCall")),
      );
    expect(tail("fn f(n) { return f(n) }")).toBe(true);
    expect(tail("fn f(n) { try { return f(n) } catch (e) { } }")).toBe(false);
    expect(tail("fn f(n) { defer { log(n) }\n return f(n) }")).toBe(false);
  });

  test.each(["break", "continue"])("%s outside of a loop is a problem", (word) => {
    expect(() => compileSource(`fn f() { ${word} }`)).toThrow(`${word} outside of loop`);
    expect(() => compileSource(`fn f() { for x in [1] { let g = { -> ${word} } } }`)).toThrow(
      `${word} outside of loop`,
    );
  });
});

describe("names", () => {
  test("a local function is captured through a cell only where it is captured early", () => {
    expect(inPipeline("fn f() { return 1 }\nf()").some((line) => line.startsWith("makeCell"))).toBe(false);
    expect(inPipeline("fn f() { return f() }\nf()").some((line) => line.startsWith("makeCell"))).toBe(true);
  });

  test("functions of a module are slots, whatever their order", () => {
    const code = compileSource("fn a() { return b() }\nfn b() { return a() }");
    expect(code.slotNames).toEqual(["a", "b"]);
  });

  test("a name that only the builtins have is called directly", () => {
    expect(inPipeline("log(1)")).toContain("callBuiltin r0 @log 1");
    expect(inPipeline("nope(1)")).toContain("undefinedCall r0 'nope' '' 1");
  });
});

describe("verification", () => {
  const forms = [
    "let {a, b: c = 2, ...rest} = {a: 1}\nlog(rest)",
    "let [x, _, y = 3, ...more] = [1, 2]",
    "for (a, b) in [1].iter().zip([2]) { log(a) }",
    'match 3 { 1 | 2 -> { "low" } n if n > 2 -> { "high" } _ -> { "none" } }',
    "match {k: 1} { {k: 2, v: w} -> { w } [a, b] -> { a } Result.Ok(v) -> { v } _ -> { nil } }",
    "let r = try { 1 / 0 } catch (e: E) { e } finally { log(1) }",
    "while true { try { break } finally { continue } }",
    "retry 3 { throw 1 }",
    "deadline 5s { for x in 1 to 3 { return x } }",
    "let v = (try { 1 })?",
    "let s = spawn { 1 }",
    '"a" |> log(_)',
    'var d = {a: {b: [1]}}\nd.a.b[0] += 2\nd.a["x"] = 3',
    'guard true else { return 1 }\nrequire 1 == 1, "no"',
    "defer { log(1) }\ndefer { log(2) }\nreturn 3",
    "fn g() { yield 1 }\nfor x in g() { break }",
    "let xs = [1]\nlet t = xs == [] ? xs[0:1] : nil ?? {...{a: 1}, b: [...xs, 2]}",
    'tool hammer(times: int = 1) -> string { description "hit"\n "${times}" }',
  ];
  test.each(forms)("%s", (body) => {
    expect(() => compileSource(`pipeline main() {\n${body}\n}`)).not.toThrow();
  });
});
