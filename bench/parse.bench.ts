// Reading source: the same generated program at 1,000, 10,000 and 100,000 lines, lexed alone and parsed whole, so that the curve shows.
// There is no JavaScript side to compare with; the lines per second under the table are what to watch.
import { lex, parse } from "../src/syntax/index.ts";
import { Source } from "../src/text/index.ts";
import { generateProgram } from "./generated-program.ts";
import { bench } from "./harness.ts";

const cases = [1_000, 10_000, 100_000].map((lines) => {
  const source = new Source("generated.harn", generateProgram(lines));
  const { diagnostics } = parse(source);
  if (diagnostics.length > 0) throw new Error(`the generated program does not parse: ${diagnostics[0]?.message}`);
  return { name: `${lines / 1000}k lines`, source, lines: source.lines.lineCount };
});

const rows = await bench(
  cases.flatMap(({ name, source }) => [
    { name: `lex, ${name}`, harn: () => lex(source).tokens.count },
    { name: `lex and parse, ${name}`, harn: () => parse(source).program.items.length },
  ]),
  { rounds: 15, roundMilliseconds: 200 },
);

console.log();
for (const { name, lines } of cases) {
  for (const row of rows.filter((each) => each.name.endsWith(`, ${name}`)))
    console.log(`${row.name}: ${(lines / row.harn / 1000).toFixed(2)} million lines/s`);
}
