// Formatting: the same generated program at 1,000, 10,000 and 100,000 lines, so that the curve shows; parsing is part of it. There is no
// JavaScript side; the lines per second under the table are what to watch. With `HARN_REFERENCE=PATH` another `harn` formats the same
// files, as a process.
import { type Formatted, format } from "../src/format/index.ts";
import { Source } from "../src/text/index.ts";
import { generateProgram } from "./generated-program.ts";
import { bench } from "./harness.ts";
import { timeReference } from "./reference.ts";

const cases = [1_000, 10_000, 100_000].map((lines) => ({
  name: `format, ${lines / 1000}k lines`,
  source: new Source("generated.harn", generateProgram(lines)),
}));

const rows = await bench(
  cases.map(({ name, source }) => ({ name, harn: () => lengthOf(format(source)) })),
  { rounds: 9, roundMilliseconds: 100 },
);

console.log();
for (const [index, { name, source }] of cases.entries()) {
  const row = rows[index];
  if (row !== undefined)
    console.log(`${name}: ${(source.lines.lineCount / row.harn / 1000).toFixed(2)} million lines/s`);
}
timeReference(
  "fmt",
  cases.map(({ name, source }) => ({ name, text: source.text })),
);

function lengthOf(formatted: Formatted): number {
  return formatted.kind === "formatted" ? formatted.text.length : 0;
}
