import { anyJson, count, float, type Infer, list, map, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import { artifact } from "./artifact.ts";

export const usage = record("LlmUsageRecord", {
  input_tokens: count,
  output_tokens: count,
  total_duration_ms: count,
  call_count: count,
  total_cost: float,
  models: list(text),
});

const attempt = record("RunStageAttemptRecord", {
  attempt: count,
  status: text,
  outcome: text,
  branch: nullable(text),
  error: nullable(text),
  verification: anyJson,
  started_at: text,
  finished_at: nullable(text),
});

/** One step of a run: a workflow's node, an agent's loop. */
export const stage = record("RunStageRecord", {
  id: text,
  node_id: text,
  kind: text,
  status: text,
  outcome: text,
  branch: nullable(text),
  started_at: text,
  finished_at: nullable(text),
  visible_text: nullable(text),
  private_reasoning: nullable(text),
  transcript: anyJson,
  verification: anyJson,
  usage: nullable(usage),
  artifacts: list(artifact),
  consumed_artifact_ids: list(text),
  produced_artifact_ids: list(text),
  attempts: list(attempt),
  metadata: map(anyJson),
});

export const transition = record("RunTransitionRecord", {
  id: text,
  from_stage_id: nullable(text),
  from_node_id: nullable(text),
  to_node_id: text,
  branch: nullable(text),
  timestamp: text,
  consumed_artifact_ids: list(text),
  produced_artifact_ids: list(text),
});

export const checkpoint = record("RunCheckpointRecord", {
  id: text,
  ready_nodes: list(text),
  completed_nodes: list(text),
  last_stage_id: nullable(text),
  persisted_at: text,
  reason: text,
});

export type UsageRecord = Infer<typeof usage>;
export type StageRecord = Infer<typeof stage>;
