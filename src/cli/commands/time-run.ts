import type { StopSignal } from "../../runtime/stop-signal.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { PhaseClock } from "../measuring/phases.ts";
import { callsOf } from "../measuring/run-calls.ts";
import { type RunTiming, timingJson, timingText } from "../measuring/timing-report.ts";
import { watchedReport } from "../measuring/watched-report.ts";
import { Interruption } from "../running/interruption.ts";
import { performRun } from "../running/perform-run.ts";
import type { RunReport } from "../running/report.ts";
import { requestOf, requireEntry } from "../running/run-request.ts";
import type { Session } from "../running/session.ts";
import { textReport } from "../running/text-report.ts";

/** Runs a program as `harn run` does, and tells how long each phase took. With --json its output is left out. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  requireEntry(invocation, "harn time run");
  const asJson = invocation.has("json");
  const own = textReport(context);
  const { report, eventCount } = watchedReport(own, { showsOutput: !asJson });
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    const timing = await timeRun(invocation, withCacheAsAsked(invocation, context), report, interruption.signal);
    const whole: RunTiming = { ...timing, events: eventCount() };
    if (asJson) context.output.write("stdout", success(timingJson(whole)));
    else context.output.write("stderr", timingText(whole));
    return interruption.statusFor(whole.exitCode);
  } catch (error) {
    if (error instanceof CommandFailure) return own.failed(error.code, error.message);
    throw error;
  } finally {
    interruption.stop();
  }
}

function withCacheAsAsked(invocation: Invocation, context: CommandContext): CommandContext {
  if (!invocation.has("no-cache")) return context;
  return { ...context, environment: { ...context.environment, HARN_BYTECODE_CACHE: "0" } };
}

async function timeRun(
  invocation: Invocation,
  context: CommandContext,
  report: RunReport,
  signal: StopSignal,
): Promise<Omit<RunTiming, "events">> {
  const startedAt = performance.now();
  const processor = process.cpuUsage();
  const request = await requestOf(invocation, context, invocation.positionals[0]);
  const clock = new PhaseClock(() => performance.now());
  let isKnown = false;
  let calls = callsOf(undefined);
  const performed = await performRun(request, context, report, signal, {
    keepsRecord: true,
    watch: { timed: clock.timed, found: (known) => (isKnown = known) },
    onResult: (session: Session) => (calls = callsOf(session.recordSoFar())),
  });
  const { user, system } = process.cpuUsage(processor);
  return {
    clock,
    calls,
    isKnown,
    ...(!request.isInline && { target: request.source.path }),
    inputBytes: Buffer.byteLength(request.source.text),
    wallMs: performance.now() - startedAt,
    processorMs: (user + system) / 1000,
    // Only a run with a recording can be stopped.
    exitCode: performed.kind === "ended" ? performed.status : 1,
  };
}
