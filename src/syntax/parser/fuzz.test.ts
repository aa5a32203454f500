import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderDiagnostics } from "../../diagnostics/index.ts";
import { print } from "../printer/print.ts";
import { readFixtures } from "../testing/fixtures.ts";
import { errorsOf, parseText } from "../testing/parse-text.ts";

const sources = [...readFixtures().values()];

const scrap = fc.constantFrom(
  ...'( ) [ ] { } ${ } " """ , : ; . ... ? ?. -> | & = == ! - ** \\ \n // /* */ @ # é \u{1F600} \0'.split(" "),
  ..."let fn if else match for in to catch pub struct parallel each gen not cost_route { x -> select".split(" "),
);

/** Takes out a stretch of the text and puts something else in. */
const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat({ max: 12 }), scrap });

function apply(text: string, edits: readonly { at: number; length: number; scrap: string }[]): string {
  return edits.reduce((result, { at, length, scrap: added }) => {
    const start = Math.floor(at * result.length);
    return result.slice(0, start) + added + result.slice(start + length);
  }, text);
}

function survives(text: string): void {
  const { program, diagnostics } = parseText(text);
  for (const { span } of diagnostics) {
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeLessThanOrEqual(text.length);
  }
  renderDiagnostics(diagnostics);
  // What is left of a broken program is a program still.
  expect(errorsOf(print(program))).toEqual([]);
}

describe("parse", () => {
  it("survives any edits of valid programs", () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 6 }), (source, edits) => {
        survives(apply(source, edits));
      }),
      { numRuns: 100 },
    );
  });

  it("survives any stretch of a valid program", () => {
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.nat(), fc.nat(), (source, a, b) => {
        const [from = 0, to = 0] = [a % source.length, b % source.length].sort((x, y) => x - y);
        survives(source.slice(from, to));
      }),
      { numRuns: 100 },
    );
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(scrap, fc.string({ maxLength: 3 })), { maxLength: 60 }), (parts) => {
        survives(parts.join(" "));
      }),
      { numRuns: 300 },
    );
  });
});
