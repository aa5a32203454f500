// Linting: the same generated program at 1,000, 10,000 and 100,000 lines, so that the curve shows; it is parsed before. There is no
// JavaScript side; the lines per second under the table are what to watch. With `HARN_REFERENCE=PATH` another `harn` lints the same files,
// as a process.
import { lint } from "../src/lint/index.ts";
import { loadModuleGraph, memoryReader } from "../src/modules/index.ts";
import { standardCatalog } from "../src/program/index.ts";
import { generateProgram } from "./generated-program.ts";
import { bench } from "./harness.ts";
import { timeReference } from "./reference.ts";

const path = "generated.harn";

const cases = [1_000, 10_000, 100_000].map((lines) => {
  const text = generateProgram(lines);
  return {
    name: `lint, ${lines / 1000}k lines`,
    text,
    module: loadModuleGraph({ path, text }, memoryReader({})).entry,
  };
});

const rows = await bench(
  cases.map(({ name, module }) => ({ name, harn: () => lint(module, standardCatalog).length })),
  { rounds: 9, roundMilliseconds: 100 },
);

console.log();
for (const [index, { name, module }] of cases.entries()) {
  const row = rows[index];
  if (row !== undefined)
    console.log(`${name}: ${(module.source.lines.lineCount / row.harn / 1000).toFixed(2)} million lines/s`);
}
timeReference("lint", cases);
