import { expect, it } from "vitest";
import { editProgram } from "./edits.ts";
import { passThrough } from "./front-end.ts";
import { corpus } from "./programs.ts";
import { Random } from "./random.ts";

/** A taste of `scripts/fuzz.mjs`, which tries as many as one likes. */
const edits = 1_500;

it("nothing that can be typed into a program ends lexer, parser, checker, linter, formatter or compiler", () => {
  const programs = corpus(process.cwd());
  expect(programs.length).toBeGreaterThan(100);
  const random = new Random(20);
  let parsed = 0;
  for (let left = edits; left > 0; left--) {
    const text = editProgram(random.pick(programs), random, random.pick(programs));
    try {
      if (passThrough(text).parses) parsed++;
    } catch (error) {
      expect.fail(`${error instanceof Error ? error.stack : String(error)}\n\nthe program:\n${text}`);
    }
  }
  // Edits that never parse would not reach the checker and the formatter.
  expect(parsed).toBeGreaterThan(edits / 20);
  expect(parsed).toBeLessThan(edits);
});
