import { writeFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { Interruption } from "../running/interruption.ts";
import { jsonReport } from "../running/json-report.ts";
import { performRun } from "../running/perform-run.ts";
import type { RunReport } from "../running/report.ts";
import { type RunRequest, requestOf } from "../running/run-request.ts";
import type { Session } from "../running/session.ts";
import { textReport } from "../running/text-report.ts";

export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  refuseMisuse(invocation);
  const report = reportFor(invocation, context);
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    return interruption.statusFor(await runEntry(invocation, context, report, interruption.signal));
  } catch (error) {
    if (error instanceof CommandFailure) return report.failed(error.code, error.message);
    throw error;
  } finally {
    interruption.stop();
  }
}

function refuseMisuse(invocation: Invocation): void {
  if (invocation.text("resume") !== undefined) return;
  const hasFile = invocation.positionals.length > 0;
  const hasCode = invocation.text("eval") !== undefined;
  if (hasFile && hasCode) throw new UsageError("`harn run` accepts either `-e <code>` or `<file.harn>`, not both");
  if (!hasFile && !hasCode) throw new UsageError("`harn run` requires `-e <code>` or `<file.harn>`");
}

function reportFor(invocation: Invocation, context: CommandContext): RunReport {
  if (!invocation.has("json")) return textReport(context);
  context.output.ignoreBrokenPipe();
  return jsonReport(context, { isQuiet: invocation.has("quiet") });
}

async function runEntry(
  invocation: Invocation,
  context: CommandContext,
  report: RunReport,
  signal: AbortSignal,
): Promise<number> {
  const fixtures = invocation.text("llm-mock-record");
  const performance = await performRun(await requestFor(invocation, context), context, report, signal, {
    keepsRecord: true,
    recordsFixtures: fixtures !== undefined,
    onResult: (session) => saveFixtures(session, fixtures),
  });
  if (performance.kind === "ended") return performance.status;
  const { stopText } = await import("../running/stop-text.ts");
  return report.failed("run_stopped", stopText(performance.reason));
}

/** What serves recordings is loaded for runs that have one. */
async function requestFor(invocation: Invocation, context: CommandContext): Promise<RunRequest> {
  const isResumed = invocation.text("resume") !== undefined;
  if (!isResumed && !invocation.has("record")) return requestOf(invocation, context);
  const { recording, resuming } = await import("../running/recorded-request.ts");
  return isResumed ? resuming(invocation, context) : recording(await requestOf(invocation, context));
}

function saveFixtures(session: Session, path: string | undefined): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, session.recordedFixtures());
  } catch (error) {
    throw new CommandFailure("llm_mock_record", `cannot write ${path}: ${hostError(error).message}`);
  }
}
