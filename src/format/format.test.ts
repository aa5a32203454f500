import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Source } from "../text/index.ts";
import { format } from "./format.ts";
import { defaultFormatOptions } from "./options.ts";
import { commentWords, meaningOf, programOf } from "./testing/meaning.ts";

function formatted(text: string, options = defaultFormatOptions): string {
  const result = format(new Source("test.harn", text), options);
  if (result.kind === "failed") throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.text;
}

/** A statement on the first line of a function's body. */
function statement(text: string): string {
  return formatted(`fn f() {\n${text}\n}\n`)
    .split("\n")
    .slice(1, -2)
    .map((line) => line.slice(2))
    .join("\n");
}

const fixtures = join(import.meta.dirname, "fixtures");
const read = (name: string): string => readFileSync(join(fixtures, name), "utf8");
const names = readdirSync(fixtures)
  .filter((name) => !name.endsWith(".formatted.harn"))
  .map((name) => name.slice(0, -".harn".length));

describe("fixtures", () => {
  it.each(names)("%s", (name) => {
    const text = read(`${name}.harn`);
    const result = formatted(text);
    expect(result).toBe(read(`${name}.formatted.harn`));
    expect(formatted(result)).toBe(result);
    expect(meaningOf(programOf(result))).toBe(meaningOf(programOf(text)));
    expect(commentWords(programOf(result))).toEqual(commentWords(programOf(text)));
  });
});

describe("format", () => {
  it.each([
    ["let a=60s", "let a = 1m"],
    ["let a=1000ms", "let a = 1s"],
    ["let a=0s", "let a = 0ms"],
    ["let a=1.50", "let a = 1.5"],
    ["let a=2.0", "let a = 2.0"],
    ["let a = x&&y||z", "let a = (x && y) || z"],
    ["let a = (x ? y : z)+1", "let a = (x ? y : z) + 1"],
    ["let a = x ? ([1].b) : c", "let a = x ? ([1].b) : c"],
    ["let a = (x?)?", "let a = (x?)?"],
    ["let a = (x?).y", "let a = (x?).y"],
    ["(if a { b } else { c }).d", "(if a {\n  b\n} else {\n  c\n}).d"],
    ['let a = {["b"]: 1, "c d": 2, "e": 3}', 'let a = {b: 1, "c d": 2, e: 3}'],
    ['let a = """x "y" """', 'let a = "x \\"y\\" "'],
    ["for x in XS { y }", "for x in XS {\n  y\n}"],
    ["for x in XS { }", "for x in (XS) {\n}"],
    ["let a: int | nil | int = 1", "let a: int? = 1"],
    ["a.b(1,\n2)", "a.b(1, 2)"],
    ["a\n.b(1)", "a\n  .b(1)"],
    ["if a { b } else { if c { d } }", "if a {\n  b\n} else if c {\n  d\n}"],
    ["if a {\n b\n} else { // why\n if c { d } }", "if a {\n  b\n} else {\n  // why\n  if c {\n    d\n  }\n}"],
  ])("writes %s as %s", (text, expected) => {
    expect(statement(text)).toBe(expected);
  });

  it("wraps a list one byte longer than a line, wherever it stands", () => {
    const fits = `let a = [${"x".repeat(98)}]`;
    expect(statement(fits)).toBe(fits);
    expect(statement(`let a = [${"x".repeat(99)}]`)).toBe(`let a = [\n  ${"x".repeat(99)},\n]`);
  });

  it("counts bytes, not characters", () => {
    expect(statement(`let a = [${"é".repeat(50)}]`)).toContain("\n");
  });

  it("wraps arguments without taking the receiver apart", () => {
    const [first, second] = ["a", "b"].map((letter) => `"${letter.repeat(50)}"`);
    const wrapped = `x.y(\n  ${first},\n  ${second},\n)`;
    expect(statement(`x.y(${first}, ${second})`)).toBe(wrapped);
    expect(statement(wrapped)).toBe(wrapped);
  });

  it("puts no comma after a rest parameter", () => {
    expect(formatted("fn f(a, ...b) { }", { lineWidth: 10, separatorWidth: 0 })).toBe("fn f(\n  a,\n  ...b\n) {\n}\n");
  });

  it("leaves a file's header where it is when the imports below it move", () => {
    expect(formatted('/** Header. */\n\nimport "z"\n// about a\nimport "a"\n')).toBe(
      '/** Header. */\n// about a\nimport "a"\nimport "z"\n',
    );
  });

  it("keeps two doc comments apart, and does not end one early", () => {
    expect(formatted("/** a */\n\n\n/// b\nfn f() {}\n")).toBe("/** a */\n\n/** b */\nfn f() {\n}\n");
    expect(formatted("/// a */ b\nlet x = 1\n")).toBe("/// a */ b\nlet x = 1\n");
  });

  it("gives sections bars of the length asked for", () => {
    expect(formatted("// ---- A\nlet x = 1\n", { lineWidth: 100, separatorWidth: 10 })).toBe(
      "// -------\n// A\n// -------\n\nlet x = 1\n",
    );
  });

  it("keeps a `#!` line, and gives an empty program one line break", () => {
    expect(formatted("#!/usr/bin/env harn\nlet a=1")).toBe("#!/usr/bin/env harn\nlet a = 1\n");
    expect(formatted("")).toBe("\n");
    expect(formatted("#!harn")).toBe("#!harn\n");
    expect(formatted("#!harn\n\n")).toBe("#!harn\n");
  });

  it("lays nothing out that does not parse", () => {
    const result = format(new Source("test.harn", "let = 1"));
    expect(result.kind === "failed" && result.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "HARN-FMT-001 Expected variable name or destructuring pattern, got = at 1:5",
    ]);
  });
});
