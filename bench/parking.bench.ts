// What a task that waits costs, for every way of waiting: its memory, and the time until 10,000 of them have gone on and ended.
// The first lines are the same in plain JavaScript, so that the ratio can be told on any machine.
// `HARN_BENCH_ONLY=mutex` measures the ways whose name contains a word.
import { Channel } from "../src/vm/index.ts";
import { load, pipeline, stopwatch, type Times } from "./loaded-program.ts";

const parked = 10_000;
const rounds = 6;
/** When those that wait for the time go on, after the start in milliseconds: all have to be at their wait by then. */
const dueMs = 2000;

interface Way {
  readonly name: string;
  /** Before the tasks are started. */
  readonly setUp?: string;
  /** What each of them does. */
  readonly wait: string;
  /** What lets them go on, when it is not the time. */
  readonly release?: string;
}

const ways: readonly Way[] = [
  { name: "receive", setUp: 'let c = channel("c", 1)', wait: "receive(c)", release: "close_channel(c)" },
  {
    name: "send",
    setUp: 'let c = channel("c", 1)\nsend(c, 0)',
    wait: "send(c, 1)",
    release: `for i in 0 to ${parked} { receive(c) }`,
  },
  {
    name: "select",
    setUp: 'let c = channel("c", 1)\nlet d = channel("d", 1)',
    wait: "select { x from c { } y from d { } }",
    release: "close_channel(c)",
  },
  { name: "mailbox", setUp: 'let m = mailbox_open("m")', wait: "mailbox_receive(m)", release: "mailbox_close(m)" },
  {
    name: "await of one task",
    setUp: 'let c = channel("c", 1)\nlet gate = spawn { receive(c) }',
    wait: "await(gate)",
    release: "close_channel(c)",
  },
  {
    name: "await of a task each",
    setUp: 'let c = channel("c", 1)',
    wait: "await(spawn { receive(c) })",
    release: "close_channel(c)",
  },
  {
    name: "mutex",
    setUp: 'let p = sync_mutex_acquire("__default__")',
    wait: "mutex { }",
    release: "sync_release(p)",
  },
  {
    name: "named mutex",
    setUp: 'let p = sync_mutex_acquire("m")',
    wait: 'sync_release(sync_mutex_acquire("m"))',
    release: "sync_release(p)",
  },
  {
    name: "semaphore",
    setUp: 'let p = sync_semaphore_acquire("s", 8, 8)',
    wait: 'sync_release(sync_semaphore_acquire("s", 8))',
    release: "sync_release(p)",
  },
  {
    name: "read-write lock",
    setUp: 'let p = sync_rwlock_acquire("d", "write")',
    wait: 'sync_release(sync_rwlock_acquire("d", "read"))',
    release: "sync_release(p)",
  },
  {
    name: "gate with a timeout",
    setUp: 'let p = sync_gate_acquire("g", 1)',
    wait: 'sync_release(sync_gate_acquire("g", 1, 60000))',
    release: "sync_release(p)",
  },
  {
    name: "a stream",
    setUp: 'let c = channel("c", 1)\nlet s = stream.merge(c)',
    wait: "stream.first(s)",
    release: "close_channel(c)",
  },
  {
    name: "a branch of parallel",
    setUp: 'let c = channel("c", 1)',
    wait: "parallel 1 { i -> receive(c) }",
    release: "close_channel(c)",
  },
  { name: "sleep", wait: "sleep(until - monotonic_ms())" },
  {
    name: "receive with a timeout",
    setUp: 'let c = channel("c", 1)',
    wait: "channel_select([c], until - monotonic_ms())",
  },
  {
    name: "mutex with a timeout",
    setUp: 'let p = sync_mutex_acquire("m")',
    wait: 'sync_mutex_acquire("m", until - monotonic_ms())',
  },
  {
    name: "deadline of each",
    setUp: 'let c = channel("c", 1)',
    wait: "try { deadline (until - monotonic_ms()) { receive(c) } } catch (e) { }",
  },
];

function textOf({ setUp = "", wait, release }: Way): string {
  return pipeline(`let until = monotonic_ms() + ${dueMs}
    ${setUp}
    var hs = []
    for i in 1 to ${parked} { hs = hs.push(spawn { ${wait} }) }
    ${release === undefined ? "" : `receive(go)\n${release}`}
    for h in hs { await(h) }`);
}

const oneDeadline = pipeline(`let c = channel("c", 1)
  try { deadline ${dueMs}ms { parallel ${parked} { i -> receive(c) } } } catch (e) { }`);

function turn(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

interface Measured extends Times {
  readonly bytes: number;
}

async function measure(text: string, wakesByTime: boolean): Promise<Measured> {
  const go = new Channel("go", 1, "outside");
  const program = await load(text, { go });
  const before = heapBytes();
  const due = performance.now() + dueMs;
  const running = program.run();
  while (!program.isIdle) await turn(1);
  const bytes = (heapBytes() - before) / parked;
  if (wakesByTime) await turn(due - performance.now() - 5);
  const stop = stopwatch();
  go.close();
  await running;
  const { wallMs, cpuMs } = stop();
  return { bytes, wallMs: wakesByTime ? performance.now() - due : wallMs, cpuMs };
}

function* parkedGenerator(): Generator<undefined, undefined, number> {
  const index = yield;
  sum += index;
}

async function parkedFunction(gate: Promise<number>): Promise<void> {
  sum += await gate;
}

/** So that the work has a result. */
let sum = 0;

async function measureGenerators(): Promise<Measured> {
  const before = heapBytes();
  const waiting = Array.from({ length: parked }, parkedGenerator);
  for (const one of waiting) one.next();
  const bytes = (heapBytes() - before) / parked;
  const stop = stopwatch();
  for (const [index, one] of waiting.entries()) one.next(index);
  return { bytes, ...stop() };
}

async function measurePromises(): Promise<Measured> {
  const before = heapBytes();
  const open: ((value: number) => void)[] = [];
  const ended: Promise<void>[] = [];
  for (let index = 0; index < parked; index++) ended.push(parkedFunction(new Promise((resolve) => open.push(resolve))));
  await turn(1);
  const bytes = (heapBytes() - before) / parked;
  const stop = stopwatch();
  for (const [index, resolve] of open.entries()) resolve(index);
  await Promise.all(ended);
  return { bytes, ...stop() };
}

async function report(name: string, measureOne: () => Promise<Measured>): Promise<void> {
  if (!name.includes(process.env.HARN_BENCH_ONLY ?? "")) return;
  const all: Measured[] = [];
  for (let round = 0; round < rounds; round++) all.push(await measureOne());
  const least = (figure: (one: Measured) => number): string => {
    const found = Math.min(...all.map(figure));
    return found.toFixed(found < 10 ? 1 : 0);
  };
  console.log(
    `${parked} tasks at ${name.padEnd(24)} ${least(({ bytes }) => bytes).padStart(5)} bytes each   woken and ended in ${least(({ wallMs }) => wallMs).padStart(4)} ms, ${least(({ cpuMs }) => cpuMs).padStart(4)} ms of processor`,
  );
}

if (!globalThis.gc) console.log("without --expose-gc the memory figures include garbage");
await report("(JavaScript) generators", measureGenerators);
await report("(JavaScript) promises", measurePromises);
for (const way of ways) await report(way.name, () => measure(textOf(way), way.release === undefined));
await report("one deadline for all", () => measure(oneDeadline, true));
if (sum < 0) console.log(sum);
