import type { HostFiles } from "../../builtin/index.ts";
import { encodeJson, isJsonObject } from "../../eventlog/index.ts";
import { type ObservabilityRecord, observabilityVersion, type VerificationOutcome } from "../shapes/observability.ts";
import type { RunRecord } from "../shapes/run-record.ts";
import type { StageRecord } from "../shapes/stage.ts";
import { readDaemonEvents } from "../sidecar.ts";
import { actionGraph } from "./action-graph.ts";
import { plannerRounds } from "./planner-rounds.ts";
import { compactionEvents, transcriptPointers } from "./transcripts.ts";

/** Where a record lies, for what lies beside it. */
export interface RecordPlace {
  readonly path: string;
  readonly files: HostFiles;
}

/** Everything that follows from the rest of a record, and from the files beside it when its place is known. */
export function deriveObservability(run: RunRecord, place?: RecordPlace): ObservabilityRecord {
  const planner = plannerRounds(run);
  const graph = actionGraph(run);
  const pointers = transcriptPointers(run, place);
  const hasSidecar = pointers.some(({ available, kind }) => kind === "llm_jsonl" && available);
  return {
    schema_version: observabilityVersion,
    planner_rounds: planner.rounds,
    research_fact_count: planner.factCount,
    action_graph_nodes: graph.nodes,
    action_graph_edges: graph.edges,
    worker_lineage: run.child_runs.map((child) => ({
      worker_id: child.worker_id,
      worker_name: child.worker_name,
      parent_stage_id: child.parent_stage_id,
      task: child.task,
      status: child.status,
      session_id: child.session_id,
      parent_session_id: child.parent_session_id,
      run_id: child.run_id,
      run_path: child.run_path,
      snapshot_path: child.snapshot_path,
    })),
    verification_outcomes: run.stages
      .filter((stage) => stage.kind === "verify" || stage.verification !== null)
      .map(verificationOf),
    transcript_pointers: pointers,
    compaction_events: compactionEvents(run, place?.path),
    daemon_events: place === undefined || !hasSidecar ? [] : readDaemonEvents(place.files, place.path),
  };
}

function verificationOf(stage: StageRecord): VerificationOutcome {
  return {
    stage_id: stage.id,
    node_id: stage.node_id,
    status: stage.status,
    passed: hasPassed(stage),
    summary: summaryOf(stage),
  };
}

/** What the verification says of itself, else what the stage's end implies. */
function hasPassed(stage: StageRecord): boolean | null {
  const verification = isJsonObject(stage.verification) ? stage.verification : {};
  if (typeof verification.pass === "boolean") return verification.pass;
  if (typeof verification.success === "boolean") return verification.success;
  if (stage.status === "completed" && stage.outcome === "success") return true;
  return stage.status === "failed" || stage.outcome === "failed" ? false : null;
}

function summaryOf(stage: StageRecord): string | null {
  if (stage.verification !== null) return encodeJson(stage.verification);
  const said = stage.visible_text ?? "";
  return said.trim() === "" ? null : said;
}
