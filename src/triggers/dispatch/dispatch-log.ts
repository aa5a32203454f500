import type { ActiveLog, Json, JsonObject, Topic } from "../../eventlog/index.ts";
import { outboxTopic } from "../../lifecycle/index.ts";
import type { Binding } from "../bindings/binding.ts";
import { dispatchMetadata, targetUri } from "../bindings/handler.ts";
import { eventJson, type TriggerEvent } from "../events/event.ts";
import { actionGraphTopic, attemptsTopic, deadLetterTopic, lifecycleTopic, tenantTopic } from "../topics.ts";
import { type GraphUpdate, graphRecord } from "./action-graph.ts";
import { errorClass } from "./error-class.ts";
import type { AttemptRecord } from "./outcome.ts";

/** One event on its way through one binding. */
export interface Dispatch {
  readonly binding: Binding;
  readonly event: TriggerEvent;
  readonly replayOf: string | null;
}

/** Writes what happens around a dispatch, each fact once for every topic that tells it. */
export class DispatchLog {
  readonly #log: ActiveLog;

  constructor(log: ActiveLog) {
    this.#log = log;
  }

  lifecycle(dispatch: Dispatch, kind: string, payload: JsonObject, attempt?: number): void {
    this.#append(lifecycleTopic, dispatch, kind, payload, attempt);
  }

  outbox(dispatch: Dispatch, kind: string, payload: JsonObject, attempt?: number): void {
    const { binding, event } = dispatch;
    const common = {
      event_id: event.id,
      trigger_id: binding.spec.id,
      binding_key: binding.key,
      ...this.#where(dispatch),
    };
    const numbered = attempt === undefined ? {} : { attempt };
    this.#append(outboxTopic, dispatch, kind, { ...common, ...numbered, ...payload }, attempt);
  }

  attempted(dispatch: Dispatch, record: AttemptRecord): void {
    this.#append(attemptsTopic, dispatch, "attempt_recorded", attemptJson(dispatch, record), record.attempt);
  }

  retryScheduled(dispatch: Dispatch, attempt: number, delayMs: number, error: string): void {
    const { binding, event, replayOf } = dispatch;
    const facts = { event_id: event.id, attempt, delay_ms: delayMs, error, replay_of_event_id: replayOf };
    this.graph(dispatch, { kind: "retry", attempt, delayMs, error });
    this.lifecycle(dispatch, "RetryScheduled", facts);
    const payload = { ...facts, trigger_id: binding.spec.id, binding_key: binding.key };
    this.#append(attemptsTopic, dispatch, "retry_scheduled", payload, attempt);
  }

  deferred(dispatch: Dispatch, reason: string, retryAt: string): void {
    const { binding, event } = dispatch;
    this.#append(attemptsTopic, dispatch, "budget_deferred", {
      event_id: event.id,
      trigger_id: binding.spec.id,
      binding_key: binding.key,
      ...this.#where(dispatch),
      reason,
      retry_at: retryAt,
    });
  }

  started(dispatch: Dispatch, attempt: number): void {
    this.lifecycle(dispatch, "DispatchStarted", this.#facts(dispatch, attempt));
    this.outbox(dispatch, "dispatch_started", {}, attempt);
    this.graph(dispatch, { kind: "started", attempt });
  }

  succeeded(dispatch: Dispatch, attempt: number, result: Json): void {
    const outcome = { dispatch_metadata: dispatchMetadata(dispatch.binding.spec.handler), result };
    this.lifecycle(dispatch, "DispatchSucceeded", { ...this.#facts(dispatch, attempt), ...outcome });
    this.outbox(dispatch, "dispatch_succeeded", outcome, attempt);
    this.graph(dispatch, { kind: "succeeded", attempt, result });
  }

  failed(dispatch: Dispatch, attempt: number, error: string): void {
    this.lifecycle(dispatch, "DispatchFailed", { ...this.#facts(dispatch, attempt), error });
    this.outbox(dispatch, "dispatch_failed", { error }, attempt);
    this.graph(dispatch, { kind: "failed", attempt, error });
  }

  /** `waitpoints` is what the dispatch goes on after, in this process or a later one. */
  waiting(dispatch: Dispatch, attempt: number, message: string, waitpoints: readonly string[]): void {
    this.lifecycle(dispatch, "DispatchWaiting", { ...this.#facts(dispatch, attempt), message });
    this.outbox(dispatch, "dispatch_waiting", { message, waitpoint_ids: waitpoints }, attempt);
    this.graph(dispatch, { kind: "waiting", attempt, message });
  }

  skipped(dispatch: Dispatch, stage: "predicate" | "flow_control", detail: JsonObject): void {
    this.outbox(dispatch, "dispatch_skipped", { skip_stage: stage, detail });
  }

  deadLettered(dispatch: Dispatch, attempts: readonly AttemptRecord[], error: string): void {
    const { binding, event, replayOf } = dispatch;
    const attemptCount = attempts.length;
    this.graph(dispatch, { kind: "dead-lettered", attemptCount, error });
    this.lifecycle(dispatch, "DlqMoved", {
      event_id: event.id,
      attempt_count: attemptCount,
      final_error: error,
      replay_of_event_id: replayOf,
    });
    const payload = {
      trigger_id: binding.spec.id,
      binding_key: binding.key,
      event: eventJson(event),
      attempt_count: attemptCount,
      final_error: error,
      error_class: errorClass(error),
      attempts: attempts.map((record) => attemptJson(dispatch, record)),
    };
    this.#append(deadLetterTopic, dispatch, "dlq_moved", payload, attemptCount === 0 ? undefined : attemptCount);
  }

  graph(dispatch: Dispatch, update: GraphUpdate): void {
    const { event } = dispatch;
    this.#log.getOrCreate().append(actionGraphTopic, {
      kind: "action_graph_update",
      payload: graphRecord(dispatch, update),
      headers: { event_id: event.id, trace_id: event.traceId },
    });
  }

  #facts(dispatch: Dispatch, attempt: number): JsonObject {
    return { event_id: dispatch.event.id, attempt, ...this.#where(dispatch) };
  }

  #where({ binding, replayOf }: Dispatch): JsonObject {
    const { handler } = binding.spec;
    return { handler_kind: handler.kind, target_uri: targetUri(handler), replay_of_event_id: replayOf };
  }

  #append(base: Topic, dispatch: Dispatch, kind: string, payload: JsonObject, attempt?: number): void {
    const topic = tenantTopic(base, dispatch.event.tenantId);
    const headers = { ...dispatchHeaders(dispatch), ...(attempt === undefined ? {} : { attempt: attempt.toString() }) };
    this.#log.getOrCreate().append(topic, { kind, payload, headers });
  }
}

export function eventHeaders(event: TriggerEvent, replayOf: string | null): Record<string, string> {
  return {
    event_id: event.id,
    trace_id: event.traceId,
    provider: event.provider,
    kind: event.kind,
    ...(replayOf === null ? {} : { replay_of_event_id: replayOf }),
    ...(event.tenantId === null ? {} : { tenant_id: event.tenantId }),
  };
}

function dispatchHeaders({ binding, event, replayOf }: Dispatch): Record<string, string> {
  return {
    ...eventHeaders(event, replayOf),
    trigger_id: binding.spec.id,
    binding_key: binding.key,
    handler_kind: binding.spec.handler.kind,
  };
}

function attemptJson({ binding, event }: Dispatch, record: AttemptRecord): JsonObject {
  return {
    trigger_id: binding.spec.id,
    binding_key: binding.key,
    event_id: event.id,
    attempt: record.attempt,
    handler_kind: binding.spec.handler.kind,
    started_at: record.startedAt,
    completed_at: record.completedAt,
    outcome: record.outcome,
    error_msg: record.error,
  };
}
