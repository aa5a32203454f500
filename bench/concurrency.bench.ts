// What tasks cost: memory of parked ones, the time to wake them, fan-out by size, and how late the event loop gets its turn.
// Where the reference is installed (HARN_REFERENCE, or ~/harn-ref/bin/harn), the same programs run there too, as whole processes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { unguarded } from "../src/builtin/index.ts";
import { systemClock } from "../src/host/node/clock.ts";
import { memoryHost } from "../src/host/testing/index.ts";
import { memoryReader } from "../src/modules/index.ts";
import { compileProgram, standardCatalog } from "../src/program/index.ts";
import { createHostServices } from "../src/stdlib/host/index.ts";
import type { Value } from "../src/value/index.ts";
import { Channel, Machine } from "../src/vm/index.ts";

const parked = 10_000;

function pipeline(text: string): string {
  return `pipeline main() {\n${text}\n}\n`;
}

interface Loaded {
  readonly machine: Machine;
  run(): Promise<Value>;
}

async function load(text: string, globals: Readonly<Record<string, Value>> = {}): Promise<Loaded> {
  const program = compileProgram(
    { path: "bench.harn", text },
    { reader: memoryReader({}), catalog: standardCatalog, checks: false },
  );
  if (program.hasErrors) throw new Error(program.diagnostics.map(({ message }) => message).join("; "));
  const { host, services } = createHostServices({ ...memoryHost(), clock: systemClock });
  const machine = new Machine({
    catalog: standardCatalog,
    host,
    boundary: unguarded,
    services: new Map([...services].map(([key, service]) => [key.name, service])),
    write: () => {},
  });
  for (const [name, value] of Object.entries(globals)) machine.globals.set(name, value);
  const module = await machine.load(program.modules);
  const code = [...module.code.pipelines.values()][0];
  if (!code) throw new Error("the program has no pipeline");
  return { machine, run: () => machine.runRoot(module, code) };
}

function turn(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/**
 * Bytes of heap for each task that waits, and the milliseconds until all have gone on and ended. For sleeping tasks that
 * includes what is left of their sleep: 100 ms.
 */
async function parkedTasks(wait: string): Promise<{ readonly bytes: number; readonly wakeMs: number }> {
  const go = new Channel("go", 1, "outside");
  const text = pipeline(`var hs = []
    let lock = if true { sync_mutex_acquire("m") }
    for i in 1 to ${parked} { hs = hs.push(spawn { ${wait} }) }
    receive(go)
    sync_release(lock)
    for h in hs { await(h) }`);
  const { run } = await load(text, { go });
  const before = heapBytes();
  const running = run();
  await turn(wait.startsWith("sleep") ? 100 : 50);
  const bytes = (heapBytes() - before) / parked;
  const started = performance.now();
  go.close();
  await running;
  return { bytes, wakeMs: performance.now() - started };
}

/** Milliseconds of a whole run, the best of five. */
async function timeRuns(text: string): Promise<number> {
  const { run } = await load(text);
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  return Math.min(...times);
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

const reference = process.env.HARN_REFERENCE ?? join(homedir(), "harn-ref", "bin", "harn");

/** Milliseconds and peak memory of whole processes; nothing where the reference is not installed. */
function referenceRun(text: string): string {
  if (!existsSync(reference)) return "";
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

function report(name: string, ...figures: readonly string[]): void {
  console.log([name.padEnd(44), ...figures.filter((figure) => figure !== "")].join("  "));
}

if (!globalThis.gc) console.log("without --expose-gc the memory figures include garbage");
for (const [name, wait] of [
  ["receive", "receive(go)"],
  ["select", "select { x from go { } }"],
  ["mutex", "mutex { }"],
  ["named mutex", 'sync_release(sync_mutex_acquire("m"))'],
  ["sleep", "sleep(200)"],
] as const) {
  const rounds: Awaited<ReturnType<typeof parkedTasks>>[] = [];
  for (let round = 0; round < 6; round++) rounds.push(await parkedTasks(wait));
  const bytes = Math.min(...rounds.map((round) => round.bytes));
  const wakeMs = Math.min(...rounds.map((round) => round.wakeMs));
  report(
    `${parked} tasks parked at ${name}`,
    `${bytes.toFixed(0)} bytes each`,
    `${wakeMs.toFixed(0)} ms to wake and end`,
  );
}
const sleepers = pipeline(`var hs = []
  for i in 1 to ${parked} { hs = hs.push(spawn { sleep(200) }) }
  for h in hs { await(h) }`);
report(`${parked} tasks that sleep 200 ms`, `${(await timeRuns(sleepers)).toFixed(0)} ms`, referenceRun(sleepers));
for (const size of [1_000, 10_000, 100_000]) {
  const text = pipeline(`parallel ${size} { i -> i }`);
  const ms = await timeRuns(text);
  report(
    `parallel ${size}`,
    `${ms.toFixed(1)} ms`,
    `${((ms * 1e6) / size).toFixed(0)} ns a task`,
    size === 10_000 ? referenceRun(text) : "",
  );
}
for (const size of [10_000, 100_000]) {
  const ms = await timeRuns(
    pipeline(`var hs = []
    for i in 1 to ${size} { hs = hs.push(spawn { i }) }
    for h in hs { await(h) }`),
  );
  report(`spawn and await ${size}`, `${ms.toFixed(1)} ms`, `${((ms * 1e6) / size).toFixed(0)} ns a task`);
}
for (const [name, text] of [
  ["a loop of 3e7 turns", "var n = 0\nwhile n < 30000000 { n = n + 1 }"],
  ["1e5 short tasks", "parallel 100000 { i -> yield_now() }"],
] as const) {
  report(`longest wait of the event loop: ${name}`, `${(await worstDelay(pipeline(text))).toFixed(0)} ms`);
}
