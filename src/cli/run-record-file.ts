import { encodeJson, type Json } from "../eventlog/index.ts";
import { loadRunRecord, type RunRecord, RunRecordError } from "../records/index.ts";
import { CommandFailure } from "./command-failure.ts";
import { recordServices } from "./run-files.ts";

/** Reads a run record, with what follows from it. */
export function readRunRecord(path: string, cwd: string): RunRecord {
  try {
    return loadRunRecord(path, recordServices(cwd));
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("run_record_load_failed", `cannot load ${path}: ${error.message}`, { cause: error });
  }
}

/** Records keep floats apart from ints; for an envelope they are plain numbers. */
export function plainJson(json: Json): unknown {
  return JSON.parse(encodeJson(json));
}
