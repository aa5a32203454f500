import { HostError, Refusal } from "../builtin/index.ts";
import { EventLogError, encodeJson, type Json, parseExactJson, rfc3339, topic } from "../eventlog/index.ts";
import { materializeChildRuns } from "./child-runs.ts";
import { RunRecordError, recordError } from "./error.ts";
import { syncHandoffs } from "./handoffs.ts";
import { mergeHitlQuestions } from "./hitl-questions.ts";
import { deriveObservability } from "./observability/derive.ts";
import { fixtureOfRun } from "./replay-fixture.ts";
import { readWhole, ShapeError } from "./schema/codec.ts";
import type { RecordServices } from "./services.ts";
import { observability } from "./shapes/observability.ts";
import { type RunRecord, runRecord } from "./shapes/run-record.ts";

const longestPayload = 600;

/** A run record from whatever a program made, complete: defaults, questions, children, fixture, observability. */
export async function normalizeRunRecord(json: Json, services: RecordServices): Promise<RunRecord> {
  const given = decode(json);
  const id = given.id === "" ? services.ids.next("run") : given.id;
  const named: RunRecord = {
    ...given,
    _type: given._type === "" ? "run_record" : given._type,
    id,
    started_at: given.started_at === "" ? rfc3339(services.now()) : given.started_at,
    status: given.status === "" ? "running" : given.status,
    root_run_id: given.root_run_id ?? id,
  };
  const withFixture = { ...named, replay_fixture: named.replay_fixture ?? fixtureOfRun(named, services) };
  const run = syncHandoffs(materializeChildRuns(await mergeHitlQuestions(withFixture, services.log?.get())), services);
  const path = run.persisted_path;
  const place = path === null ? undefined : { path, files: services.files };
  return { ...run, observability: run.observability ?? deriveObservability(run, place) };
}

/**
 * Writes a run whole or not at all, and gives the path. The record that was passed stays as it is. Without a path it goes
 * to the run folder under its id. A file is seen from outside, so it waits for the events that it rests on.
 */
export async function saveRunRecord(
  run: RunRecord,
  services: RecordServices,
  path = defaultRecordPath(run, services),
): Promise<string> {
  const merged = materializeChildRuns(await mergeHitlQuestions(run, services.log?.get()));
  const placed: RunRecord = {
    ...merged,
    replay_fixture: merged.replay_fixture ?? fixtureOfRun(merged, services),
    persisted_path: path,
  };
  // Before anything beside it is looked for: a path that is refused is told as what was asked for.
  const folder = parentOf(path);
  attempt("failed to create run directory", () => folder !== undefined && services.files.makeFolder(folder));
  const complete = syncHandoffs(placed, services);
  const saved = { ...complete, observability: deriveObservability(complete, { path, files: services.files }) };
  await attemptLater("failed to persist run record", services.log?.durable());
  attempt("failed to persist run record", () => services.files.writeAtomic(path, runRecord.print(saved, "")));
  announce(saved, path, services);
  return path;
}

/** Reads a run back. What it says about itself is kept; what follows from it is derived again. */
export function loadRunRecord(path: string, services: RecordServices): RunRecord {
  const text = attempt("failed to read run record", () => readText(path, services));
  const run = materializeChildRuns(
    attempt("failed to parse run record", () => readWhole(runRecord, parseExactJson(text))),
  );
  const placed: RunRecord = {
    ...run,
    replay_fixture: run.replay_fixture ?? fixtureOfRun(run, services),
    persisted_path: run.persisted_path ?? path,
  };
  const complete = syncHandoffs(placed, services);
  return { ...complete, observability: deriveObservability(complete, { path, files: services.files }) };
}

/** No path is no file, and not the working directory. */
function readText(path: string, { files }: RecordServices): string {
  if (path === "") throw new HostError("ENOENT", "No such file or directory (os error 2)");
  return files.readText(path);
}

function decode(json: Json): RunRecord {
  try {
    return readWhole(runRecord, json);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new RunRecordError(
      `run_record parse error at ${error.path}: ${error.detail} | payload=${shorten(encodeJson(json))}`,
      { cause: error },
    );
  }
}

/** At most so many bytes, and never half a character. */
function shorten(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= longestPayload) return text;
  let end = longestPayload;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${new TextDecoder().decode(bytes.subarray(0, end))}...`;
}

/** Where a record goes that is saved without a path, from the root on. */
function defaultRecordPath(run: RunRecord, services: RecordServices): string {
  return services.files.resolve(services.runFolder, `${run.id}.json`);
}

function parentOf(path: string): string | undefined {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut <= 0 ? undefined : path.slice(0, cut);
}

function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw recordError(what, error);
  }
}

async function attemptLater<T>(what: string, running: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await running;
  } catch (error) {
    throw recordError(what, error);
  }
}

/** Tells the log about the saved state. The file is there already: a log that fails says so to whoever waits for it, not here. */
function announce(run: RunRecord, path: string, services: RecordServices): void {
  const log = services.log?.get();
  if (log === undefined || run.observability === null) return;
  const trace = run.observability.action_graph_nodes[0]?.trace_id;
  const headers = { run_id: run.id, workflow_id: run.workflow_id, ...(trace == null ? {} : { trace_id: trace }) };
  const payload = {
    run_id: run.id,
    workflow_id: run.workflow_id,
    persisted_path: path,
    status: run.status,
    observability: observability.toJson(run.observability),
  };
  try {
    log.append(topic("observability.action_graph"), { kind: "action_graph_update", headers, payload });
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
  }
}
