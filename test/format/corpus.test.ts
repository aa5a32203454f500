import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "../../src/format/index.ts";
import { commentWords, meaningOf, programOf } from "../../src/format/testing/meaning.ts";
import { lex, Token, type TokenList } from "../../src/syntax/index.ts";
import { Source } from "../../src/text/index.ts";
import { root } from "../architecture/imports.ts";

function programsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : programsBelow(path);
    return entry.name.endsWith(".harn") ? [path] : [];
  });
}

interface Sample {
  readonly name: string;
  readonly text: string;
}

/** Every program of the project that parses: conformance, examples, the library in Harn, and the formatter's own. */
const folders = ["conformance", "examples", "src/stdlib/lib", "src/format/fixtures"];

const corpus: readonly Sample[] = folders
  .flatMap((folder) => programsBelow(join(root, folder)))
  .map((path) => ({ name: relative(root, path), text: readFileSync(path, "utf8") }))
  .filter(({ text }) => isProgram(text));

function isProgram(text: string): boolean {
  try {
    programOf(text);
    return true;
  } catch {
    return false;
  }
}

function formatted(text: string): string {
  const result = format(new Source("test.harn", text));
  if (result.kind === "failed") throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.text;
}

/** Same tree, every comment, and nothing left to do. */
function holds({ name, text }: Sample): void {
  const before = programOf(text);
  const once = formatted(text);
  const after = programOf(once);
  expect(meaningOf(after), name).toBe(meaningOf(before));
  expect(commentWords(after), name).toEqual(commentWords(before));
  expect(formatted(once), name).toBe(once);
}

/** Blanks and line breaks as a careless writer leaves them, wherever they mean nothing. `next` gives a number below its argument. */
function disarranged(text: string, next: (below: number) => number): string {
  const { tokens } = lex(new Source("test.harn", text));
  let result = "";
  let from = 0;
  let inText = 0;
  for (let index = 0; index < tokens.count; index++) {
    const start = tokens.starts[index] as number;
    const gap = text.slice(from, start);
    result += inText > 0 || gap.trim() !== "" ? gap : disarrangedGap(gap, tokens, index, next);
    const kind = tokens.kindAt(index);
    if (kind === Token.TemplateStart) inText++;
    if (kind === Token.TemplateEnd) inText--;
    const end = tokens.ends[index] as number;
    result += text.slice(start, end);
    from = end;
  }
  return result + text.slice(from);
}

function disarrangedGap(gap: string, tokens: TokenList, index: number, next: (below: number) => number): string {
  if (index === 0) return gap;
  const before = tokens.kindAt(index - 1);
  if (gap.includes("\n")) return `${" ".repeat(next(3))}${"\n".repeat(1 + next(3))}${" ".repeat(next(9))}`;
  if (before === Token.Comma && next(6) === 0) return "\n";
  if (before === Token.LeftParen || before === Token.LeftBracket) return next(8) === 0 ? "\n" : " ".repeat(next(3));
  return gap === "" ? "" : " ".repeat(1 + next(3));
}

describe("format, over every program of the project", () => {
  it("finds them", () => {
    expect(corpus.length).toBeGreaterThan(200);
  });

  it.each(folders)("keeps meaning and comments in %s, and is done after one run", (folder) => {
    for (const sample of corpus.filter(({ name }) => name.startsWith(folder))) holds(sample);
  });

  it("does so whatever the layout was", () => {
    fc.assert(
      fc.property(fc.constantFrom(...corpus), fc.infiniteStream(fc.nat()), ({ name, text }, numbers) => {
        const stream = numbers[Symbol.iterator]();
        const messy = disarranged(text, (below) => stream.next().value % below);
        // A line break after a bracket or a comma can begin another statement.
        fc.pre(isProgram(messy));
        holds({ name, text: messy });
      }),
      { numRuns: 100 },
    );
  });
});
