import {
  Catalog,
  type CatalogPart,
  declare,
  type Host,
  opt,
  rest,
  SUSPENDED,
  t,
  unguarded,
} from "../../builtin/index.ts";
import type { ModuleCode } from "../../bytecode/index.ts";
import { compileModule } from "../../compile/index.ts";
import { memoryHost } from "../../host/testing/index.ts";
import { loadModuleGraph, memoryReader } from "../../modules/index.ts";
import { Raise, show, type Value } from "../../value/index.ts";
import { machineCatalog } from "../catalog.ts";
import { millisecondsOf } from "../concurrency/timer.ts";
import type { CodeMarks } from "../jit/code-marks.ts";
import { type Compiling, Machine } from "../machine.ts";
import type { Task } from "../task.ts";
import type { Turns } from "../turns.ts";
import { SteppingClock } from "./stepping-clock.ts";

export interface ProgramRun {
  /** What `println` wrote, by line. */
  readonly lines: readonly string[];
  /** How it ended: its value, or `error: …`. */
  readonly result: string;
  /** The virtual clock at its end, in milliseconds. */
  readonly elapsed: number;
  readonly machine: Machine;
}

export interface ProgramOptions {
  readonly parts?: readonly CatalogPart[];
  /** By key name. */
  readonly services?: ReadonlyMap<string, unknown>;
  readonly globals?: ReadonlyMap<string, Value>;
  readonly host?: Partial<Host>;
  /** The clock that moves on by itself, when the host that is given wraps it. */
  readonly clock?: SteppingClock;
  /** Gets the root task before it starts. */
  readonly watch?: (task: Task) => void;
  readonly compiling?: Compiling;
  readonly marks?: CodeMarks;
  readonly turns?: Turns;
  /** Seed of the order in which ready tasks run. */
  readonly interleaving?: number;
  /** Virtual milliseconds after which a program is taken to hang. */
  readonly patienceMs?: number;
  /** What runs in place of a compiled module. */
  readonly rewrite?: (code: ModuleCode) => ModuleCode;
}

/** `println`, `sleep` and a few more: enough to see what a program does, whatever the standard library says today. */
const basics: CatalogPart = {
  builtins: [
    declare("testing")({
      name: "println",
      summary: "Write a line.",
      params: [rest("parts", t.any)],
      run: (context, ...parts) => {
        context.write("stdout", `${parts.map(show).join(" ")}\n`);
        return null;
      },
    }),
    declare("testing")({
      name: "sleep",
      summary: "Wait.",
      params: [opt("duration", t.any)],
      run: (context, duration) => {
        let cancel = (): void => {};
        const waker = context.park({ kind: "timer", detail: "sleep" }, () => cancel());
        cancel = context.host.clock.schedule(millisecondsOf(duration) ?? 0, () => waker.wake(null));
        return SUSPENDED;
      },
    }),
    declare("testing")({
      name: "clock",
      summary: "The virtual clock.",
      params: [],
      run: (context) => context.host.clock.monotonic(),
    }),
  ],
};

/** A compiled text, and what it was compiled against. */
export interface PreparedProgram {
  readonly catalog: Catalog;
  readonly modules: readonly (readonly [id: string, code: ModuleCode])[];
}

/**
 * Compiles and runs one source text with the machine's own builtins, on a clock that moves on by itself whenever nothing
 * else can happen.
 */
export async function runProgram(text: string, options: ProgramOptions = {}): Promise<ProgramRun> {
  return runPrepared(prepareProgram(text, options), options);
}

export function prepareProgram(
  text: string,
  { parts = [], rewrite }: Pick<ProgramOptions, "parts" | "rewrite"> = {},
): PreparedProgram {
  const catalog = catalogOf([machineCatalog, ...parts, basics]);
  const graph = loadModuleGraph({ path: "main.harn", text }, memoryReader({}));
  const faults = graph.entry.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  if (faults.length > 0)
    throw new Error(`the program does not parse: ${faults.map((fault) => fault.message).join("; ")}`);
  const modules = [...graph.modules].map(([id, module]) => {
    const { code, problems } = compileModule(module, catalog, module === graph.entry ? "entry" : "imported");
    if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join("; "));
    return [id, rewrite === undefined ? code : rewrite(code)] as const;
  });
  return { catalog, modules };
}

/** Runs a program on a machine of its own; several times, on one after the other. */
export async function runPrepared(
  { catalog, modules }: PreparedProgram,
  options: Omit<ProgramOptions, "parts" | "rewrite"> = {},
): Promise<ProgramRun> {
  const clock = options.clock ?? new SteppingClock();
  const host: Host = { ...memoryHost(), clock, ...options.host };
  let written = "";
  const machine = new Machine({
    catalog,
    host,
    boundary: unguarded,
    services: options.services ?? new Map(),
    ...(options.interleaving === undefined ? {} : { interleaving: options.interleaving }),
    ...(options.compiling && { compiling: options.compiling }),
    ...(options.marks && { marks: options.marks }),
    ...(options.turns && { turns: options.turns }),
    write: (_stream, part) => {
      written += part;
    },
  });
  for (const [name, value] of options.globals ?? []) machine.globals.set(name, value);
  const result = await settle(machine, clock, options.patienceMs ?? 3_600_000, start(machine, modules, options));
  return { lines: written.split("\n").slice(0, -1), result, elapsed: clock.monotonic(), machine };
}

/** Only the lines, for programs whose value does not matter; an error is the last line. */
export async function linesOf(text: string, options: ProgramOptions = {}): Promise<readonly string[]> {
  const { lines, result } = await runProgram(text, options);
  return result.startsWith("error: ") ? [...lines, result] : lines;
}

/** Parts given later do not replace what is there: the basics only fill gaps. */
function catalogOf(parts: readonly CatalogPart[]): Catalog {
  const known = new Set<string>();
  return new Catalog(
    parts.map((part) => {
      const builtins = (part.builtins ?? []).filter((builtin) => !known.has(builtin.name));
      for (const builtin of builtins) known.add(builtin.name);
      return { ...part, builtins };
    }),
  );
}

async function start(
  machine: Machine,
  modules: PreparedProgram["modules"],
  { watch }: Pick<ProgramOptions, "watch">,
): Promise<Value> {
  const entry = await machine.load(modules);
  const pipeline = entry.code.pipelines.get("default") ?? [...entry.code.pipelines.values()][0];
  const closures = [entry.code.initialize, ...(pipeline ? [pipeline] : [])].map((code) => entry.rootClosure(code));
  const [first, second] = closures;
  return machine.runTask((task) => {
    const top = task.call0(first as Value);
    if (!second) return top;
    if (top === SUSPENDED) return task.resumeWith({ resume: () => task.call0(second) });
    return task.call0(second);
  }, watch);
}

/** Moves the clock to its next timer whenever the program waits, until it is done. */
async function settle(
  machine: Machine,
  clock: SteppingClock,
  patienceMs: number,
  running: Promise<Value>,
): Promise<string> {
  let result: string | undefined;
  running.then(
    (value) => {
      result = show(value);
    },
    (error: unknown) => {
      result = `error: ${error instanceof Raise ? show(error.value) : String(error)}`;
    },
  );
  while (result === undefined) {
    // A turn of the real event loop: every microtask has run, and tasks that gave it a turn go on.
    await new Promise((resolve) => setTimeout(resolve, 0));
    clock.turn();
    if (result !== undefined || !machine.scheduler.isIdle) continue;
    if (clock.pending > 0) clock.step();
    else if (await staysStill(machine, clock, () => result)) return "error: the program hangs";
    if (clock.monotonic() > patienceMs) return "error: out of patience";
  }
  return result;
}

/** Whether nothing happens although promises of the host had the time to settle. */
async function staysStill(machine: Machine, clock: SteppingClock, result: () => string | undefined): Promise<boolean> {
  const isStill = (): boolean => result() === undefined && clock.pending === 0 && machine.scheduler.isIdle;
  for (let look = 0; look < 200 && isStill(); look++) await new Promise((resolve) => setTimeout(resolve, 5));
  return isStill();
}
