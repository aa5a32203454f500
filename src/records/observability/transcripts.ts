import type { HostFiles } from "../../builtin/index.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../eventlog/index.ts";
import type { CompactionEvent, TranscriptPointer } from "../shapes/observability.ts";
import type { RunRecord } from "../shapes/run-record.ts";
import { transcriptSidecar } from "../sidecar.ts";
import { countOf, objectOf, textOf } from "./fields.ts";

/** Where the transcripts of a run are to be found. */
export function transcriptPointers(
  run: RunRecord,
  place: { readonly path: string; readonly files: HostFiles } | undefined,
): readonly TranscriptPointer[] {
  const embedded = (id: string, label: string, location: string): TranscriptPointer => {
    return { id, label, kind: "embedded_transcript", location, path: run.persisted_path, available: true };
  };
  const pointers = run.stages
    .filter((stage) => stage.transcript !== null)
    .map((stage) =>
      embedded(
        `stage:${stage.id}:transcript`,
        `Stage ${stage.node_id} transcript`,
        `run.stages[${stage.node_id}].transcript`,
      ),
    );
  if (run.transcript !== null) pointers.push(embedded("run:transcript", "Run transcript", "run.transcript"));
  const sidecar = place === undefined ? undefined : transcriptSidecar(place.path);
  if (place !== undefined && sidecar !== undefined) {
    pointers.push({
      id: "run:llm_transcript",
      label: "LLM transcript sidecar",
      kind: "llm_jsonl",
      location: "run sidecar",
      path: sidecar,
      available: place.files.exists(sidecar),
    });
  }
  return pointers;
}

/** Every place where a transcript was made shorter. */
export function compactionEvents(run: RunRecord, path: string | undefined): readonly CompactionEvent[] {
  const ofStages = run.stages.flatMap((stage) =>
    compactionsIn(
      stage.transcript,
      { stage_id: stage.id, node_id: stage.node_id },
      `run.stages[${stage.node_id}].transcript`,
      path,
    ),
  );
  return [...ofStages, ...compactionsIn(run.transcript, { stage_id: null, node_id: null }, "run.transcript", path)];
}

type Origin = Pick<CompactionEvent, "stage_id" | "node_id">;

function compactionsIn(transcript: Json, origin: Origin, prefix: string, path: string | undefined): CompactionEvent[] {
  if (!isJsonObject(transcript)) return [];
  const events = isJsonArray(transcript.events) ? transcript.events.filter(isJsonObject) : [];
  const assets = isJsonArray(transcript.assets) ? transcript.assets.filter(isJsonObject) : [];
  const assetIds = new Set(assets.map((asset) => asset.id));
  return events
    .filter((event) => event.kind === "compaction")
    .map((event) => compactionOf(event, textOf(transcript.id), origin, prefix, path, assetIds));
}

function compactionOf(
  event: JsonObject,
  transcriptId: string | null,
  origin: Origin,
  prefix: string,
  path: string | undefined,
  assetIds: ReadonlySet<Json | undefined>,
): CompactionEvent {
  const metadata = objectOf(event.metadata);
  const snapshot = textOf(metadata.snapshot_asset_id);
  return {
    id: textOf(event.id) ?? "",
    transcript_id: transcriptId,
    ...origin,
    mode: textOf(metadata.mode) ?? "",
    strategy: textOf(metadata.strategy) ?? "",
    archived_messages: countOf(metadata.archived_messages),
    estimated_tokens_before: countOf(metadata.estimated_tokens_before),
    estimated_tokens_after: countOf(metadata.estimated_tokens_after),
    snapshot_asset_id: snapshot,
    snapshot_location: snapshot === null ? prefix : `${prefix}.assets[${snapshot}]`,
    snapshot_path: path ?? null,
    available: snapshot !== null && assetIds.has(snapshot),
    instruction_mode: textOf(metadata.instruction_mode) ?? "",
    instruction_source: textOf(metadata.instruction_source),
    compaction_policy: metadata.compaction_policy ?? null,
  };
}
