import type { Json, JsonObject } from "../../eventlog/index.ts";
import type { HandlerKind } from "../bindings/handler.ts";

export type DispatchStatus = "succeeded" | "failed" | "dlq" | "skipped" | "waiting" | "cancelled";

/** What became of one event at one binding. */
export interface DispatchOutcome {
  readonly triggerId: string;
  readonly bindingKey: string;
  readonly eventId: string;
  readonly attemptCount: number;
  readonly status: DispatchStatus;
  readonly handlerKind: HandlerKind;
  readonly targetUri: string;
  readonly replayOfEventId: string | null;
  readonly result: Json;
  readonly error: string | null;
}

export interface AttemptRecord {
  readonly attempt: number;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly completedAt: string;
  readonly outcome: "success" | "denied" | "timeout" | "waiting" | "cancelled" | "failed";
  readonly error: string | null;
}

export function outcomeJson(outcome: DispatchOutcome): JsonObject {
  return {
    trigger_id: outcome.triggerId,
    binding_key: outcome.bindingKey,
    event_id: outcome.eventId,
    attempt_count: outcome.attemptCount,
    status: outcome.status,
    handler_kind: outcome.handlerKind,
    target_uri: outcome.targetUri,
    replay_of_event_id: outcome.replayOfEventId,
    result: outcome.result,
    error: outcome.error,
  };
}
