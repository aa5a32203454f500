import { type JsonObject, jsonOfValue, rfc3339 } from "../../eventlog/index.ts";
import { textAt } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import type { Edge, WorkflowGraph } from "./graph.ts";
import type { StageResult } from "./stage.ts";

/** One attempt at a stage. */
export interface Attempt {
  readonly number: number;
  readonly result: StageResult;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** What a workflow's record is made of while it runs, as JSON that the record's own shape completes. */
export class WorkflowRun {
  readonly id: string;
  readonly stages: JsonObject[] = [];
  readonly transitions: JsonObject[] = [];
  readonly checkpoints: JsonObject[] = [];
  readonly completed: string[] = [];
  readonly startedAt: number;
  readonly #newId: () => string;
  readonly #now: () => number;

  constructor(id: string, newId: () => string, now: () => number) {
    this.id = id;
    this.#newId = newId;
    this.#now = now;
    this.startedAt = now();
  }

  addStage(
    node: DictValue,
    nodeId: string,
    attempts: readonly Attempt[],
    usage: JsonObject,
    metadata: JsonObject,
  ): string {
    const id = `${this.id}:${nodeId}:${this.stages.length + 1}`;
    const last = attempts.at(-1) as Attempt;
    const { result } = last;
    this.stages.push({
      id,
      node_id: nodeId,
      kind: textAt(node, "kind") ?? "stage",
      status: result.status,
      outcome: result.outcome,
      branch: result.branch ?? null,
      started_at: rfc3339(attempts[0]?.startedAt ?? last.startedAt),
      finished_at: rfc3339(last.finishedAt),
      visible_text: result.text,
      private_reasoning: result.reasoning === null ? null : jsonOfValue(result.reasoning),
      transcript: jsonOfValue(result.transcript),
      verification: jsonOfValue(result.verification),
      usage,
      artifacts: result.produced.map((artifact) => jsonOfValue(artifact)),
      consumed_artifact_ids: [...result.consumed],
      produced_artifact_ids: result.produced.map((artifact) => textAt(artifact, "id") ?? ""),
      attempts: attempts.map(attemptJson),
      metadata,
    });
    if (!this.completed.includes(nodeId)) this.completed.push(nodeId);
    return id;
  }

  addTransition(edge: Edge, stageId: string, result: StageResult): void {
    this.transitions.push({
      id: this.#newId(),
      from_stage_id: stageId,
      from_node_id: edge.from,
      to_node_id: edge.to,
      branch: edge.branch ?? null,
      timestamp: rfc3339(this.#now()),
      consumed_artifact_ids: [...result.consumed],
      produced_artifact_ids: result.produced.map((artifact) => textAt(artifact, "id") ?? ""),
    });
  }

  checkpoint(ready: readonly string[], reason: "start" | "stage_complete" | "finalize"): void {
    const last = this.stages.at(-1)?.id;
    this.checkpoints.push({
      id: this.#newId(),
      ready_nodes: [...ready],
      completed_nodes: [...this.completed],
      last_stage_id: typeof last === "string" ? last : null,
      persisted_at: rfc3339(this.#now()),
      reason,
    });
  }

  /** The record as it is now. */
  json(parts: {
    readonly graph: WorkflowGraph;
    readonly task: string;
    readonly status: string;
    readonly pending: readonly string[];
    readonly artifacts: readonly DictValue[];
    readonly policy: JsonObject;
    readonly rootRunId: string;
    readonly parentRunId: string | null;
    readonly metadata: JsonObject;
    readonly transcript: Value;
  }): JsonObject {
    const isOver = parts.status !== "running";
    return {
      _type: "run_record",
      id: this.id,
      workflow_id: parts.graph.id,
      workflow_name: parts.graph.name,
      task: parts.task,
      status: parts.status,
      started_at: rfc3339(this.startedAt),
      finished_at: isOver ? rfc3339(this.#now()) : null,
      parent_run_id: parts.parentRunId,
      root_run_id: parts.rootRunId,
      stages: this.stages,
      transitions: this.transitions,
      checkpoints: this.checkpoints,
      pending_nodes: [...parts.pending],
      completed_nodes: [...this.completed],
      artifacts: parts.artifacts.map((artifact) => jsonOfValue(artifact)),
      policy: parts.policy,
      transcript: jsonOfValue(parts.transcript),
      metadata: parts.metadata,
    };
  }
}

function attemptJson(attempt: Attempt): JsonObject {
  const { result } = attempt;
  return {
    attempt: attempt.number,
    status: result.status,
    outcome: result.outcome,
    branch: result.branch ?? null,
    error: result.error ?? null,
    verification: jsonOfValue(result.verification),
    started_at: rfc3339(attempt.startedAt),
    finished_at: rfc3339(attempt.finishedAt),
  };
}
