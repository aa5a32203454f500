// Waitpoints that carry a value: `std/waitpoint`, and the questions to people that stand on them.
import type { EventLog } from "../contract.ts";
import type { Json, JsonObject } from "../json.ts";
import { rfc3339 } from "../run-events.ts";
import { readWaitpoint, type Waitpoint, waitpointTopic } from "./waitpoint-log.ts";

/** A waitpoint that cannot become what it is asked to. Its message is what programs see. */
export class WaitpointError extends Error {}

export interface WaitpointEnd {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly metadata?: Json | undefined;
}

const stateKind = "waitpoint.state";

export function findWaitpoint(log: EventLog, id: string): Promise<Waitpoint | undefined> {
  return readWaitpoint(log, id, (kind) => kind === stateKind);
}

/** Opens a waitpoint; one that is there already is the answer. `now` in Unix milliseconds. */
export async function createWaitpoint(
  log: EventLog,
  id: string,
  metadata: Json | undefined,
  now: number,
): Promise<Waitpoint> {
  const existing = await findWaitpoint(log, id);
  if (existing !== undefined) return existing;
  return append(log, {
    id,
    status: "open",
    created_at: rfc3339(now),
    completed_at: null,
    cancelled_at: null,
    completed_by: null,
    cancelled_by: null,
    value: null,
    reason: null,
    metadata: metadata ?? null,
  });
}

/** Completing twice changes nothing: the first value stays. */
export async function completeWaitpoint(
  log: EventLog,
  id: string,
  value: Json,
  end: WaitpointEnd,
  now: number,
): Promise<Waitpoint> {
  const record = await requireWaitpoint(log, id, "complete");
  if (record.status === "completed") return record;
  if (record.status === "cancelled")
    throw new WaitpointError(`waitpoint.complete: waitpoint '${id}' is already cancelled`);
  const ended = { status: "completed", completed_at: rfc3339(now), completed_by: end.by ?? null, value } as const;
  return append(log, { ...record, ...ended, ...reasonOf(record, end) });
}

export async function cancelWaitpoint(log: EventLog, id: string, end: WaitpointEnd, now: number): Promise<Waitpoint> {
  const record = await requireWaitpoint(log, id, "cancel");
  if (record.status === "cancelled") return record;
  if (record.status === "completed")
    throw new WaitpointError(`waitpoint.cancel: waitpoint '${id}' is already completed`);
  const ended = { status: "cancelled", cancelled_at: rfc3339(now), cancelled_by: end.by ?? null } as const;
  return append(log, { ...record, ...ended, ...reasonOf(record, end) });
}

export async function requireWaitpoint(log: EventLog, id: string, verb: string): Promise<Waitpoint> {
  const record = await findWaitpoint(log, id);
  if (record === undefined) throw new WaitpointError(`waitpoint.${verb}: unknown waitpoint '${id}'`);
  return record;
}

function reasonOf(record: Waitpoint, end: WaitpointEnd): JsonObject {
  return { reason: end.reason ?? null, metadata: end.metadata ?? record.metadata ?? null };
}

function append(log: EventLog, record: Waitpoint): Waitpoint {
  log.append(waitpointTopic(record.id), { kind: stateKind, payload: record, headers: { waitpoint_id: record.id } });
  return record;
}
