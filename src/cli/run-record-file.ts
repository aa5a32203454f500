import { encodeJson, type Json } from "../eventlog/index.ts";
import { createNodeHost } from "../host/node/index.ts";
import { loadRunRecord, type RunRecord, RunRecordError, runFolderOf } from "../records/index.ts";
import { IdSource } from "../runtime/index.ts";
import { CommandFailure } from "./command-failure.ts";

/** Reads a run record, with what follows from it. */
export function readRunRecord(path: string, cwd: string): RunRecord {
  const { clock, random, files, environment } = createNodeHost({ cwd });
  const runFolder = runFolderOf((name) => environment.get(name));
  try {
    return loadRunRecord(path, { ids: new IdSource(clock, random), now: () => clock.now(), files, runFolder });
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("run_record_load_failed", `cannot load ${path}: ${error.message}`, { cause: error });
  }
}

/** Records keep floats apart from ints; for an envelope they are plain numbers. */
export function plainJson(json: Json): unknown {
  return JSON.parse(encodeJson(json));
}
