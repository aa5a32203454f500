import {
  type EventLog,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonNumber,
  type LogEvent,
  type Topic,
} from "../../eventlog/index.ts";
import { cancelRequestKind, cancelRequestsTopic, inboxTopic, outboxTopic } from "../../lifecycle/index.ts";
import { bindingKey } from "../bindings/binding-key.ts";
import { attemptsTopic, deadLetterTopic, eventsTopic } from "../topics.ts";

/** All that the log tells of one event at one binding: what was asked for, tried, and came of it. Replays are left out. */
export interface Lineage {
  readonly eventId: string;
  readonly bindingId: string;
  readonly bindingVersion: number;
  readonly bindingKey: string;
  readonly event: JsonObject;
  /** `pending`, `running`, `retrying`, `succeeded`, `failed`, `waiting`, `skipped`, `dlq` or `cancelled`. */
  readonly status: string;
  readonly attempt: Attempt | undefined;
  readonly outcome: JsonObject;
  readonly isCancelRequested: boolean;
}

interface Attempt {
  readonly number: number;
  readonly status: string;
  readonly handler: string;
  readonly handlerKind: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly error: string | null;
}

interface Draft extends Omit<Lineage, "status" | "attempt" | "outcome" | "isCancelRequested"> {
  status: string;
  attempt: Attempt | undefined;
  outcome: JsonObject;
  isCancelRequested: boolean;
}

const page = 1000;

const statusOf: Readonly<Record<string, string>> = {
  dispatch_started: "running",
  dispatch_succeeded: "succeeded",
  dispatch_failed: "failed",
  dispatch_waiting: "waiting",
  dispatch_skipped: "skipped",
};

/** What may still be called off. */
const openStatuses: ReadonlySet<string> = new Set(["pending", "running", "retrying", "waiting"]);

export function isCancellable({ status, isCancelRequested }: Lineage): boolean {
  return openStatuses.has(status) && !isCancelRequested;
}

/** The lineages of a log, in the order in which their events came. */
export async function readLineages(log: EventLog): Promise<readonly Lineage[]> {
  const drafts = new Map<string, Draft>();
  await walk(log, eventsTopic, (event) => begin(drafts, firedEvent(event)));
  await walk(log, inboxTopic, (event) => begin(drafts, ingestedEvent(event)));
  const originals = (event: LogEvent): Draft | undefined =>
    event.headers.replay_of_event_id === undefined ? drafts.get(lineageKey(event)) : undefined;
  await walk(log, outboxTopic, (event) => dispatched(originals(event), event));
  await walk(log, attemptsTopic, (event) => attempted(originals(event), event));
  await walk(log, deadLetterTopic, (event) => {
    const draft = event.kind === "dlq_moved" ? originals(event) : undefined;
    if (draft !== undefined) draft.status = "dlq";
  });
  await walk(log, cancelRequestsTopic, ({ kind, payload }) => {
    if (kind !== cancelRequestKind || !isJsonObject(payload)) return;
    const draft = drafts.get(`${payload.binding_key} ${payload.event_id}`);
    if (draft !== undefined) draft.isCancelRequested = true;
  });
  return [...drafts.values()];
}

async function walk(log: EventLog, name: Topic, visit: (event: LogEvent) => void): Promise<void> {
  for (let after = 0; ; ) {
    const events = await log.readRange(name, after, page);
    for (const event of events) visit(event);
    after = events.at(-1)?.id ?? after;
    if (events.length < page) return;
  }
}

function lineageKey({ headers, payload }: LogEvent): string {
  const fields = isJsonObject(payload) ? payload : {};
  return `${headers.binding_key ?? fields.binding_key} ${headers.event_id ?? fields.event_id}`;
}

interface Beginning {
  readonly id: string;
  readonly version: number;
  readonly event: JsonObject;
}

function firedEvent({ kind, payload }: LogEvent): Beginning | undefined {
  if (kind !== "trigger_event" || !isJsonObject(payload) || (payload.replay_of_event_id ?? null) !== null)
    return undefined;
  return beginning(payload.binding_id, payload.binding_version, payload.event);
}

function ingestedEvent({ kind, payload }: LogEvent): Beginning | undefined {
  if (kind !== "event_ingested" || !isJsonObject(payload)) return undefined;
  return beginning(payload.trigger_id, payload.binding_version, payload.event);
}

function beginning(id: Json | undefined, version: Json | undefined, event: Json | undefined): Beginning | undefined {
  if (typeof id !== "string" || !isJsonObject(event) || typeof event.id !== "string") return undefined;
  return { id, version: jsonNumber(version) ?? 0, event };
}

function begin(drafts: Map<string, Draft>, found: Beginning | undefined): void {
  if (found === undefined) return;
  const { id, version, event } = found;
  const key = bindingKey(id, version);
  const eventId = String(event.id);
  if (drafts.has(`${key} ${eventId}`)) return;
  drafts.set(`${key} ${eventId}`, {
    eventId,
    bindingId: id,
    bindingVersion: version,
    bindingKey: key,
    event,
    status: "pending",
    attempt: undefined,
    outcome: {},
    isCancelRequested: false,
  });
}

function dispatched(draft: Draft | undefined, { kind, payload }: LogEvent): void {
  const status = statusOf[kind];
  if (draft === undefined || status === undefined || !isJsonObject(payload)) return;
  draft.status = status;
  draft.outcome = {
    status,
    attempt_count: payload.attempt ?? 0,
    handler_kind: payload.handler_kind ?? null,
    target_uri: payload.target_uri ?? null,
    result: payload.result ?? null,
    error: payload.error ?? null,
    waitpoint_ids: payload.waitpoint_ids,
  };
}

function attempted(draft: Draft | undefined, { kind, payload }: LogEvent): void {
  if (draft === undefined || !isJsonObject(payload)) return;
  if (kind === "retry_scheduled") draft.status = "retrying";
  if (kind !== "attempt_recorded") return;
  const text = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);
  draft.attempt = {
    number: jsonNumber(payload.attempt) ?? 0,
    status: text(payload.outcome) ?? "",
    handler: text(draft.outcome.target_uri) ?? "",
    handlerKind: text(payload.handler_kind) ?? "",
    startedAt: text(payload.started_at),
    completedAt: text(payload.completed_at),
    error: text(payload.error_msg),
  };
}

/** What a filter sees of a lineage: `event`, `binding`, `attempt`, `outcome` and `audit`. */
export function lineageViews(
  lineage: Lineage,
): Readonly<Record<"event" | "binding" | "attempt" | "outcome" | "audit", JsonObject>> {
  const { attempt, bindingId, bindingKey: key, bindingVersion, event, isCancelRequested, outcome, status } = lineage;
  const failedAt = attempt !== undefined && attempt.status !== "success" ? attempt.completedAt : null;
  const raw = isJsonObject(event.provider_payload) ? event.provider_payload.raw : undefined;
  return {
    event: { ...event, payload: raw ?? event.provider_payload ?? null },
    binding: { id: bindingId, version: bindingVersion, key },
    attempt: {
      number: attempt?.number ?? 0,
      status: attempt === undefined ? status : attempt.status === "success" ? "succeeded" : attempt.status,
      handler: attempt?.handler ?? null,
      handler_kind: attempt?.handlerKind ?? null,
      started_at: attempt?.startedAt ?? null,
      completed_at: attempt?.completedAt ?? null,
      failed_at: failedAt,
      error: attempt?.error ?? null,
    },
    outcome: { ...outcome, status },
    audit: { cancel_requested: isCancelRequested },
  };
}
