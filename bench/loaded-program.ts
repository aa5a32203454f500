// A program on a machine of its own, in this process, with the machine's real clock.
import { unguarded } from "../src/builtin/index.ts";
import { systemClock } from "../src/host/node/clock.ts";
import { memoryHost } from "../src/host/testing/index.ts";
import { memoryReader } from "../src/modules/index.ts";
import { compileProgram, standardCatalog } from "../src/program/index.ts";
import { createHostServices } from "../src/stdlib/host/index.ts";
import type { Value } from "../src/value/index.ts";
import { Machine } from "../src/vm/index.ts";

export interface Loaded {
  /** Milliseconds on the clock that the program sees. */
  now(): number;
  run(): Promise<Value>;
  /** No task is ready: all that are left wait. */
  readonly isIdle: boolean;
}

export function pipeline(text: string): string {
  return `pipeline main() {\n${text}\n}\n`;
}

export async function load(text: string, globals: Readonly<Record<string, Value>> = {}): Promise<Loaded> {
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
  return {
    now: () => host.clock.monotonic(),
    run: () => machine.runRoot(module, code),
    get isIdle() {
      return machine.scheduler.isIdle;
    },
  };
}

/** Wall-clock and processor milliseconds of one piece of work; the second tells more on a machine that does other work too. */
export interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Call it, and what it gives when the work is done. */
export function stopwatch(): () => Times {
  const cpu = process.cpuUsage();
  const started = performance.now();
  return () => {
    const wallMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs, cpuMs: (user + system) / 1000 };
  };
}

/** The best of several rounds, each figure by itself. */
export async function best(rounds: number, measure: () => Promise<Times>): Promise<Times> {
  const all: Times[] = [];
  for (let round = 0; round < rounds; round++) all.push(await measure());
  return {
    wallMs: Math.min(...all.map(({ wallMs }) => wallMs)),
    cpuMs: Math.min(...all.map(({ cpuMs }) => cpuMs)),
  };
}
