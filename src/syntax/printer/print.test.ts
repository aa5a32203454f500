import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryExpression, arbitraryProgram } from "../testing/arbitrary-program.ts";
import { errorsOf, expressionOf, meaningOf, programOf } from "../testing/parse-text.ts";
import { floatText } from "./literals.ts";
import { expressionText, print } from "./print.ts";

describe("print", () => {
  it("gives back any program", () => {
    fc.assert(
      fc.property(arbitraryProgram, (program) => {
        const text = print(program);
        expect(errorsOf(text)).toEqual([]);
        expect(meaningOf(programOf(text))).toBe(meaningOf(program));
      }),
      { numRuns: 300 },
    );
  });

  it("gives back any expression", () => {
    fc.assert(
      fc.property(arbitraryExpression, (expression) => {
        const text = expressionText(expression);
        expect(errorsOf(`let it = ${text}`)).toEqual([]);
        expect(expressionText(expressionOf(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["(a ? b : c) + 1", "(a ? b : c) + 1"],
    ["((a + b)) * c", "(a + b) * c"],
    ["(a ** b) ** c", "(a ** b) ** c"],
    ["a ** (b ** c)", "a ** b ** c"],
    ["(if a { b } else { c }).d", "(if a {\n  b\n} else {\n  c\n}).d"],
    ["(x?).y", "(x?).y"],
    ["(x?) - 1", "(x?) - 1"],
    ["a ? ([1]).b : c", "a ? ([1].b) : c"],
    ["f((a < b), (c > (d + 1)))", "f(a < b, c > d + 1)"],
    ["f((a < b), (c > (d == 1)))", "f(a < b, (c > (d == 1)))"],
    ["-(-a)", "--a"],
    ["-2 ** 2", "-2 ** 2"],
    ["-(2 ** 2)", "-(2 ** 2)"],
    ['"a\\n${b}\\${c}"', '"a\\n${b}\\${c}"'],
  ])("writes %s as %s", (text, expected) => {
    expect(expressionText(expressionOf(text))).toBe(expected);
  });

  it("puts triple-quoted text at the margin", () => {
    expect(print(programOf('fn f() {\n  return """\n    a\n      b ${c}\n  """\n}'))).toBe(
      'fn f() {\n  return """\na\n  b ${c}\n"""\n}\n',
    );
  });
});

describe("floatText", () => {
  it.each([
    [0, "0.0"],
    [1.5, "1.5"],
    [1e21, "1000000000000000000000.0"],
    [1.25e-7, "0.000000125"],
    [Number.MAX_VALUE, `${BigInt(Number.MAX_VALUE)}.0`],
  ])("%d has no exponent", (value, text) => {
    expect(Number(floatText(value))).toBe(value);
    if (value < 1e300) expect(floatText(value)).toBe(text);
  });
});
