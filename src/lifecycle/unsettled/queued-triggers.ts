import { type EventLog, type Json, type JsonObject, type LogEvent, TopicFold, topic } from "../../eventlog/index.ts";
import { compareText } from "../../value/index.ts";
import { countField, field, headerOrField, textField } from "./json-fields.ts";
import { knownQueues, openJobs, type WorkerJob } from "./worker-queue.ts";

export const inboxTopic = topic("trigger.inbox.envelopes");
export const outboxTopic = topic("trigger.outbox");
export const cancelRequestsTopic = topic("trigger.cancel.requests");

/** The kind of a record that takes a trigger's event back before it is dispatched. */
export const cancelRequestKind = "dispatch_cancel_requested";

/** Two clocks: ages are in the program's time, claims of workers expire in that of the machine. */
export interface Moments {
  readonly now: number;
  readonly machineNow: number;
}

/** Events that no trigger has handled yet and jobs that no worker has finished, the oldest first. */
export async function queuedTriggers(log: EventLog, moments: Moments): Promise<readonly JsonObject[]> {
  const items = [...(await inboxItems(log, moments.now)), ...(await workerItems(log, moments))];
  return items.sort(byAgeThenId);
}

function byAgeThenId(left: TriggerItem, right: TriggerItem): number {
  return left.queued_at_ms - right.queued_at_ms || compareText(left.id, right.id);
}

interface TriggerItem extends JsonObject {
  readonly id: string;
  readonly queued_at_ms: number;
}

// -------------------------------------------------------------- inbox

/** An envelope of the inbox: what it waits for, and what is told of it. */
interface Ingested {
  readonly eventId: string;
  readonly triggerId: string | undefined;
  readonly bindingKey: string | undefined;
  readonly summary: string;
  readonly occurredAt: number;
}

const ingested = new TopicFold<Ingested[]>(
  () => [],
  (envelopes, event) => {
    const envelope = event.kind === "event_ingested" ? readEnvelope(event) : undefined;
    if (envelope !== undefined) envelopes.push(envelope);
  },
);

// Every outbox record counts, whatever became of the dispatch: somebody has taken care of the event.
const dispatched = new TopicFold<Settled>(
  () => new Settled(),
  (settled, event) => settled.add(headerOrField(event, "binding_key"), headerOrField(event, "event_id")),
);

const cancelled = new TopicFold<Settled>(
  () => new Settled(),
  (settled, { kind, payload }) => {
    if (kind === cancelRequestKind) settled.add(textField(payload, "binding_key"), textField(payload, "event_id"));
  },
);

async function inboxItems(log: EventLog, now: number): Promise<readonly TriggerItem[]> {
  const envelopes = (await readable(() => ingested.of(log, inboxTopic))) ?? [];
  const done = await readable(() => dispatched.of(log, outboxTopic));
  const takenBack = await readable(() => cancelled.of(log, cancelRequestsTopic));
  // What is settled stays so, and need not be looked at again.
  const open = envelopes.filter((envelope) => !done?.settles(envelope) && !takenBack?.settles(envelope));
  envelopes.length = 0;
  for (const envelope of open) envelopes.push(envelope);
  return open.map((envelope) => inboxItem(envelope, now));
}

/** Which events are settled, each for one binding of a trigger or for all. */
class Settled {
  readonly #pairs = new Set<string>();

  add(bindingKey: string | undefined, eventId: string | undefined): void {
    if (eventId !== undefined) this.#pairs.add(pairKey(bindingKey ?? "", eventId));
  }

  settles({ bindingKey, eventId }: Ingested): boolean {
    return this.#pairs.has(pairKey(bindingKey ?? "", eventId)) || this.#pairs.has(pairKey("", eventId));
  }
}

function pairKey(bindingKey: string, eventId: string): string {
  return JSON.stringify([bindingKey, eventId]);
}

function readEnvelope(event: LogEvent): Ingested | undefined {
  const trigger = field(event.payload, "event") ?? event.payload;
  const eventId = textField(trigger, "id");
  if (eventId === undefined) return undefined;
  const triggerId = headerOrField(event, "trigger_id");
  return {
    eventId,
    triggerId,
    bindingKey: event.headers.binding_key ?? versionedKey(triggerId, event.payload),
    summary: specSummary(trigger, triggerId),
    occurredAt: event.occurredAtMs,
  };
}

function inboxItem({ bindingKey, eventId, occurredAt, summary, triggerId }: Ingested, now: number): TriggerItem {
  return {
    id: bindingKey === undefined ? `trigger://${eventId}` : `trigger://${bindingKey}/${eventId}`,
    event_id: eventId,
    trigger_id: triggerId ?? null,
    binding_key: bindingKey ?? null,
    spec_summary: summary,
    queued_at_ms: occurredAt,
    age_ms: Math.max(0, now - occurredAt),
    source: "trigger_inbox",
  };
}

function versionedKey(triggerId: string | undefined, payload: Json): string | undefined {
  const version = countField(payload, "binding_version");
  return triggerId === undefined || version === undefined ? undefined : `${triggerId}@v${version}`;
}

// ------------------------------------------------------- worker queues

async function workerItems(log: EventLog, moments: Moments): Promise<readonly TriggerItem[]> {
  const items: TriggerItem[] = [];
  for (const queue of (await readable(() => knownQueues(log))) ?? []) {
    const jobs = (await readable(() => openJobs(log, queue, moments.machineNow))) ?? [];
    for (const job of jobs) items.push(workerItem(queue, job, moments.now));
  }
  return items;
}

function workerItem(queue: string, job: WorkerJob, now: number): TriggerItem {
  return {
    id: `worker://${queue}/${job.id}`,
    event_id: textField(job.event, "id") ?? null,
    trigger_id: job.triggerId,
    binding_key: job.bindingKey,
    spec_summary: specSummary(job.event, job.triggerId),
    queued_at_ms: job.enqueuedAt,
    age_ms: Math.max(0, now - job.enqueuedAt),
    source: "worker_queue",
    queue,
    job_event_id: job.id,
    claimed: job.state === "claimed",
  };
}

function specSummary(trigger: Json, triggerId: string | undefined): string {
  const provider = textField(trigger, "provider") ?? "";
  const kind = textField(trigger, "kind") ?? "";
  const event = [provider, kind].filter((part) => part !== "").join(".");
  if (triggerId === undefined || triggerId === "") return event === "" ? "trigger event" : event;
  return provider === "" || kind === "" ? triggerId : `${triggerId}: ${event}`;
}

/** What cannot be read does not keep a run from ending: it is left out. */
async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
