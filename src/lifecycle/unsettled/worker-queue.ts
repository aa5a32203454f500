import {
  type EventLog,
  type Json,
  type LogEvent,
  sanitizeTopicComponent,
  type Topic,
  TopicFold,
  topic,
} from "../../eventlog/index.ts";
import { countField, field, textField } from "./json-fields.ts";

/**
 * Worker queues as their topics tell them. Nothing else is state:
 *
 * W1. A job is a record of the queue's topic, and its id is that record's id.
 * W2. What became of it is in the claims topic, in order. A claim holds until it is released or expires, and a record of
 *     another claim cannot end it; an ack needs a claim that was ever made, or none.
 * W3. A record that cannot be read makes the whole queue unreadable, so that no job is taken for something it is not.
 */
export interface WorkerJob {
  readonly id: number;
  readonly triggerId: string;
  readonly bindingKey: string;
  /** The event it is about. */
  readonly event: Json;
  readonly enqueuedAt: number;
  readonly priority: "high" | "normal" | "low";
  readonly state: "waiting" | "claimed" | "acked" | "purged";
  /** Who holds it, while it is claimed. */
  readonly claim: Readonly<Claim> | undefined;
}

interface Claim {
  readonly id: string;
  /** Unix milliseconds. */
  expiresAt: number;
}

interface JobInReplay extends Omit<WorkerJob, "state" | "claim"> {
  readonly claims: Set<string>;
  active: Claim | undefined;
  end: "acked" | "purged" | undefined;
}

export const queueCatalogTopic = topic("worker.queues");

export function jobsTopic(queue: string): Topic {
  return topic(`worker.${sanitizeTopicComponent(queue)}`);
}

export function claimsTopic(queue: string): Topic {
  return topic(`worker.${sanitizeTopicComponent(queue)}.claims`);
}

class UnreadableRecord extends Error {
  override readonly name = "UnreadableRecord";
}

const queueNames = new TopicFold<Set<string>>(
  () => new Set(),
  (names, event) => {
    if (event.kind !== "queue_seen") return;
    const name = required(textField(event.payload, "queue"), event).trim();
    if (name !== "") names.add(name);
  },
);

/** The names of all queues that ever had a job, sorted. */
export async function knownQueues(log: EventLog): Promise<readonly string[]> {
  return [...(await queueNames.of(log, queueCatalogTopic))].sort();
}

interface Jobs {
  readonly all: Map<number, JobInReplay>;
  /** Those that are neither acked nor purged. */
  readonly open: Map<number, JobInReplay>;
}

const jobsOfQueues = new TopicFold<Jobs>(
  () => ({ all: new Map(), open: new Map() }),
  ({ all, open }, event) => {
    if (event.kind !== "trigger_dispatch") return;
    const job = readJob(event);
    all.set(job.id, job);
    open.set(job.id, job);
  },
);

/** Records of claims that no job has seen yet. */
const claimsOfQueues = new TopicFold<ClaimRecord[]>(
  () => [],
  (records, event) => {
    const record = readClaimRecord(event);
    if (record !== undefined) records.push(record);
  },
);

/** Claims are read before jobs: what is claimed was enqueued earlier, and so is there when its claim is looked at. */
async function jobsOf(log: EventLog, queue: string): Promise<Jobs> {
  const records = await claimsOfQueues.of(log, claimsTopic(queue));
  const jobs = await jobsOfQueues.of(log, jobsTopic(queue));
  for (const record of records.splice(0)) {
    const job = jobs.all.get(record.job);
    if (job === undefined) continue;
    claimRecords[record.kind]?.(job, record);
    if (job.end !== undefined) jobs.open.delete(job.id);
  }
  return jobs;
}

/** The jobs of a queue, oldest first. `now` decides which claims have expired. */
export async function readQueue(log: EventLog, queue: string, now: number): Promise<readonly WorkerJob[]> {
  return inOrder((await jobsOf(log, queue)).all, now);
}

/** The same without those that are done. */
export async function openJobs(log: EventLog, queue: string, now: number): Promise<readonly WorkerJob[]> {
  return inOrder((await jobsOf(log, queue)).open, now);
}

export async function findJob(
  log: EventLog,
  { queue, job, now }: { readonly queue: string; readonly job: number; readonly now: number },
): Promise<WorkerJob | undefined> {
  const found = (await jobsOf(log, queue)).all.get(job);
  return found && settled(found, now);
}

function inOrder(jobs: ReadonlyMap<number, JobInReplay>, now: number): readonly WorkerJob[] {
  return [...jobs.values()]
    .map((job) => settled(job, now))
    .sort((left, right) => left.enqueuedAt - right.enqueuedAt || left.id - right.id);
}

/** Marks a job as done, whoever holds it. False when there is no such job that is still open. */
export async function ackJob(
  log: EventLog,
  request: { readonly queue: string; readonly job: number; readonly consumer: string; readonly now: number },
): Promise<boolean> {
  const { queue, job, consumer, now } = request;
  const known = await findJob(log, request);
  if (known === undefined || known.state === "acked" || known.state === "purged") return false;
  const payload = { job_event_id: job, claim_id: "", consumer_id: consumer, acked_at_ms: now };
  log.append(claimsTopic(queue), { kind: "job_acked", payload });
  return true;
}

function readJob(event: LogEvent): JobInReplay {
  const { payload } = event;
  const trigger = field(payload, "event");
  for (const key of ["id", "provider", "kind"]) required(textField(trigger, key), event);
  return {
    id: event.id,
    triggerId: required(textField(payload, "trigger_id"), event),
    bindingKey: required(textField(payload, "binding_key"), event),
    event: required(trigger, event),
    enqueuedAt: event.occurredAtMs,
    priority: priorityOf(textField(payload, "priority")),
    claims: new Set(),
    active: undefined,
    end: undefined,
  };
}

function priorityOf(name: string | undefined): WorkerJob["priority"] {
  return name === "high" || name === "low" ? name : "normal";
}

function readClaimRecord(event: LogEvent): ClaimRecord | undefined {
  if (claimRecords[event.kind] === undefined) return undefined;
  return {
    kind: event.kind,
    job: required(countField(event.payload, "job_event_id"), event),
    claim: event.kind === "job_purged" ? "" : required(textField(event.payload, "claim_id"), event),
    at: countField(event.payload, "claimed_at_ms") ?? 0,
    expiresAt: countField(event.payload, "expires_at_ms") ?? 0,
  };
}

interface ClaimRecord {
  readonly kind: string;
  readonly job: number;
  readonly claim: string;
  readonly at: number;
  readonly expiresAt: number;
}

const claimRecords: Readonly<Record<string, (job: JobInReplay, record: ClaimRecord) => void>> = {
  job_claimed(job, { claim, at, expiresAt }) {
    if (job.end !== undefined) return;
    job.claims.add(claim);
    if (job.active === undefined || job.active.expiresAt <= at) job.active = { id: claim, expiresAt };
  },
  claim_renewed(job, { claim, expiresAt }) {
    if (job.active?.id === claim) job.active.expiresAt = expiresAt;
  },
  job_released(job, { claim }) {
    if (job.active?.id === claim) job.active = undefined;
  },
  job_acked(job, { claim }) {
    if (claim !== "" && !job.claims.has(claim)) return;
    job.end = "acked";
    job.active = undefined;
  },
  job_purged(job) {
    if (job.end === "acked") return;
    job.end = "purged";
    job.active = undefined;
  },
};

function settled(job: JobInReplay, now: number): WorkerJob {
  const { id, triggerId, bindingKey, event, enqueuedAt, priority, active, end } = job;
  const claim = active !== undefined && active.expiresAt > now ? active : undefined;
  const state = end ?? (claim === undefined ? "waiting" : "claimed");
  return { id, triggerId, bindingKey, event, enqueuedAt, priority, state, claim };
}

function required<T>(value: T | undefined, event: LogEvent): T {
  if (value === undefined) throw new UnreadableRecord(`record ${event.id} of ${event.topic} cannot be read`);
  return value;
}
