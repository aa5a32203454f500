import { isJsonArray, isJsonObject, type Json, type JsonObject, parseExactJson } from "../eventlog/index.ts";
import { recordError } from "./error.ts";
import { type Codec, mismatch, nullable, text } from "./schema/codec.ts";
import type { RecordServices } from "./services.ts";

/** What a list of runs shows of each. */
export interface RunHeading {
  readonly id: string;
  readonly workflow_id: string;
  readonly workflow_name: string | null;
  readonly task: string;
  readonly status: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly stageCount: number;
}

/**
 * Reads what stands at the head of a run record and leaves the rest unlooked at: a folder of thousands is listed in the time that
 * parsing them takes. Throws what `loadRunRecord` throws about a file that cannot be read, is no JSON or has no such head.
 */
export function loadRunHeading(path: string, { files }: Pick<RecordServices, "files">): RunHeading {
  const written = attempt("failed to read run record", () => files.readText(path));
  return attempt("failed to parse run record", () => headingOf(written));
}

function headingOf(written: string): RunHeading {
  const json = parsed(written);
  if (!isJsonObject(json)) throw mismatch("", json, "struct RunRecord");
  return {
    id: field(json, "id", text),
    workflow_id: field(json, "workflow_id", text),
    workflow_name: field(json, "workflow_name", nullable(text)),
    task: field(json, "task", text),
    status: field(json, "status", text),
    started_at: field(json, "started_at", text),
    finished_at: field(json, "finished_at", nullable(text)),
    stageCount: stageCountOf(json),
  };
}

/** Numbers may be rounded here: nobody looks at them. A mistake in the text is told by the exact parser. */
function parsed(written: string): Json {
  try {
    return JSON.parse(written) as Json;
  } catch {
    return parseExactJson(written);
  }
}

function field<T>(json: JsonObject, key: string, codec: Codec<T>): T {
  return codec.read(json[key], key);
}

function stageCountOf({ stages = [] }: JsonObject): number {
  if (!isJsonArray(stages)) throw mismatch("stages", stages, "a sequence");
  return stages.length;
}

function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw recordError(what, error);
  }
}
