// Waitpoints without a value that are waited for together: `std/waitpoints`. A wait has an id; asked again, it gives its record.
import type { EventLog } from "../contract.ts";
import { byWaitId } from "../event-index.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { rfc3339 } from "../run-events.ts";
import { readWaitpoint, type Waitpoint, waitpointTopic, waitsTopic } from "./waitpoint-log.ts";

const kinds = {
  open: "waitpoint_created",
  completed: "waitpoint_completed",
  cancelled: "waitpoint_cancelled",
} as const;
const stateKinds: ReadonlySet<string> = new Set(Object.values(kinds));

export type WaitStatus = "completed" | "cancelled" | "timed_out" | "interrupted";

export interface WaitStart extends JsonObject {
  readonly wait_id: string;
  readonly waitpoint_ids: readonly string[];
  readonly started_at: string;
  readonly trace_id: string | null;
  readonly replay_of_event_id: string | null;
}

export interface WaitRecord extends WaitStart {
  readonly status: WaitStatus;
  readonly resolved_at: string;
  readonly waitpoints: readonly Waitpoint[];
  readonly cancelled_waitpoint_id: string | null;
  readonly reason: string | null;
}

export function findMember(log: EventLog, id: string): Promise<Waitpoint | undefined> {
  return readWaitpoint(log, id, (kind) => stateKinds.has(kind));
}

/** `now` in Unix milliseconds, here and below. */
export async function openMember(
  log: EventLog,
  id: string,
  by: string,
  metadata: JsonObject,
  now: number,
): Promise<Waitpoint> {
  return (await findMember(log, id)) ?? append(log, fresh(id, by, metadata, now));
}

/** A waitpoint that nobody opened is opened and ended at once; one that has ended stays as it is. */
export async function completeMember(log: EventLog, id: string, by: string, now: number): Promise<Waitpoint> {
  const record = (await findMember(log, id)) ?? fresh(id, by, {}, now);
  if (record.status !== "open") return record;
  return append(log, { ...record, status: "completed", completed_at: rfc3339(now), completed_by: by, reason: null });
}

export async function cancelMember(
  log: EventLog,
  id: string,
  by: string,
  reason: string | undefined,
  now: number,
): Promise<Waitpoint> {
  const record = (await findMember(log, id)) ?? fresh(id, by, {}, now);
  if (record.status !== "open") return record;
  const ended = { status: "cancelled", cancelled_at: rfc3339(now), cancelled_by: by } as const;
  return append(log, { ...record, ...ended, reason: reason ?? null });
}

function fresh(id: string, by: string, metadata: JsonObject, now: number): Waitpoint {
  return {
    id,
    status: "open",
    created_at: rfc3339(now),
    created_by: by,
    completed_at: null,
    completed_by: null,
    cancelled_at: null,
    cancelled_by: null,
    reason: null,
    metadata,
  };
}

function append(log: EventLog, record: Waitpoint): Waitpoint {
  log.append(waitpointTopic(record.id), {
    kind: kinds[record.status],
    payload: record,
    headers: { waitpoint_id: record.id },
  });
  return record;
}

export async function findMembers(log: EventLog, ids: readonly string[]): Promise<readonly Waitpoint[]> {
  const found = await Promise.all(ids.map((id) => findMember(log, id)));
  return found.filter((record) => record !== undefined);
}

export function appendWaitStart(log: EventLog, start: WaitStart): void {
  log.append(waitsTopic, { kind: "waitpoint_wait_started", payload: start, headers: waitHeaders(start) });
}

export function appendWaitEnd(log: EventLog, record: WaitRecord): void {
  log.append(waitsTopic, { kind: `waitpoint_wait_${record.status}`, payload: record, headers: waitHeaders(record) });
}

function waitHeaders({ wait_id, waitpoint_ids }: WaitStart): Record<string, string> {
  return { wait_id, waitpoints: waitpoint_ids.join(",") };
}

/** How a wait of that id ended. */
export async function findWaitEnd(log: EventLog, waitId: string): Promise<WaitRecord | undefined> {
  let found: WaitRecord | undefined;
  for (const { kind, payload } of await byWaitId.find(log, waitsTopic, waitId)) {
    if (kind !== "waitpoint_wait_started" && isJsonObject(payload) && "status" in payload)
      found = payload as WaitRecord;
  }
  return found;
}
