import { anyJson, type Infer, map, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import { toolApprovalPolicy } from "./policy.ts";

export const execution = record("RunExecutionRecord", {
  cwd: nullable(text),
  source_dir: nullable(text),
  env: map(text),
  adapter: nullable(text),
  repo_path: nullable(text),
  worktree_path: nullable(text),
  branch: nullable(text),
  base_ref: nullable(text),
  cleanup: nullable(text),
});

/** A run that a worker made on behalf of this one. */
export const childRun = record("RunChildRecord", {
  worker_id: text,
  worker_name: text,
  parent_stage_id: nullable(text),
  session_id: nullable(text),
  parent_session_id: nullable(text),
  mutation_scope: nullable(text),
  approval_policy: nullable(toolApprovalPolicy),
  task: text,
  request: anyJson,
  provenance: anyJson,
  status: text,
  started_at: text,
  finished_at: nullable(text),
  run_id: nullable(text),
  run_path: nullable(text),
  snapshot_path: nullable(text),
  execution: nullable(execution),
});

export type ChildRunRecord = Infer<typeof childRun>;
