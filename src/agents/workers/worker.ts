import { dictAt, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { DictValue, type Value } from "../../value/index.ts";
import { WakeSignal } from "../inbox/wake-signal.ts";
import { type CarryPolicy, carryDict } from "./carry.ts";

export type WorkerMode = "workflow" | "stage" | "sub_agent" | "top_level_agent" | "delegated_stage";
export type WorkerStatus = "running" | "awaiting" | "suspended" | "completed" | "failed" | "cancelled" | "interrupted";

export interface Suspension {
  readonly reason: string;
  /** `self_initiated`, `parent`, `operator` or `triggered`. */
  readonly initiator: string;
  readonly suspendedAt: string;
  readonly snapshotRef: string;
  readonly conditions: Value;
  readonly autoResumeTrigger: DictValue | undefined;
}

/** What a worker was asked to do, besides its task. */
export interface WorkerRequest {
  readonly task: string;
  readonly system: Value;
  readonly payload: Value;
  readonly researchQuestions: Value;
  readonly actionItems: Value;
  readonly workflowStages: Value;
  readonly verificationSteps: Value;
}

export interface WorkerParts {
  readonly id: string;
  readonly name: string;
  readonly mode: WorkerMode;
  readonly task: string;
  readonly createdAt: string;
  /** The request of a sub-agent, the node of a stage, the graph of a workflow. */
  readonly config: DictValue;
  readonly request: WorkerRequest;
  readonly carry: CarryPolicy;
  readonly audit: DictValue;
  readonly execution: DictValue;
  readonly parentWorkerId: string | undefined;
  readonly parentStageId: string | undefined;
  readonly parentSessionId: string | undefined;
  readonly snapshotPath: string;
}

/** An agent that works beside the program. Its status changes only through `workers/registry.ts`. */
export class Worker {
  readonly id: string;
  readonly name: string;
  readonly mode: WorkerMode;
  readonly createdAt: string;
  readonly config: DictValue;
  readonly request: WorkerRequest;
  readonly carry: CarryPolicy;
  readonly audit: DictValue;
  readonly execution: DictValue;
  readonly parentWorkerId: string | undefined;
  readonly parentStageId: string | undefined;
  readonly parentSessionId: string | undefined;
  readonly snapshotPath: string;
  task: string;
  status: WorkerStatus = "running";
  startedAt: string;
  finishedAt: string | undefined;
  awaitingStartedAt: string | undefined;
  /** When it began to wait, by the monotonic clock. */
  awaitingSince = 0;
  history: string[];
  result: Value = null;
  error: string | undefined;
  /** The error that the next waiter is thrown. */
  unseenError: unknown;
  latestPayload: Value = null;
  transcript: DictValue | undefined;
  artifacts: readonly Value[] = [];
  childRunId: string | undefined;
  childRunPath: string | undefined;
  suspension: Suspension | undefined;
  /** Ends the run that is going on. */
  stop: (() => void) | undefined;
  /** Wakes whoever waits for a change. */
  readonly changed = new WakeSignal();

  constructor(parts: WorkerParts) {
    this.id = parts.id;
    this.name = parts.name;
    this.mode = parts.mode;
    this.task = parts.task;
    this.createdAt = parts.createdAt;
    this.startedAt = parts.createdAt;
    this.config = parts.config;
    this.request = parts.request;
    this.carry = parts.carry;
    this.audit = parts.audit;
    this.execution = parts.execution;
    this.parentWorkerId = parts.parentWorkerId;
    this.parentStageId = parts.parentStageId;
    this.parentSessionId = parts.parentSessionId;
    this.snapshotPath = parts.snapshotPath;
    this.history = [parts.task];
  }

  /** Its run has ended; a suspended worker may still be on its way to a checkpoint. */
  get isIdle(): boolean {
    return this.stop === undefined;
  }

  requestDict(): DictValue {
    const { request } = this;
    return record({
      task: request.task,
      system: request.system,
      payload: request.payload,
      research_questions: request.researchQuestions,
      action_items: request.actionItems,
      workflow_stages: request.workflowStages,
      verification_steps: request.verificationSteps,
    });
  }

  suspensionDict(): Value {
    const { suspension } = this;
    if (suspension === undefined) return null;
    return record({
      reason: suspension.reason,
      initiator: suspension.initiator,
      suspended_at: suspension.suspendedAt,
      snapshot_ref: suspension.snapshotRef,
      conditions: suspension.conditions ?? undefined,
      auto_resume_trigger: suspension.autoResumeTrigger,
    });
  }

  #suspensionInFull(): Value {
    const { suspension } = this;
    if (suspension === undefined) return null;
    return record({
      handle: this.id,
      reason: suspension.reason,
      conditions: suspension.conditions,
      initiator: suspension.initiator,
      suspended_at: suspension.suspendedAt,
      suspended_at_turn: null,
      snapshot_ref: suspension.snapshotRef,
      resume_by_mechanism: suspension.autoResumeTrigger === undefined ? "manual" : "trigger",
      auto_resume_trigger: suspension.autoResumeTrigger ?? null,
    });
  }

  /** What is the same in all pictures of it. */
  #work(): Record<string, Value> {
    return {
      task: this.task,
      mode: this.mode,
      created_at: this.createdAt,
      started_at: this.startedAt,
      finished_at: this.finishedAt ?? null,
      awaiting_started_at: this.awaitingStartedAt ?? null,
      request: this.requestDict(),
      parent_worker_id: this.parentWorkerId ?? null,
      parent_stage_id: this.parentStageId ?? null,
      child_run_id: this.childRunId ?? null,
      child_run_path: this.childRunPath ?? null,
      execution: this.execution,
      snapshot_path: this.snapshotPath,
      audit: this.audit,
    };
  }

  #state(): Record<string, Value> {
    return {
      ...this.#work(),
      id: this.id,
      name: this.name,
      status: this.status,
      history: list(this.history),
      suspension: this.suspensionDict(),
    };
  }

  #outcome(): Record<string, Value> {
    return {
      provenance: record({
        worker_id: this.id,
        worker_name: this.name,
        mode: this.mode,
        parent_worker_id: this.parentWorkerId ?? null,
        parent_stage_id: this.parentStageId ?? null,
        session_id: textAt(this.audit, "session_id") ?? null,
        parent_session_id: this.parentSessionId ?? null,
        snapshot_path: this.snapshotPath,
        run_id: this.childRunId ?? null,
        run_path: this.childRunPath ?? null,
      }),
      error: this.error ?? null,
      artifact_count: this.artifacts.length,
      has_transcript: this.transcript !== undefined,
    };
  }

  /** What programs see of it: a picture of this moment. */
  summary(): DictValue {
    return record({ ...this.#state(), ...this.#outcome(), _type: "agent_handle", result: this.result });
  }

  /** What events and hooks tell of it: who and how it is stands beside this. Its suspension is in the long form. */
  metadata(): DictValue {
    return record({ ...this.#work(), ...this.#outcome(), suspension: this.#suspensionInFull() });
  }

  /** What its file holds. */
  snapshot(): DictValue {
    return record({
      ...this.#state(),
      _type: "worker_snapshot",
      config: record({ mode: this.mode, spec: this.config }),
      transcript: this.transcript ?? null,
      artifacts: list(this.artifacts),
      carry_policy: carryDict(this.carry),
      latest_payload: this.latestPayload,
      latest_error: this.error ?? null,
    });
  }
}

const emptyList = list([]);

/** What a configuration says about the work itself. */
export function requestOf(task: string, system: Value, options: DictValue | undefined): WorkerRequest {
  const items = (key: string): Value => {
    const given = itemsAt(options, key);
    return given === undefined ? emptyList : list(given);
  };
  return {
    task,
    system,
    payload: options?.get("request") ?? null,
    researchQuestions: items("research_questions"),
    actionItems: items("action_items"),
    workflowStages: items("workflow_stages"),
    verificationSteps: items("verification_steps"),
  };
}

export function executionDict(given: DictValue | undefined): DictValue {
  const base = record({ cwd: null, env: new DictValue(), worktree: null });
  return merged(base, given);
}

/** Who answers for a worker's changes: its own session, unless the configuration names one. */
export function auditDict(
  service: { readonly newId: () => string },
  id: string,
  kind: string,
  parentSessionId: string | undefined,
  given: DictValue | undefined,
): DictValue {
  return record({
    session_id: textAt(given, "session_id") ?? `session_${service.newId()}`,
    parent_session_id: textAt(given, "parent_session_id") ?? parentSessionId ?? null,
    run_id: given?.get("run_id") ?? null,
    worker_id: id,
    execution_kind: textAt(given, "execution_kind") ?? kind,
    mutation_scope: textAt(given, "mutation_scope") ?? "read_only",
    approval_policy: dictAt(given, "approval_policy") ?? null,
  });
}
