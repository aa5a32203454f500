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
  /** `status` is the exit status that the value stands for. */
  | { readonly kind: "value"; readonly value: Value; readonly status: number }
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
    const body = bodyOf(entry, options.pipeline, machine.global("harness"));
    const value = await runEntry(machine, entry, body, interruptible);
    return { kind: "value", value, status: body.kind === "script" ? 0 : exitStatusOf(value) };
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
  body: ProgramBody,
  watch: (task: Task) => void,
): Promise<Value> {
  const run = (task: Task): Outcome => {
    const top = task.call0(entry.rootClosure(entry.code.initialize));
    if (top === SUSPENDED) return task.resumeWith({ resume: (_context, value) => runBody(task, entry, body, value) });
    return runBody(task, entry, body, top);
  };
  return machine.runTask((task) => finishing(task, run), watch);
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

/** What runs once the top level has: a pipeline, `fn main(harness)`, or, of a script, nothing more (language-semantics §10). */
type ProgramBody =
  | { readonly kind: "pipeline"; readonly code: FunctionCode }
  | { readonly kind: "main"; readonly slot: number; readonly harness: Value }
  | { readonly kind: "script" };

function bodyOf(entry: LinkedModule, wanted: string | undefined, harness: Value | undefined): ProgramBody {
  const code = choosePipeline(entry.code.pipelines, wanted);
  if (code !== undefined) return { kind: "pipeline", code };
  const slot = entry.code.exports.get("main");
  return slot === undefined || harness === undefined ? { kind: "script" } : { kind: "main", slot, harness };
}

function runBody(task: Task, entry: LinkedModule, body: ProgramBody, topLevel: Value): Outcome {
  switch (body.kind) {
    case "pipeline":
      return task.call0(entry.rootClosure(body.code));
    case "main":
      return task.call1(entry.slots[body.slot] as Value, body.harness);
    case "script":
      return topLevel;
  }
}

function choosePipeline(
  pipelines: ReadonlyMap<string, FunctionCode>,
  wanted: string | undefined,
): FunctionCode | undefined {
  if (wanted !== undefined) return pipelines.get(wanted);
  return pipelines.get("default") ?? [...pipelines.values()][0];
}

/** The exit status for what a pipeline or `main` gives: an int clamped to 0…255, 1 for an Err, 0 for anything else. */
function exitStatusOf(value: Value): number {
  if (isInt(value)) return value < 0 ? 0 : value > 255 ? 255 : Number(value);
  return isResult(value) && value.variant === "Err" ? 1 : 0;
}

/** The status that a run's result ends the process with. */
export function statusOf(result: RunResult): number {
  switch (result.kind) {
    case "exit":
    case "value":
      return result.status;
    case "error":
      return 1;
  }
}

/** What a run that ended with an Err says on standard error. */
export function errorTextOf({ value, status }: Extract<RunResult, { kind: "value" }>): string | undefined {
  return status !== 0 && isResult(value) && value.variant === "Err" ? show(value.fields[0] ?? null) : undefined;
}
