import { anyJson, type Infer, list, map, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import { artifact } from "./artifact.ts";
import { childRun, execution } from "./child-run.ts";
import { handoff } from "./handoff.ts";
import { observability } from "./observability.ts";
import { personaRuntime } from "./persona-runtime.ts";
import { capabilityPolicy } from "./policy.ts";
import { replayFixture } from "./replay-fixture.ts";
import { checkpoint, stage, transition, usage } from "./stage.ts";
import { hitlQuestion, toolRecording, traceSpan } from "./trace.ts";

/** One run as one document. Keys are written in this order. */
export const runRecord = record("RunRecord", {
  _type: text,
  id: text,
  workflow_id: text,
  workflow_name: nullable(text),
  task: text,
  status: text,
  started_at: text,
  finished_at: nullable(text),
  parent_run_id: nullable(text),
  root_run_id: nullable(text),
  stages: list(stage),
  transitions: list(transition),
  checkpoints: list(checkpoint),
  pending_nodes: list(text),
  completed_nodes: list(text),
  child_runs: list(childRun),
  artifacts: list(artifact),
  handoffs: list(handoff),
  policy: capabilityPolicy,
  execution: nullable(execution),
  transcript: anyJson,
  usage: nullable(usage),
  replay_fixture: nullable(replayFixture),
  observability: nullable(observability),
  trace_spans: list(traceSpan),
  tool_recordings: list(toolRecording),
  hitl_questions: list(hitlQuestion),
  persona_runtime: list(personaRuntime),
  metadata: map(anyJson),
  persisted_path: nullable(text),
});

export type RunRecord = Infer<typeof runRecord>;
