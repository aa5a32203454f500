// How long `harn run` on a one-line program takes as a whole process, and a program that embeds Harn and runs one, beside Node doing
// nothing. They take turns.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const rounds = 31;
const folder = mkdtempSync(join(tmpdir(), "harn-cold-"));
writeFileSync(join(folder, "hello.harn"), 'pipeline main() { harness.stdio.println("hello") }\n');
const command = join(process.cwd(), "dist", "cli.cjs");

const embedding = `import { createHarn } from ${JSON.stringify(pathToFileURL(join(process.cwd(), "dist", "index.node.js")).href)};
await createHarn().run({ path: "a.harn", text: "pipeline main() { 1 }" });`;

const cases = {
  "node -e 0": ["-e", "0"],
  "harn --version": [command, "--version"],
  "harn run hello.harn": [command, "run", "hello.harn"],
  'import "harn" and run': ["--input-type=module", "-e", embedding],
} as const;

const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]));
for (let round = -1; round < rounds; round++) {
  for (const [name, args] of Object.entries(cases)) {
    const started = performance.now();
    const done = spawnSync(process.execPath, args, { cwd: folder });
    if (done.status !== 0) throw new Error(`${name} failed: ${done.stderr}`);
    // The first round only warms the file system.
    if (round >= 0) times.get(name)?.push(performance.now() - started);
  }
}
rmSync(folder, { recursive: true });

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const least = (values: readonly number[]): number => Math.min(...values);
const base = median(times.get("node -e 0") ?? []);
console.log("process                 least ms  median ms  over node -e 0");
for (const [name, values] of times) {
  const difference = (median(values) - base).toFixed(1).padStart(8);
  console.log(
    `${name.padEnd(22)}  ${least(values).toFixed(1).padStart(8)}  ${median(values).toFixed(1).padStart(9)}  ${difference} ms`,
  );
}
