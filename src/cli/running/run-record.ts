import { rooms } from "../../program/rooms.ts";
import type { RunResult } from "../../program/run-program.ts";
import type { OpenRuntime } from "../../program/runtime-settings.ts";
import type { RunEnd, saveRunRecord } from "../../records/index.ts";
import { show } from "../../value/index.ts";

type Saving = Parameters<typeof saveRunRecord>[1];

/**
 * Keeps what a run of models and tools left behind, and gives the path. A run that asked no model and called no tool leaves
 * no record: it did nothing that its program does not say. `transcript` is what its models were asked and said, as lines.
 */
export async function keepRunRecord(
  { record }: Pick<OpenRuntime, "record">,
  result: RunResult,
  saving: Saving,
  transcript: string,
): Promise<string | undefined> {
  if (!record.isWorthKeeping) return undefined;
  const { saveRunRecord, saveTranscript } = rooms.records();
  const run = record.finish(endOf(result));
  // The record says whether its transcript is there, so that comes first.
  const path = `${saving.runFolder}/${run.id}.json`;
  if (transcript !== "") saveTranscript(saving.files, path, transcript);
  return saveRunRecord(run, saving, path);
}

function endOf(result: RunResult): RunEnd {
  switch (result.kind) {
    case "value":
      return { status: "completed", exitCode: result.status };
    case "exit":
      return { status: result.status === 0 ? "completed" : "failed", exitCode: result.status };
    case "error": {
      const status = result.error.kind === "cancelled" ? "cancelled" : "failed";
      return {
        status,
        exitCode: 1,
        error: { code: result.error.category ?? result.error.kind, message: show(result.error.value) },
      };
    }
  }
}
