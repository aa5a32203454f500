import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { type Observation, readerOf } from "../../program/observed-reader.ts";
import type { InDoubt } from "../../runtime/journal/effect-journal.ts";
import { type Recording, recordingFormat } from "../../runtime/journal/entry.ts";
import { Source } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { product } from "../product.ts";
import { readSourceFile } from "../source-file.ts";
import { findRecording, type RecordedRun, recordRun, replayRun, resumeRun } from "./recorded-run.ts";
import type { RunRequest } from "./run-request.ts";
import type { RunRules } from "./run-rules.ts";
import type { RunPlaces } from "./session.ts";

/** The same run, with its effects written down. */
export function recording(request: RunRequest): RunRequest {
  return {
    ...request,
    record: (places, sources) => recordRun(startOf(request, places, sources), request.cwd),
  };
}

function startOf(
  request: RunRequest,
  places: RunPlaces,
  sources: readonly Observation[],
): Parameters<typeof recordRun>[0] {
  const { argv, cwd, isInline, rules, source } = request;
  return {
    format: recordingFormat,
    version: product.version,
    entry: source.path,
    source: source.text,
    isInline,
    cwd,
    argv,
    sources,
    places: { ...places },
    options: { ...rules },
  };
}

/** Going on with a run: in its own recording, or from one of its events on in a new one (`--at`). */
export function resuming(invocation: Invocation, { cwd }: CommandContext): RunRequest {
  if (invocation.positionals.length > 0 || invocation.text("eval") !== undefined)
    throw new UsageError("`harn run --resume` takes the program from the recording; leave FILE out");
  const { path, recording: found } = findRecording(invocation.text("resume") as string, cwd);
  const at = eventAsked(invocation, found);
  const inDoubt = (invocation.text("in-doubt") ?? "stop") as InDoubt;
  const isCurrent = invocation.has("current");
  if (at === undefined && found.end !== undefined)
    throw new CommandFailure(
      "run_recording",
      `run ${found.start.runId} has ended; give --at N to start a new one from its event N`,
    );
  const request = requestFrom(found, isCurrent);
  return {
    ...request,
    record: (places, sources) =>
      at === undefined
        ? resumeRun(path, found, inDoubt)
        : recordRun(startOf(request, places, sources), request.cwd, { recording: found, at, inDoubt }),
  };
}

/** What `--at` names: an event that the recorded run has. */
export function eventAsked(invocation: Invocation, { lastId, start }: Recording): number | undefined {
  const at = invocation.count("at");
  if (at !== undefined && (at < 1 || at > lastId))
    throw new CommandFailure("run_recording", `run ${start.runId} has events 1 to ${lastId}; there is no event ${at}`);
  return at;
}

/** Running a recorded program again on its recording alone. */
export function replaying(found: Recording, isCurrent: boolean): RunRequest & { readonly record: () => RecordedRun } {
  return { ...requestFrom(found, isCurrent), record: () => replayRun(found) };
}

/** `isCurrent`: the program as its files are now, instead of as they were. */
function requestFrom({ start }: Recording, isCurrent: boolean): RunRequest {
  const library = nodeModuleReader();
  return {
    source: isCurrent && !start.isInline ? readSourceFile(start.entry) : new Source(start.entry, start.source),
    isInline: start.isInline,
    reader: isCurrent ? library : readerOf(start.sources as readonly Observation[], library),
    argv: start.argv,
    cwd: start.cwd,
    rules: start.options as unknown as RunRules,
    places: start.places as unknown as RunPlaces,
  };
}
