import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lex, print } from "../syntax/index.ts";
import { arbitraryProgram } from "../syntax/testing/arbitrary-program.ts";
import { Source } from "../text/index.ts";
import { format } from "./format.ts";
import type { FormatOptions } from "./options.ts";
import { commentWords, meaningOf, programOf } from "./testing/meaning.ts";

const options: fc.Arbitrary<FormatOptions> = fc.record({
  lineWidth: fc.constantFrom(20, 40, 100),
  separatorWidth: fc.constant(0),
});

function formatted(text: string, settings: FormatOptions): string {
  const result = format(new Source("test.harn", text), settings);
  if (result.kind === "failed") throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.text;
}

interface Insertion {
  readonly place: number;
  readonly comment: string;
}

const insertion: fc.Arbitrary<Insertion> = fc.record({
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  comment: fc.constantFrom(
    "// line\n",
    "/* block */",
    "/// doc\n",
    "/** doc block */",
    "/* two\n lines */",
    "\n// own\n",
    "\n",
  ),
});

/** Comments between any two tokens, numbered so that each is looked for. */
function commented(text: string, insertions: readonly Insertion[]): string {
  const { tokens } = lex(new Source("test.harn", text));
  const starts = Array.from({ length: tokens.count }, (_, index) => index);
  const chosen = new Map<number, string>();
  insertions.forEach(({ place, comment }, number) => {
    const index = starts[Math.floor(place * starts.length)] as number;
    chosen.set(
      index,
      `${chosen.get(index) ?? ""} ${comment.replace(/line|block|own|doc|two/, (word) => `${word}${number}`)}`,
    );
  });
  let result = "";
  let from = 0;
  for (const index of starts) {
    const start = tokens.starts[index] as number;
    result += text.slice(from, start) + (chosen.get(index) ?? "");
    from = start;
  }
  return result + text.slice(from);
}

function isProgram(text: string): boolean {
  try {
    programOf(text);
    return true;
  } catch {
    return false;
  }
}

function check(text: string, settings: FormatOptions): void {
  const before = programOf(text);
  const once = formatted(text, settings);
  const after = programOf(once);
  expect(meaningOf(after)).toBe(meaningOf(before));
  expect(commentWords(after)).toEqual(commentWords(before));
  expect(formatted(once, settings)).toBe(once);
}

describe("format", () => {
  it("keeps the tree of any program and is done after one run", () => {
    fc.assert(
      fc.property(arbitraryProgram, options, (program, settings) => check(print(program), settings)),
      { numRuns: 150 },
    );
  });

  it("keeps comments between any two tokens", () => {
    fc.assert(
      fc.property(
        arbitraryProgram,
        fc.array(insertion, { minLength: 1, maxLength: 6 }),
        options,
        (program, insertions, settings) => {
          const text = commented(print(program), insertions);
          // A comment with a line break in it ends a statement, so that not every place will do.
          fc.pre(isProgram(text));
          check(text, settings);
        },
      ),
      { numRuns: 150 },
    );
  });
});
