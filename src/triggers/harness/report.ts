import type { Json, JsonObject } from "../../eventlog/index.ts";
import { eventJson, type TriggerEvent } from "../events/event.ts";

export interface HarnessAttempt {
  readonly attempt: number;
  /** RFC 3339. */
  readonly at: string;
  /** Milliseconds since the scenario began. */
  readonly atMs: number;
  readonly status: string;
  readonly error?: string;
  readonly backoffMs?: number;
  readonly replayOf?: string;
}

export interface HarnessDeadLetter extends JsonObject {
  readonly id: string;
  readonly event_id: string;
  readonly binding_id: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string;
  readonly replayed: boolean;
}

/** What a scenario found out. */
export interface Finding {
  readonly ok: boolean;
  readonly emitted?: readonly JsonObject[];
  readonly attempts?: readonly HarnessAttempt[];
  readonly dlq?: readonly HarnessDeadLetter[];
  readonly alerts?: readonly JsonObject[];
  readonly bindings?: readonly JsonObject[];
  readonly details?: Json;
}

export function reportJson(fixture: string, summary: string, finding: Finding): JsonObject {
  return {
    fixture,
    ok: finding.ok,
    stub: false,
    summary,
    emitted: finding.emitted ?? [],
    attempts: (finding.attempts ?? []).map(attemptJson),
    dlq: finding.dlq ?? [],
    alerts: finding.alerts ?? [],
    bindings: finding.bindings ?? [],
    notes: [],
    details: finding.details ?? null,
  };
}

function attemptJson(attempt: HarnessAttempt): JsonObject {
  return {
    attempt: attempt.attempt,
    at: attempt.at,
    at_ms: attempt.atMs,
    status: attempt.status,
    error: attempt.error ?? null,
    backoff_ms: attempt.backoffMs ?? null,
    replay_of_event_id: attempt.replayOf ?? null,
  };
}

/** An event that reached a handler, or would have. */
export function emittedJson(
  event: TriggerEvent,
  note: string,
  binding: { readonly id: string; readonly version?: number; readonly replayOf?: string | null },
): JsonObject {
  const { provider, kind, occurred_at, received_at, dedupe_key, tenant_id } = eventJson(event);
  return {
    binding_id: binding.id,
    binding_version: binding.version ?? 1,
    provider,
    kind,
    occurred_at,
    received_at,
    dedupe_key,
    tenant_id,
    replay_of_event_id: binding.replayOf ?? null,
    signature_state: event.signature.state,
    note,
  };
}
