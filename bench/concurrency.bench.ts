// What tasks cost: fan-out by size, in every form, and how late the event loop gets its turn. What waiting costs is in
// `parking.bench.ts`. Where HARN_REFERENCE names the executable of the reference, two of the programs run there too,
// as whole processes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { best, load, pipeline, stopwatch, type Times } from "./loaded-program.ts";

/** A whole run, the best of several. */
async function timeRuns(text: string, rounds = 5): Promise<Times> {
  const { run } = await load(text);
  return best(rounds, async () => {
    globalThis.gc?.();
    const stop = stopwatch();
    await run();
    return stop();
  });
}

/** How late a timer of the embedding program fires at worst while a program runs. */
async function worstDelay(text: string): Promise<number> {
  const { run } = await load(text);
  let worst = 0;
  let last = performance.now();
  const probe = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 1);
    last = now;
  }, 1);
  await run();
  clearInterval(probe);
  return worst;
}

const reference = process.env.HARN_REFERENCE;

/** Milliseconds and peak memory of whole processes; nothing where the reference is not installed. */
function referenceRun(text: string): string {
  if (reference === undefined) return "";
  const folder = mkdtempSync(join(tmpdir(), "harn-bench-"));
  try {
    writeFileSync(join(folder, "bench.harn"), text);
    const started = performance.now();
    const peak = execFileSync(
      "/bin/sh",
      [
        "-c",
        '"$0" run bench.harn >/dev/null 2>&1 & p=$!; m=0; while kill -0 $p 2>/dev/null; do v=$(awk "/VmHWM/ {print \\$2}" /proc/$p/status 2>/dev/null); m=${v:-$m}; sleep 0.05; done; echo $m',
        reference,
      ],
      { cwd: folder, encoding: "utf8" },
    );
    return `reference: ${(performance.now() - started).toFixed(0)} ms, ${(Number(peak) / 1024).toFixed(0)} MB`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sizes = [1000, 10_000, 100_000];

/** `N` stands for the size. */
const fanOuts: Readonly<Record<string, string>> = {
  parallel: "parallel N { i -> i }",
  "parallel each": "parallel each (1 to N) { i -> i }",
  "parallel settle": "parallel settle (1 to N) { i -> i }",
  "parallel each as stream": "for x in (parallel each (1 to N) { i -> i } as stream) { }",
  "parallel, 16 at a time": "parallel each (1 to N) with { max_concurrent: 16 } { i -> i }",
  "spawn all, await all": "var hs = []\nfor i in 1 to N { hs = hs.push(spawn { i }) }\nfor h in hs { await(h) }",
  "spawn and await each": "for i in 1 to N { await(spawn { i }) }",
};

const perTask = ({ wallMs, cpuMs }: Times, size: number): string =>
  `${((wallMs * 1e6) / size).toFixed(0)} (${((cpuMs * 1e6) / size).toFixed(0)})`;

/** Short runs need more rounds until their code is warm. */
const roundsOf = (size: number): number => Math.min(50, Math.max(5, 100_000 / size));

console.log("nanoseconds a task, with processor time of all threads in brackets");
console.log(["".padEnd(26), ...sizes.map((size) => String(size).padStart(16))].join(""));
for (const [name, body] of Object.entries(fanOuts)) {
  const cells: string[] = [];
  for (const size of sizes) {
    const times = await timeRuns(pipeline(body.replaceAll("N", String(size))), roundsOf(size));
    cells.push(perTask(times, size).padStart(16));
  }
  console.log(name.padEnd(26) + cells.join(""));
}

const sleepers = pipeline(`var hs = []
  for i in 1 to 10000 { hs = hs.push(spawn { sleep(200) }) }
  for h in hs { await(h) }`);
console.log(
  `\n10000 tasks that sleep 200 ms: ${(await timeRuns(sleepers)).wallMs.toFixed(0)} ms  ${referenceRun(sleepers)}`,
);
const trivial = pipeline("parallel 10000 { i -> i }");
console.log(`parallel 10000: ${(await timeRuns(trivial)).wallMs.toFixed(0)} ms  ${referenceRun(trivial)}`);
for (const [name, text] of [
  ["a loop of 3e7 turns", "var n = 0\nwhile n < 30000000 { n = n + 1 }"],
  ["1e5 short tasks", "parallel 100000 { i -> yield_now() }"],
] as const) {
  console.log(`longest wait of the event loop, ${name}: ${(await worstDelay(pipeline(text))).toFixed(0)} ms`);
}
