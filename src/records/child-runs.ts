import { isJsonObject, type Json, type JsonObject } from "../eventlog/index.ts";
import { type Codec, ShapeError } from "./schema/codec.ts";
import { type ChildRunRecord, childRun, execution } from "./shapes/child-run.ts";
import { toolApprovalPolicy } from "./shapes/policy.ts";
import type { RunRecord } from "./shapes/run-record.ts";
import type { StageRecord } from "./shapes/stage.ts";

/** The run with a child for each worker that its stages name. What a child has is kept; only gaps are filled. */
export function materializeChildRuns(run: RunRecord): RunRecord {
  let children = run.child_runs;
  for (const stage of run.stages) {
    const found = childOfStage(stage);
    if (found !== undefined) children = withChild(children, found);
  }
  return children === run.child_runs ? run : { ...run, child_runs: children };
}

function withChild(children: readonly ChildRunRecord[], found: ChildRunRecord): readonly ChildRunRecord[] {
  const at = children.findIndex((child) => child.worker_id === found.worker_id);
  const existing = children[at];
  return existing === undefined ? [...children, found] : children.with(at, fillGaps(existing, found));
}

/** An empty text counts as a gap in the fields that cannot be null. */
function fillGaps(existing: ChildRunRecord, found: ChildRunRecord): ChildRunRecord {
  const filled = Object.entries(existing).map(([key, value]) => {
    const isGap = value === null || value === "";
    return [key, isGap ? found[key as keyof ChildRunRecord] : value];
  });
  return { ...existing, ...Object.fromEntries(filled) };
}

/** The child that a stage's worker stands for. A worker without an id stands for none. */
function childOfStage(stage: StageRecord): ChildRunRecord | undefined {
  const worker = stage.metadata.worker;
  if (!isJsonObject(worker) || typeof worker.id !== "string" || worker.id === "") return undefined;
  const audit = isJsonObject(worker.audit) ? worker.audit : {};
  return {
    ...childRun.empty,
    worker_id: worker.id,
    worker_name: textOf(worker.name) ?? "worker",
    parent_stage_id: stage.id === "" ? null : stage.id,
    session_id: textOf(audit.session_id),
    parent_session_id: textOf(audit.parent_session_id),
    mutation_scope: textOf(audit.mutation_scope),
    approval_policy: readIfWhole(audit, "approval_policy", toolApprovalPolicy),
    task: textOf(worker.task) ?? "",
    request: worker.request ?? null,
    provenance: worker.provenance ?? null,
    status: textOf(worker.status) ?? "completed",
    started_at: textOf(worker.started_at) ?? "",
    finished_at: textOf(worker.finished_at),
    run_id: textOf(worker.child_run_id),
    run_path: textOf(worker.child_run_path),
    snapshot_path: textOf(worker.snapshot_path),
    execution: readIfWhole(worker, "execution", execution),
  };
}

function textOf(json: Json | undefined): string | null {
  return typeof json === "string" ? json : null;
}

/** A malformed part of a worker's description is left out rather than making the whole record unreadable. */
function readIfWhole<T>(from: JsonObject, key: string, codec: Codec<T>): T | null {
  const json = from[key];
  if (json === undefined || json === null) return null;
  try {
    return codec.read(json, key);
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}
