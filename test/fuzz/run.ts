import { writeFileSync } from "node:fs";
import { editProgram } from "./edits.ts";
import { passThrough } from "./front-end.ts";
import { corpus } from "./programs.ts";
import { Random } from "./random.ts";

const [, , count = "10000", seed = "1", failures = ""] = process.argv;
const programs = corpus(process.cwd());
const random = new Random(Number(seed));
const seen = new Set<string>();
const tally = { parsed: 0, checked: 0, slowest: 0 };
const started = performance.now();

for (let done = 1; done <= Number(count); done++) {
  const text = editProgram(random.pick(programs), random, random.pick(programs));
  const begun = performance.now();
  try {
    const { parses, checks } = passThrough(text);
    if (parses) tally.parsed++;
    if (checks) tally.checked++;
  } catch (error) {
    tell(error, text);
  }
  const took = performance.now() - begun;
  if (took > tally.slowest) {
    tally.slowest = took;
    if (took > 1_000) tell(new Error(`took ${took.toFixed(0)} ms`), text);
  }
  if (done % 10_000 === 0) report(done);
}
report(Number(count));
process.exitCode = seen.size > 0 ? 1 : 0;

/** Each kind of failure once, with the shortest program being the reader's job. */
function tell(error: unknown, text: string): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind = stack.split("\n").slice(0, 3).join("\n");
  if (seen.has(kind)) return;
  seen.add(kind);
  console.log(`\n${stack}\n`);
  if (failures !== "") writeFileSync(`${failures}/${seen.size}.harn`, text);
}

function report(done: number): void {
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${done} programs in ${seconds.toFixed(0)} s, ${tally.parsed} parsed, ${tally.checked} checked, slowest ${tally.slowest.toFixed(0)} ms, ${seen.size} kinds of failure`,
  );
}
