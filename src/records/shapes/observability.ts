import { anyJson, bool, count, type Infer, list, map, nullable, text, word } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

export const observabilityVersion = 4;

const deliverable = record("TaskLedgerDeliverableSummaryRecord", {
  id: text,
  text,
  status: text,
  note: nullable(text),
});

const taskLedger = record("TaskLedgerSummaryRecord", {
  root_task: text,
  rationale: text,
  deliverables: list(deliverable),
  observations: list(text),
  blocking_count: count,
});

export const plannerRound = record("RunPlannerRoundRecord", {
  stage_id: text,
  node_id: text,
  stage_kind: text,
  status: text,
  outcome: text,
  iteration_count: count,
  llm_call_count: count,
  tool_execution_count: count,
  tool_rejection_count: count,
  intervention_count: count,
  compaction_count: count,
  native_text_tool_fallback_count: count,
  native_text_tool_fallback_rejection_count: count,
  empty_completion_retry_count: count,
  tools_used: list(text),
  successful_tools: list(text),
  ledger_done_rejections: count,
  task_ledger: nullable(taskLedger),
  research_facts: list(text),
});

export const graphNode = record("RunActionGraphNodeRecord", {
  id: text,
  label: text,
  kind: text,
  status: text,
  outcome: text,
  trace_id: nullable(text),
  stage_id: nullable(text),
  node_id: nullable(text),
  worker_id: nullable(text),
  run_id: nullable(text),
  run_path: nullable(text),
  metadata: map(anyJson),
});

export const graphEdge = record("RunActionGraphEdgeRecord", {
  from_id: text,
  to_id: text,
  kind: text,
  label: nullable(text),
});

const workerLineage = record("RunWorkerLineageRecord", {
  worker_id: text,
  worker_name: text,
  parent_stage_id: nullable(text),
  task: text,
  status: text,
  session_id: nullable(text),
  parent_session_id: nullable(text),
  run_id: nullable(text),
  run_path: nullable(text),
  snapshot_path: nullable(text),
});

const verificationOutcome = record("RunVerificationOutcomeRecord", {
  stage_id: text,
  node_id: text,
  status: text,
  passed: nullable(bool),
  summary: nullable(text),
});

const transcriptPointer = record("RunTranscriptPointerRecord", {
  id: text,
  label: text,
  kind: text,
  location: text,
  path: nullable(text),
  available: bool,
});

const compactionEvent = record("CompactionEventRecord", {
  id: text,
  transcript_id: nullable(text),
  stage_id: nullable(text),
  node_id: nullable(text),
  mode: text,
  strategy: text,
  archived_messages: count,
  estimated_tokens_before: count,
  estimated_tokens_after: count,
  snapshot_asset_id: nullable(text),
  snapshot_location: text,
  snapshot_path: nullable(text),
  available: bool,
  instruction_mode: text,
  instruction_source: nullable(text),
  compaction_policy: anyJson,
});

export const daemonEvent = record("DaemonEventRecord", {
  daemon_id: text,
  name: text,
  kind: word("spawned", "triggered", "snapshotted", "resumed", "stopped"),
  timestamp: text,
  persist_path: text,
  payload_summary: nullable(text),
});

/** What can be concluded from the rest of the record; derived again at each load and save. */
export const observability = record("RunObservabilityRecord", {
  schema_version: count,
  planner_rounds: list(plannerRound),
  research_fact_count: count,
  action_graph_nodes: list(graphNode),
  action_graph_edges: list(graphEdge),
  worker_lineage: list(workerLineage),
  verification_outcomes: list(verificationOutcome),
  transcript_pointers: list(transcriptPointer),
  compaction_events: list(compactionEvent),
  daemon_events: list(daemonEvent),
});

export type ObservabilityRecord = Infer<typeof observability>;
export type PlannerRound = Infer<typeof plannerRound>;
export type TaskLedger = Infer<typeof taskLedger>;
export type GraphNode = Infer<typeof graphNode>;
export type GraphEdge = Infer<typeof graphEdge>;
export type VerificationOutcome = Infer<typeof verificationOutcome>;
export type TranscriptPointer = Infer<typeof transcriptPointer>;
export type CompactionEvent = Infer<typeof compactionEvent>;
export type DaemonEvent = Infer<typeof daemonEvent>;
