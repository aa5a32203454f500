import { describe, expect, test } from "vitest";
import { linesOf, prepareProgram } from "./testing/run-program.ts";

/** How many operators the top level of a program still has to work out. */
function constantsOf(expression: string): readonly unknown[] {
  const [[, code] = []] = prepareProgram(`let x = ${expression}`).modules;
  return (code?.initialize.constants ?? []).flatMap((constant) => ("value" in constant ? [constant.value] : []));
}

describe("constant expressions", () => {
  test.each([
    ["60 * 60 * 24", 86_400n],
    ["9223372036854775807 + 1", -9_223_372_036_854_775_808n],
    ["-7 / 2", -3n],
    ["-7 % 3", -1n],
    ["1 + 0.5", 1.5],
    ["2 < 3", true],
    ["1 == 1.0", true],
    ['"a" + "b" + "c"', "abc"],
  ])("%s is worked out while compiling", (expression, value) => {
    expect(constantsOf(expression)).toContain(value);
  });

  test.each([
    ["1 / 0", "error: "],
    ["1 % 0", "error: "],
    ["1.0 / 0.0", "inf"],
    ["0.0 * -1.0", "-0.0"],
    ['1 + "a"', "error: "],
    ["1 - nil", "error: "],
    ["-true", "error: "],
    ["2 * 3 + 9223372036854775807", "-9223372036854775803"],
  ])("%s is what it is where nothing is constant", async (expression, start) => {
    const constant = await linesOf(`pipeline main() { println(${expression}) }`);
    const variables = expression.replaceAll(/"a"|[\d.]+|nil|true/g, "same($&)");
    const computed = await linesOf(`fn same(x) { return x }\npipeline main() { println(${variables}) }`);
    const apart = (lines: readonly string[]): readonly string[] =>
      lines.map((line) => line.replace(/ \(line \d+\)/, ""));
    expect(apart(constant)).toEqual(apart(computed));
    expect(constant[0]?.startsWith(start)).toBe(true);
  });
});
