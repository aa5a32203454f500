// What an agent costs besides its model, which is a mock here: one turn with a tool call, many loops at once, and a long session, each
// in two sizes, so that what grows faster than they do shows. The log is in memory unless it is said.
// Where HARN_REFERENCE names the executable of the reference, the same programs run there too, as whole processes,
// less the time of an empty one.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, MemoryEventLog } from "../src/eventlog/index.ts";
import { systemClock } from "../src/host/node/clock.ts";
import { nodeDigests } from "../src/host/node/digests.ts";
import { nodeSha256 } from "../src/host/node/sha256.ts";
import { openSqliteEventLog } from "../src/host/node/sqlite/event-log.ts";
import { memoryHost } from "../src/host/testing/index.ts";
import { memoryReader } from "../src/modules/index.ts";
import { compileProgram, openRuntime, runProgram, standardCatalog } from "../src/program/index.ts";

const turns = 200;
const loops = 1000;
/** Of a warm program: what comes before is compiled meanwhile. */
const warmTurns = 100;
const warmRounds = 60;

const tools = `tool_define(tool_registry(), "ping", "Ping", {parameters: {}, handler: { _a -> "pong" }})`;

const prepared = (count: number): string => `
  for _i in 1 to ${count} { llm_mock({tool_calls: [{name: "ping", arguments: {}}]}) }
  llm_mock({text: "done"})`;
const loopOf = (count: number): string =>
  `agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", max_iterations: ${count + 1}})`;

const steps = (count: number): string => `
pipeline main(task) {
  let tools = ${tools}
  ${prepared(count)}
  ${loopOf(count)}
}
`;

/** The same loop again and again, with the milliseconds that each takes: what is told may be held back until its events are on the disk. */
const warm = `
pipeline main(task) {
  let tools = ${tools}
  for _round in 1 to ${warmRounds} {
    ${prepared(warmTurns)}
    let begun = harness.clock.monotonic_ms()
    ${loopOf(warmTurns)}
    println(harness.clock.monotonic_ms() - begun)
  }
}
`;

const concurrent = (count: number): string => `
pipeline main(task) {
  for _i in 1 to ${count} { llm_mock({text: "done"}) }
  parallel each 1 to ${count} { n -> agent_loop("go", nil, {provider: "mock", session_id: "s" + to_string(n)}) }
}
`;

function session(count: number): string {
  return `
pipeline main(task) {
  for _i in 1 to ${count} { llm_mock({text: "answer"}) }
  for n in 1 to ${count} { agent_loop("question", nil, {provider: "mock", session_id: "long"}) }
}
`;
}

const memoryLog = (): EventLog => new MemoryEventLog({ sha256: nodeSha256, now: () => systemClock.now() });

async function run(text: string, openLog = memoryLog, onOutput: (text: string) => void = () => {}): Promise<void> {
  const program = compileProgram(
    { path: "bench.harn", text },
    { reader: memoryReader({}), catalog: standardCatalog, checks: false },
  );
  if (program.hasErrors) throw new Error(program.diagnostics.map(({ message }) => message).join("; "));
  const { runtime, close } = openRuntime({
    host: { ...memoryHost(), clock: systemClock },
    name: "bench",
    output: (_stream, text) => onOutput(text),
    // Digests by the platform, as `harn run` has them.
    library: { digests: nodeDigests },
    openLog,
  });
  const result = await runProgram(runtime.machine, program);
  await close();
  if (result.kind === "error") throw result.error;
}

/** Milliseconds, the least of a few runs: what comes on top of it is somebody else's work on the machine. */
async function least(work: () => Promise<void> | void, runs: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let at = 0; at < runs; at++) {
    const begun = performance.now();
    await work();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

const reference = process.env.HARN_REFERENCE;
const folder = mkdtempSync(join(tmpdir(), "harn-bench-agents-"));

async function referenceTime(text: string): Promise<number | undefined> {
  if (reference === undefined) return undefined;
  const file = join(folder, "program.harn");
  writeFileSync(file, text);
  const start = (): void => {
    execFileSync(reference, ["run", file], { cwd: folder, stdio: "ignore", env: { ...process.env, HOME: folder } });
  };
  return least(start, 3);
}

const empty = await referenceTime("pipeline main(task) {\n}\n");

async function report(name: string, text: string, share: number, unit: string): Promise<void> {
  const own = (await least(() => run(text), 5)) / share;
  const other = await referenceTime(text);
  const there = other === undefined || empty === undefined ? "" : `${((other - empty) / share).toFixed(3)} ms`;
  console.log(`${name.padEnd(42)} ${`${own.toFixed(3)} ms`.padEnd(14)} ${there.padEnd(16)} ${unit}`);
}

/** Turns of a program that is warm: the least and the median of the later half of its loops. */
async function reportWarm(name: string, openLog: () => EventLog): Promise<void> {
  let output = "";
  await run(warm, openLog, (text) => {
    output += text;
  });
  const times = output
    .trim()
    .split("\n")
    .map((line) => Number(line) / (warmTurns + 1));
  const later = times.slice(times.length >> 1).sort((a, b) => a - b);
  const shown = (share: number): string => (later[Math.floor((later.length - 1) * share)] ?? Number.NaN).toFixed(3);
  console.log(`${name.padEnd(42)} ${`${shown(0)} ms`.padEnd(14)} ${"".padEnd(16)} per turn, median ${shown(0.5)} ms`);
}

console.log(`${"".padEnd(42)} ${"here".padEnd(14)} ${"reference".padEnd(16)}`);
await reportWarm("a turn with a tool call, warm", memoryLog);
let files = 0;
await reportWarm("the same, its events in SQLite", () =>
  openSqliteEventLog({ path: join(folder, `events-${files++}.sqlite`), now: () => systemClock.now() }),
);
await report("a turn with a tool call, as one program", steps(turns), turns, "per turn");
for (const count of [loops / 4, loops]) await report(`${count} loops at once`, concurrent(count), count, "per loop");
await report("a session of 125 turns", session(125), 125, "per turn");
await report("a session of 500 turns", session(500), 500, "per turn");
rmSync(folder, { recursive: true, force: true });
