import type { HostFiles } from "../builtin/index.ts";
import { isJsonObject, parseExactJson } from "../eventlog/index.ts";
import { JsonError } from "../value/index.ts";
import { recordError } from "./error.ts";
import { ShapeError } from "./schema/codec.ts";
import { type DaemonEvent, daemonEvent } from "./shapes/observability.ts";

/** Where the transcript of a run's model calls lies beside its record: `x/run.json` has `x/run-llm/llm_transcript.jsonl`. */
export function transcriptSidecar(runPath: string): string | undefined {
  const cut = Math.max(runPath.lastIndexOf("/"), runPath.lastIndexOf("\\")) + 1;
  const name = runPath.slice(cut);
  if (name === "" || name === "." || name === "..") return undefined;
  const point = name.lastIndexOf(".");
  const stem = point <= 0 ? name : name.slice(0, point);
  return `${runPath.slice(0, cut)}${stem}-llm/llm_transcript.jsonl`;
}

/** Writes the transcript of a run's model calls beside its record, whole or not at all. */
export function saveTranscript(files: HostFiles, runPath: string, text: string): void {
  const path = transcriptSidecar(runPath);
  if (path === undefined) return;
  try {
    files.makeFolder(path.slice(0, path.lastIndexOf("/")));
    files.writeAtomic(path, text);
  } catch (error) {
    throw recordError("failed to persist the transcript of model calls", error);
  }
}

/** What daemons reported beside the run. Lines that are no such report are passed over: other writers share the file. */
export function readDaemonEvents(files: HostFiles, runPath: string): readonly DaemonEvent[] {
  const path = transcriptSidecar(runPath);
  if (path === undefined || !files.exists(path)) return [];
  return files
    .readText(path)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(daemonEventOf)
    .filter((event) => event !== undefined);
}

function daemonEventOf(line: string): DaemonEvent | undefined {
  try {
    const json = parseExactJson(line);
    if (!isJsonObject(json) || json.type !== "daemon_event") return undefined;
    const { type: _tag, ...fields } = json;
    return daemonEvent.read(fields, "");
  } catch (error) {
    if (error instanceof JsonError || error instanceof ShapeError) return undefined;
    throw error;
  }
}
