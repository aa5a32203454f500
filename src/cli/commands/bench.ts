import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { errorTextOf, type RunResult, runProgram } from "../../program/run-program.ts";
import type { RunnableProgram } from "../../program/stored-program.ts";
import type { StopSignal } from "../../runtime/stop-signal.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { type Baseline, benchJson, benchText, readBaseline } from "../measuring/bench-report.ts";
import type { Iteration } from "../measuring/rollup.ts";
import { callsOf } from "../measuring/run-calls.ts";
import { saveMeasurements } from "../measuring/saved-measurements.ts";
import { watchedReport } from "../measuring/watched-report.ts";
import { Interruption } from "../running/interruption.ts";
import { programOf, sessionFor } from "../running/perform-run.ts";
import type { RunReport } from "../running/report.ts";
import { type RunRequest, requestOf, requireEntry } from "../running/run-request.ts";
import { placesOf } from "../running/session.ts";
import { textReport } from "../running/text-report.ts";

/**
 * Runs a program many times in one process and tells how long a run takes: from a fresh runtime to its result. The program is
 * compiled once, before; what it prints is left out.
 */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  requireEntry(invocation, "harn bench");
  const iterations = invocation.count("iterations") as number;
  if (iterations < 1) throw new UsageError("`harn bench` requires at least one iteration");
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    const baseline = savedBaseline(invocation.text("baseline"), context.cwd);
    const warmUp = invocation.count("warm-up") as number;
    const measured = await measure(invocation, context, interruption.signal, { iterations, warmUp });
    if (typeof measured === "number") return interruption.statusFor(measured);
    report(measured, baseline, invocation, context);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const { code, message } = error;
    if (invocation.has("json")) context.output.write("stdout", failure({ code, message }));
    else context.output.write("stderr", `error: ${message}\n`);
    return 1;
  } finally {
    interruption.stop();
  }
}

interface Measured {
  readonly path: string;
  readonly iterations: readonly Iteration[];
}

/** A status when the program cannot be compiled. */
async function measure(
  invocation: Invocation,
  context: CommandContext,
  signal: StopSignal,
  { iterations, warmUp }: { readonly iterations: number; readonly warmUp: number },
): Promise<Measured | number> {
  const own = textReport(context);
  const request = await requestOf(invocation, context, invocation.positionals[0]);
  const found = await programOf(request, context, own);
  if (typeof found === "number") return found;
  const { report } = watchedReport(own, { showsOutput: false });
  const measured: Iteration[] = [];
  for (let run = -warmUp; run < iterations; run++) {
    const iteration = await runOnce(request, found.program, context, report, signal);
    if (typeof iteration === "number") return iteration;
    if (run >= 0) measured.push(iteration);
  }
  return { path: request.source.path, iterations: measured };
}

/** A status when the program fails: its times would mean nothing. */
async function runOnce(
  request: RunRequest,
  program: RunnableProgram,
  context: CommandContext,
  report: RunReport,
  signal: StopSignal,
): Promise<Iteration | number> {
  const places = placesOf(request.isInline ? undefined : request.source.path, request.cwd);
  const startedAt = performance.now();
  const session = sessionFor(request, context, report, places, undefined, { keepsRecord: false });
  report.attach(session);
  try {
    const result = await runProgram(session.runtime.machine, program, { signal });
    const wallMs = performance.now() - startedAt;
    const calls = callsOf(session.recordSoFar());
    if (isFailure(result)) return Math.max(1, report.finished(result));
    return { wallMs, calls };
  } finally {
    await session.close();
  }
}

function isFailure(result: RunResult): boolean {
  switch (result.kind) {
    case "error":
      return true;
    case "exit":
      return result.status !== 0;
    case "value":
      return errorTextOf(result) !== undefined;
  }
}

function report(
  { iterations, path }: Measured,
  baseline: Baseline | undefined,
  invocation: Invocation,
  { cwd, output }: CommandContext,
): void {
  const data = benchJson(path, iterations, baseline);
  const file = invocation.text("profile-json");
  if (file !== undefined) saveMeasurements(file, data, cwd);
  if (invocation.has("json")) return output.write("stdout", success(data));
  const showsParts = invocation.has("profile") || file !== undefined;
  output.write("stdout", benchText(path, iterations, { showsParts, ...(baseline && { baseline }) }));
}

function savedBaseline(path: string | undefined, cwd: string): Baseline | undefined {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new CommandFailure("bench_baseline", `cannot read ${path}: ${hostError(error).message}`, { cause: error });
  }
  const times = readBaseline(text);
  if (times !== undefined) return { path, times };
  throw new CommandFailure(
    "bench_baseline",
    `${path} holds no measurements: write one with \`harn bench FILE --profile-json ${path}\``,
  );
}
