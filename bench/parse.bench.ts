// Reading source: a generated program of 100,000 lines, lexed alone and parsed whole. There is no JavaScript side to compare with; the
// lines per second under the table are what to watch.
import { lex, parse } from "../src/syntax/index.ts";
import { Source } from "../src/text/index.ts";
import { generateProgram } from "./generated-program.ts";
import { bench } from "./harness.ts";

const text = generateProgram(100_000);
const source = new Source("generated.harn", text);
const { diagnostics, program } = parse(source);
if (diagnostics.length > 0) throw new Error(`the generated program does not parse: ${diagnostics[0]?.message}`);

const rows = await bench(
  [
    { name: "lex 100k lines", harn: () => lex(source).tokens.count },
    { name: "lex and parse 100k lines", harn: () => parse(source).program.items.length },
  ],
  { rounds: 15, roundMilliseconds: 200 },
);

const lines = source.lines.lineCount;
console.log(`\n${lines} lines, ${(text.length / 1e6).toFixed(1)} MB, ${program.items.length} items`);
for (const row of rows) console.log(`${row.name}: ${(lines / row.harn / 1000).toFixed(2)} million lines/s`);
