import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { encodeJson, type Json } from "../eventlog/index.ts";
import { loadRunRecord, type RecordServices, type RunRecord, RunRecordError } from "../records/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { isFolder, recordServices, recordsIn } from "./run-files.ts";

/** Reads a run record, with what follows from it: by its file, by its run's id, or by the beginning of one. */
export function readRunRecord(name: string, cwd: string): RunRecord {
  const services = recordServices(cwd);
  const path = recordNamed(name, services.runFolder, cwd) ?? name;
  try {
    return loadWritten(path, services);
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("run_record_load_failed", `cannot load ${path}: ${error.message}`, { cause: error });
  }
}

/** Reads a file that somebody's run has written: what any object would give is a record of nothing, which every judge passes. */
export function loadWritten(path: string, services: RecordServices): RunRecord {
  const run = loadRunRecord(path, services);
  if (run.id === "" && run.workflow_id === "" && run.stages.length === 0)
    throw new RunRecordError(`${path} is no run record: it has neither \`id\`, \`workflow_id\` nor \`stages\``);
  return run;
}

/** The record in the folder of runs that an id means; a file of that name comes first. */
function recordNamed(name: string, folder: string, cwd: string): string | undefined {
  if (existsSync(resolve(cwd, name)) || name.includes("/") || !isFolder(folder, cwd)) return undefined;
  const found = recordsIn(folder, cwd).filter((path) => basename(path).startsWith(name));
  if (found.length < 2) return found[0];
  throw new CommandFailure(
    "run_record_load_failed",
    `${name} begins the ids of ${found.length} run records in ${folder}: give more of it`,
  );
}

/** Records keep floats apart from ints; for an envelope they are plain numbers. */
export function plainJson(json: Json): unknown {
  return JSON.parse(encodeJson(json));
}
