import type { ReplayStop } from "../../runtime/journal/effect-journal.ts";
import type { Recording } from "../../runtime/journal/entry.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { Interruption } from "./interruption.ts";
import { jsonReport } from "./json-report.ts";
import { performRun } from "./perform-run.ts";
import { eventAsked, replaying } from "./recorded-request.ts";
import { findRecording } from "./recorded-run.ts";
import type { RunReport } from "./report.ts";
import { stopText } from "./stop-text.ts";
import { textReport } from "./text-report.ts";

/**
 * Runs a recorded program again on what was recorded, and prints what it prints. Status 0 means that it did the same from
 * the first effect to the exit status.
 */
export async function replayProgram(invocation: Invocation, context: CommandContext): Promise<number> {
  const found = findRecording(invocation.positionals[0] as string, context.cwd).recording;
  const at = eventAsked(invocation, found);
  const recording = at === undefined ? found : upTo(found, at);
  const report = reportFor(invocation, context);
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    const request = replaying(recording, invocation.has("current"));
    const ended = await performRun(request, context, report, interruption.signal, { keepsRecord: false });
    return ended.kind === "ended"
      ? conclude(ended.status, { recording, isCut: recording !== found }, context)
      : stopped(ended.reason, { recording, isCut: recording !== found }, context);
  } finally {
    interruption.stop();
  }
}

interface Played {
  readonly recording: Recording;
  /** Whether a part of it was asked for. */
  readonly isCut: boolean;
}

/** The recording as if the run had been killed behind that event; all of it where that is its last. */
function upTo(recording: Recording, at: number): Recording {
  if (at === recording.lastId) return recording;
  return { ...recording, effects: recording.effects.filter(({ id }) => id <= at), end: undefined, lastId: at };
}

/** As the run was told of. Whoever reads text knows which run it is; a stream of events is to be the same. */
function reportFor(invocation: Invocation, context: CommandContext): RunReport {
  if (invocation.has("json")) return jsonReport(context, { isQuiet: false });
  return { ...textReport(context), recorded: () => {} };
}

function conclude(status: number, played: Played, context: CommandContext): number {
  const { end, start } = played.recording;
  if (end === undefined) return sameUpToItsEnd(played, context);
  if (end.status === status) {
    context.output.write("stderr", `replay: run ${start.runId} did the same\n`);
    return 0;
  }
  context.output.write("stderr", `replay: the run ended with status ${end.status}, its replay with status ${status}\n`);
  return 1;
}

/** Of a run that was killed, or of the part that was asked for: all of it came out as recorded. */
function sameUpToItsEnd({ isCut, recording }: Played, { output }: CommandContext): number {
  const end = isCut ? "where it was asked to end" : "where the run was killed";
  output.write("stderr", `replay: the same up to event ${recording.lastId}, ${end}\n`);
  return 0;
}

function stopped(reason: ReplayStop, played: Played, context: CommandContext): number {
  if (reason.kind === "killed") return sameUpToItsEnd(played, context);
  const place = reason.kind === "diverged" ? `event ${eventAt(played.recording, reason.at)}: ` : "";
  context.output.write("stderr", `replay: ${place}${stopText(reason)}\n`);
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
