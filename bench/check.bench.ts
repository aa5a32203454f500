// Checking: the same generated program at 1,000, 10,000 and 100,000 lines, so that the curve shows. There is no JavaScript side; the lines
// per second under the table are what to watch. With `HARN_REFERENCE=PATH` another `harn` checks the same files, as a process.
import { loadModuleGraph, memoryReader } from "../src/modules/index.ts";
import { standardCatalog } from "../src/program/index.ts";
import { Analysis, check } from "../src/types/index.ts";
import { generateProgram } from "./generated-program.ts";
import { bench, type Pair } from "./harness.ts";
import { timeReference } from "./reference.ts";

const path = "generated.harn";
const options = { ambientStdio: "warn" } as const;

const cases = [1_000, 10_000, 100_000].map((lines) => {
  const text = generateProgram(lines);
  const reader = memoryReader({ [path]: text });
  const graph = loadModuleGraph({ path, text }, reader);
  return { name: `${lines / 1000}k lines`, text, reader, graph, lines: graph.entry.source.lines.lineCount };
});

const pairs: readonly Pair[] = cases.flatMap(({ name, text, reader, graph }) => [
  { name: `check, ${name}`, harn: () => check(graph, standardCatalog, options).length },
  {
    name: `parse and check, ${name}`,
    harn: () => check(loadModuleGraph({ path, text }, reader), standardCatalog, options).length,
  },
]);

const rows = await bench(pairs, { rounds: 9, roundMilliseconds: 100 });
console.log();
for (const { name, lines } of cases) {
  for (const row of rows.filter((each) => each.name.endsWith(name) && !each.name.includes(`0${name}`)))
    console.log(`${row.name}: ${(lines / row.harn / 1000).toFixed(2)} million lines/s`);
}

editing();
timeReference("check", cases);

/** Many modules, one of which changes: what an editor does at every key. */
function editing(): void {
  const files: Record<string, string> = {};
  const names = Array.from({ length: 100 }, (_, index) => `part_${index}`);
  for (const name of names) files[`${name}.harn`] = generateProgram(1_000).replaceAll("order_total_", `${name}_total_`);
  files["main.harn"] = names.map((name) => `import { ${name}_total_0 } from "./${name}"\n`).join("");
  const reader = { ...memoryReader(files), read: (name: string) => files[name] ?? "" };
  const analysis = new Analysis(reader, standardCatalog, options);
  const time = (label: string): void => {
    const started = performance.now();
    const { checked } = analysis.check("main.harn");
    console.log(`${label}: ${(performance.now() - started).toFixed(1)} ms, ${checked} modules checked`);
  };
  console.log("\n100 modules of 1k lines");
  time("first");
  time("nothing changed");
  for (let round = 0; round < 3; round++) {
    files["part_7.harn"] = `${files["part_7.harn"]}\nfn edited_${round}() { return ${round} }\n`;
    time("a function more in one of them");
  }
}
