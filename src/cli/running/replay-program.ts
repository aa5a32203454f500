import type { ReplayStop } from "../../runtime/journal/effect-journal.ts";
import type { Recording } from "../../runtime/journal/entry.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { Interruption } from "./interruption.ts";
import { jsonReport } from "./json-report.ts";
import { performRun } from "./perform-run.ts";
import { replaying } from "./recorded-request.ts";
import { findRecording } from "./recorded-run.ts";
import type { RunReport } from "./report.ts";
import { stopText } from "./stop-text.ts";
import { textReport } from "./text-report.ts";

/**
 * Runs a recorded program again on what was recorded, and prints what it prints. Status 0 means that it did the same from
 * the first effect to the exit status.
 */
export async function replayProgram(invocation: Invocation, context: CommandContext): Promise<number> {
  const { recording } = findRecording(invocation.positionals[0] as string, context.cwd);
  const report = reportFor(invocation, context);
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    const request = replaying(recording, invocation.has("current"));
    const ended = await performRun(request, context, report, interruption.signal, { keepsRecord: false });
    return ended.kind === "ended"
      ? conclude(ended.status, recording, context)
      : stopped(ended.reason, recording, context);
  } finally {
    interruption.stop();
  }
}

/** As the run was told of. Whoever reads text knows which run it is; a stream of events is to be the same. */
function reportFor(invocation: Invocation, context: CommandContext): RunReport {
  if (invocation.has("json")) return jsonReport(context, { isQuiet: false });
  return { ...textReport(context), recorded: () => {} };
}

function conclude(status: number, { end, start }: Recording, { output }: CommandContext): number {
  if (end !== undefined && end.status === status) {
    output.write("stderr", `replay: run ${start.runId} did the same\n`);
    return 0;
  }
  const recorded = end === undefined ? "was killed" : `ended with status ${end.status}`;
  output.write("stderr", `replay: the run ${recorded}, its replay ended with status ${status}\n`);
  return 1;
}

function stopped(reason: ReplayStop, recording: Recording, { output }: CommandContext): number {
  if (reason.kind === "killed") {
    output.write("stderr", `replay: the same up to event ${recording.lastId}, where the run was killed\n`);
    return 0;
  }
  const place = reason.kind === "diverged" ? `event ${eventAt(recording, reason.at)}: ` : "";
  output.write("stderr", `replay: ${place}${stopText(reason)}\n`);
  return 1;
}

/** The event that holds an entry of the past. */
function eventAt({ effects, lastId }: Recording, at: number): number {
  let left = at;
  for (const { entries, id } of effects) {
    if (left < entries.length) return id;
    left -= entries.length;
  }
  return lastId;
}
