import { describe, expect, it } from "vitest";
import { print } from "./printer/print.ts";
import { readFixtures } from "./testing/fixtures.ts";
import { errorsOf, meaningOf, programOf } from "./testing/parse-text.ts";

const fixtures = [...readFixtures()];

interface Spanned {
  readonly start: number;
  readonly end: number;
}

/** Calls back for every object of a tree that has a span, with the span of the nearest object around it that has one. */
function eachSpan(
  value: unknown,
  around: Spanned,
  check: (span: Spanned, around: Spanned, node: object) => void,
): void {
  if (typeof value !== "object" || value === null) return;
  const found = (value as { span?: Spanned }).span;
  if (found) check(found, around, value);
  for (const [key, child] of Object.entries(value)) {
    if (key !== "span" && key !== "pathSpan") eachSpan(child, found ?? around, check);
  }
}

describe.each(fixtures)("%s", (_, text) => {
  it("parses", () => {
    expect(errorsOf(text)).toEqual([]);
  });

  it("reads back from its printed form", () => {
    const program = programOf(text);
    const printed = print(program);
    expect(meaningOf(programOf(printed))).toBe(meaningOf(program));
    expect(print(programOf(printed))).toBe(printed);
  });

  it("has spans that lie inside each other", () => {
    const program = programOf(text);
    eachSpan(program, program.span, (span, around) => {
      expect(span.start).toBeGreaterThanOrEqual(around.start);
      expect(span.end).toBeLessThanOrEqual(around.end);
      expect(span.start).toBeLessThanOrEqual(span.end);
    });
  });

  it("has names that stand where they say", () => {
    const program = programOf(text);
    eachSpan(program, program.span, (span, _around, node) => {
      const isName = Object.keys(node).length === 2 && "text" in node;
      if (isName) expect(text.slice(span.start, span.end)).toBe(node.text);
    });
  });
});
