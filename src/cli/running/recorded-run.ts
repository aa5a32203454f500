import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { createNodeHost } from "../../host/node/index.ts";
import { type JournalFile, openJournalFile } from "../../host/node/journal-file.ts";
import { runFolderOf } from "../../records/index.ts";
import { IdSource, type RunJournal } from "../../runtime/index.ts";
import { EffectJournal, type InDoubt, type ReplayStop, ReplayStopped } from "../../runtime/journal/effect-journal.ts";
import {
  type JournalEntry,
  JournalFormatError,
  journalLine,
  type Recording,
  type RunStart,
  readRecording,
} from "../../runtime/journal/entry.ts";
import { journaling } from "../../runtime/journal/journaling.ts";
import { Secrets } from "../../runtime/journal/secrets.ts";
import type { StopSignal } from "../../runtime/stop-signal.ts";
import { CommandFailure } from "../command-failure.ts";

const suffix = ".effects.jsonl";

/** A run whose effects are written down, read back, or both. */
export interface RecordedRun {
  readonly id: string;
  readonly journal: RunJournal;
  /** Resolves when the run cannot go on as its recording tells. */
  readonly stopped: Promise<ReplayStop>;
  /** The file that is written; a replay has none. */
  readonly path?: string;
  /** Call it right before the program starts. */
  begin(): void;
  interrupts(signal: StopSignal): StopSignal;
  /** Whether an error only says what `stopped` tells. */
  isStop(error: unknown): boolean;
  /** The program is over: what follows is no part of it. */
  programEnded(): void;
  /** Writes how the run ended, and lets go of the file. Without an end the run counts as killed. */
  close(end?: { readonly status: number; readonly message: string }): Promise<void>;
}

/** Begins the recording of a new run. `start` gets the run's id and time. */
export function recordRun(start: Omit<RunStart, "runId" | "startedAt">, cwd: string, past?: Fork): RecordedRun {
  const host = createNodeHost({ cwd });
  const id = new IdSource(host.clock, host.random).uuid();
  const path = resolve(
    cwd,
    runFolderOf((name) => host.environment.get(name)),
    `${id}${suffix}`,
  );
  const forkOf = past && { runId: past.recording.start.runId, at: past.at };
  const run = { ...start, runId: id, startedAt: host.clock.now(), ...(forkOf && { forkOf }) };
  const kept = past?.recording.effects.filter((event) => event.id <= past.at) ?? [];
  const file = openFile(path);
  try {
    file.write(journalLine({ id: 1, kind: "start", run }));
    file.write(kept.map(({ id: at, entries }) => journalLine({ id: at, kind: "effects", entries })).join(""));
  } catch (error) {
    file.discard();
    throw unrecordable(path, error);
  }
  return open({
    id,
    file,
    nextId: kept.length + 2,
    past: kept.flatMap(({ entries }) => entries),
    ...(past && { inDoubt: past.inDoubt }),
  });
}

export interface Fork {
  readonly recording: Recording;
  /** The last event that is kept. */
  readonly at: number;
  readonly inDoubt: InDoubt;
}

/** Goes on with a run that was killed, in its own recording. */
export function resumeRun(path: string, recording: Recording, inDoubt: InDoubt): RecordedRun {
  const bytes = Buffer.byteLength(readFileSync(path, "utf8").slice(0, recording.wholeLength));
  const past = recording.effects.flatMap(({ entries }) => entries);
  return open({ id: recording.start.runId, file: openFile(path, bytes), nextId: recording.lastId + 1, past, inDoubt });
}

/** Runs a program again on what its recording holds. Nothing outside is touched. */
export function replayRun(recording: Recording): RecordedRun {
  const past = recording.effects.flatMap(({ entries }) => entries);
  return open({ id: recording.start.runId, past, isWhole: recording.end !== undefined });
}

interface Opening {
  readonly id: string;
  readonly file?: JournalFile;
  readonly nextId?: number;
  readonly past: readonly JournalEntry[];
  readonly inDoubt?: InDoubt;
  readonly isWhole?: boolean;
}

function open({ file, id, ...given }: Opening): RecordedRun {
  let stop: (reason: ReplayStop) => void = () => {};
  const stopped = new Promise<ReplayStop>((settle) => {
    stop = settle;
  });
  const journal = new EffectJournal({
    ...given,
    secrets: new Secrets((name) => process.env[name]),
    ...(file && { sink: file }),
    defer: setImmediate,
    onStop: stop,
  });
  return {
    id,
    journal: journaling(journal),
    stopped,
    ...(file && { path: file.path }),
    begin: () => journal.begin(),
    interrupts: (signal) => journal.interrupts(signal),
    isStop: (error) => error instanceof ReplayStopped,
    programEnded: () => journal.stop(),
    async close(end) {
      try {
        if (end !== undefined) journal.note({ kind: "end", end });
        await journal.durable();
      } finally {
        file?.close();
      }
    },
  };
}

function openFile(path: string, keep?: number): JournalFile {
  try {
    return openJournalFile(path, keep);
  } catch (error) {
    throw unrecordable(path, error);
  }
}

function unrecordable(path: string, cause: unknown): CommandFailure {
  return new CommandFailure("run_recording", `cannot record into ${path}: ${hostError(cause).message}`, { cause });
}

/** Finds a recording by its file, its run's id, or the beginning of that id. */
export function findRecording(name: string, cwd: string): { readonly path: string; readonly recording: Recording } {
  const path = pathOf(name, cwd);
  try {
    return { path, recording: readRecording(readFileSync(path, "utf8")) };
  } catch (error) {
    const reason =
      error instanceof JournalFormatError ? `it is no recording: ${error.message}` : hostError(error).message;
    throw new CommandFailure("run_recording", `cannot read ${path}: ${reason}`, { cause: error });
  }
}

function pathOf(name: string, cwd: string): string {
  const given = resolve(cwd, name);
  if (existsSync(given)) return name.endsWith(".json") && existsSync(beside(given)) ? beside(given) : given;
  const { environment } = createNodeHost({ cwd });
  const folder = resolve(
    cwd,
    runFolderOf((key) => environment.get(key)),
  );
  const found = existsSync(folder)
    ? readdirSync(folder).filter((file) => file.endsWith(suffix) && file.startsWith(name))
    : [];
  if (found.length === 1) return join(folder, found[0] as string);
  if (found.length > 1)
    throw new CommandFailure(
      "run_recording",
      `${name} begins the ids of ${found.length} recorded runs: give more of it`,
    );
  throw new CommandFailure(
    "run_recording",
    `no recorded run ${name} in ${folder}; record one with \`harn run --record\``,
  );
}

/** The recording that lies beside a run record. */
function beside(record: string): string {
  return record.replace(/\.json$/, suffix);
}
