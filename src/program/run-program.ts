import { type Outcome, SUSPENDED } from "../builtin/index.ts";
import type { FunctionCode } from "../bytecode/index.ts";
import { finishRun, lifecycleKey } from "../lifecycle/index.ts";
import type { StopSignal } from "../runtime/stop-signal.ts";
import { ExitRequest, isInt, isResult, Raise, show, type Value } from "../value/index.ts";
import { type LinkedModule, type Machine, SignalRequest, StuckRequest, type Task } from "../vm/index.ts";
import type { RunnableProgram } from "./stored-program.ts";

export interface RunOptions {
  /** The pipeline to run; without it `default`, else the first, else the file's statements and `fn main`. */
  readonly pipeline?: string;
  /**
   * Interrupts the program: its waits and loops fail with the reason if that is a `Raise`, else with a cancellation. For a
   * `SignalRequest` the program's handlers are called first; for a `StuckRequest` they fail with who waits for what.
   */
  readonly signal?: StopSignal;
  /** What the project needs once the program's modules are linked, before any of the entry runs. */
  readonly prepare?: (machine: Machine) => Promise<void>;
}

/** How a run ended. */
export type RunResult =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "exit"; readonly status: number }
  | { readonly kind: "error"; readonly error: Raise };

/** Links and runs a program that compiled. JavaScript exceptions that come out are faults of ours or of the host. */
export async function runProgram(
  machine: Machine,
  program: Pick<RunnableProgram, "modules">,
  options: RunOptions = {},
): Promise<RunResult> {
  if (program.modules.length === 0) throw new TypeError("a program with errors cannot run");
  try {
    const interruptible = interruptedBy(machine, options.signal);
    const entry = await machine.load(program.modules, interruptible);
    await options.prepare?.(machine);
    return { kind: "value", value: await runEntry(machine, entry, options.pipeline, interruptible) };
  } catch (error) {
    if (error instanceof ExitRequest) return { kind: "exit", status: error.status };
    if (error instanceof Raise) return { kind: "error", error };
    throw error;
  }
}

/** Hands the abort signal on to each task of the program that nobody else ends. */
function interruptedBy(machine: Machine, signal: StopSignal | undefined): (task: Task) => void {
  return (task) => {
    const cancel = (): void => {
      const reason: unknown = signal?.reason;
      if (reason instanceof StuckRequest) machine.deadlocks.endStuck(task, reason);
      else if (reason instanceof SignalRequest) machine.interrupts.deliver(task, reason.signal);
      else task.requestCancel(reason instanceof Raise ? reason : undefined);
    };
    if (signal?.aborted) return cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    task.whenDone(() => signal?.removeEventListener("abort", cancel));
  };
}

function runEntry(
  machine: Machine,
  entry: LinkedModule,
  pipeline: string | undefined,
  watch: (task: Task) => void,
): Promise<Value> {
  const body = (task: Task): Outcome => {
    const top = task.call0(entry.rootClosure(entry.code.initialize));
    if (top === SUSPENDED)
      return task.resumeWith({ resume: (_context, value) => runMain(task, entry, pipeline, value) });
    return runMain(task, entry, pipeline, top);
  };
  return machine.runTask((task) => finishing(task, body), watch);
}

/** The body, and what is done about unsettled work once it has ended. A body that fails leaves nothing to finish. */
function finishing(task: Task, body: (task: Task) => Outcome): Outcome {
  const lifecycle = task.machine.findService(lifecycleKey);
  if (lifecycle === undefined) return body(task);
  const finish = (value: Value): Outcome => finishRun(task, lifecycle, value, task.machine.global("harness") ?? null);
  const failed = (error: unknown): never => {
    if (!(error instanceof ExitRequest)) lifecycle.reset();
    throw error;
  };
  let outcome: Outcome;
  try {
    outcome = body(task);
  } catch (error) {
    return failed(error);
  }
  if (outcome !== SUSPENDED) return finish(outcome);
  return task.resumeWith({ resume: (_context, value) => finish(value), fail: (_context, error) => failed(error) });
}

/** What runs once the top level has: a pipeline, or `fn main(harness)`, or nothing more (language-semantics §10). */
function runMain(task: Task, entry: LinkedModule, wanted: string | undefined, topLevel: Value): Outcome {
  const pipeline = choosePipeline(entry.code.pipelines, wanted);
  if (pipeline) return task.call0(entry.rootClosure(pipeline));
  const main = entry.slots[entry.code.exports.get("main") ?? -1];
  const harness = task.machine.global("harness");
  if (main === undefined || harness === undefined) return topLevel;
  return task.call1(main, harness);
}

function choosePipeline(
  pipelines: ReadonlyMap<string, FunctionCode>,
  wanted: string | undefined,
): FunctionCode | undefined {
  if (wanted !== undefined) return pipelines.get(wanted);
  return pipelines.get("default") ?? [...pipelines.values()][0];
}

/** The process's exit status for a result: an int clamped to 0…255, 1 for an Err, 0 for anything else. */
export function exitStatusOf(value: Value): number {
  if (isInt(value)) return value < 0 ? 0 : value > 255 ? 255 : Number(value);
  return isResult(value) && value.variant === "Err" ? 1 : 0;
}

/** The status that a run's result ends the process with. */
export function statusOf(result: RunResult): number {
  switch (result.kind) {
    case "exit":
      return result.status;
    case "error":
      return 1;
    case "value":
      return exitStatusOf(result.value);
  }
}

/** What an Err result says on standard error. */
export function errorTextOf(value: Value): string | undefined {
  return isResult(value) && value.variant === "Err" ? show(value.fields[0] ?? null) : undefined;
}
