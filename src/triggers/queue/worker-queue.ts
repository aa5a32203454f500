import {
  type ActiveLog,
  type EventLog,
  type Json,
  type JsonObject,
  sanitizeTopicComponent,
  type Topic,
  TopicFold,
  topic,
} from "../../eventlog/index.ts";
import {
  ackJob,
  claimsTopic,
  findJob,
  jobsTopic,
  knownQueues,
  openJobs,
  queueCatalogTopic,
  readQueue,
  type WorkerJob,
} from "../../lifecycle/index.ts";
import type { Binding } from "../bindings/binding.ts";
import { eventJson, type TriggerEvent } from "../events/event.ts";
import { pickJob, type SchedulerSettings, type SchedulerState, schedulerOf, usualScheduler } from "./scheduler.ts";

export class WorkerQueueError extends Error {
  override readonly name = "WorkerQueueError";
}

export interface JobRequest {
  readonly binding: Binding;
  readonly event: TriggerEvent;
  readonly priority: "high" | "normal" | "low";
}

/** A job that a consumer holds until `expiresAt` (Unix milliseconds). */
export interface ClaimedJob {
  readonly queue: string;
  readonly job: WorkerJob;
  readonly claimId: string;
  readonly consumer: string;
  readonly expiresAt: number;
}

export interface QueueSummary extends JsonObject {
  readonly queue: string;
  readonly ready: number;
  readonly in_flight: number;
  readonly acked: number;
  readonly purged: number;
  readonly responses: number;
  readonly oldest_unclaimed_age_ms: number | null;
}

export interface WorkerQueueOptions {
  readonly log: ActiveLog;
  /** Unix milliseconds of the machine: claims expire by it. */
  readonly machineNow: () => number;
  /** A random UUID, for claims. */
  readonly claimId: () => string;
  readonly scheduler?: SchedulerSettings;
}

/** How often a claim is tried again when another consumer was faster. */
const claimTries = 8;

const responsesGiven = new TopicFold(
  () => ({ count: 0 }),
  (given, { kind }) => {
    if (kind === "job_response") given.count++;
  },
);

export function responsesTopic(queue: string): Topic {
  return topic(`worker.${sanitizeTopicComponent(queue)}.responses`);
}

/**
 * Durable queues of jobs for workers. What a queue holds is what its topics say (`lifecycle/unsettled/worker-queue.ts`):
 * this class only appends, and reads again what it has to be sure of.
 */
export class WorkerQueue {
  readonly #options: WorkerQueueOptions;
  readonly #schedulers = new Map<string, SchedulerState>();

  constructor(options: WorkerQueueOptions) {
    this.#options = options;
  }

  async enqueue(name: string, { binding, event, priority }: JobRequest): Promise<JsonObject> {
    const queue = queueName(name);
    const log = this.#log;
    log.append(queueCatalogTopic, { kind: "queue_seen", payload: { queue } });
    const rank = priorityOf(event) ?? priority;
    const trigger = { trigger_id: binding.spec.id, binding_key: binding.key };
    const id = log.append(jobsTopic(queue), {
      kind: "trigger_dispatch",
      payload: {
        queue,
        ...trigger,
        binding_version: binding.version,
        event: eventJson(event),
        replay_of_event_id: null,
        priority: rank,
      },
      headers: { queue, ...trigger, event_id: event.id, priority: rank },
    });
    return { queue, job_event_id: id, response_topic: responsesTopic(queue) };
  }

  /** Sorted. One catalogue record that cannot be read fails it. */
  knownQueues(): Promise<readonly string[]> {
    return knownQueues(this.#log);
  }

  jobs(name: string): Promise<readonly WorkerJob[]> {
    return readQueue(this.#log, queueName(name), this.#now);
  }

  /** The next job for a consumer, held for `ttlMs`; undefined when there is none that it may have. */
  async claimNext(name: string, consumer: string, ttlMs: number): Promise<ClaimedJob | undefined> {
    const queue = queueName(name);
    const who = consumerName(consumer);
    for (let attempt = 0; attempt < claimTries; attempt++) {
      const job = pickJob(await openJobs(this.#log, queue, this.#now), this.#stateOf(queue), this.#now);
      if (job === undefined) return undefined;
      const claim = this.#claim(queue, job, who, ttlMs);
      if (await this.#isHeld(claim)) return claim;
    }
    return undefined;
  }

  /** Holds the job for longer; false when it is somebody else's by now. */
  async renew(claim: ClaimedJob, ttlMs: number): Promise<boolean> {
    const now = this.#now;
    this.#append(claim, "claim_renewed", { renewed_at_ms: now, expires_at_ms: now + ttlMs });
    return this.#isHeld(claim);
  }

  release(claim: ClaimedJob, reason: string): void {
    this.#append(claim, "job_released", { released_at_ms: this.#now, reason });
  }

  ack(claim: ClaimedJob): void {
    this.#append(claim, "job_acked", { acked_at_ms: this.#now });
  }

  respond(claim: ClaimedJob, outcome: Json, error: string | null): void {
    this.#log.append(responsesTopic(claim.queue), {
      kind: "job_response",
      payload: {
        queue: claim.queue,
        job_event_id: claim.job.id,
        consumer_id: claim.consumer,
        handled_at_ms: this.#now,
        outcome,
        error,
      },
    });
  }

  /** Marks a job as done, whoever holds it. False when it is not open. */
  ackJob(name: string, job: number, consumer: string): Promise<boolean> {
    return ackJob(this.#log, { queue: queueName(name), job, consumer: consumerName(consumer), now: this.#now });
  }

  /** Takes out what nobody has claimed; gives how many that were. */
  async purgeUnclaimed(name: string, by: string, reason: string): Promise<number> {
    const queue = queueName(name);
    const ready = (await openJobs(this.#log, queue, this.#now)).filter((job) => job.state === "waiting");
    for (const job of ready)
      this.#log.append(claimsTopic(queue), {
        kind: "job_purged",
        payload: { job_event_id: job.id, purged_by: by, purged_at_ms: this.#now, reason },
      });
    return ready.length;
  }

  async summaries(): Promise<readonly QueueSummary[]> {
    const summaries: QueueSummary[] = [];
    for (const queue of await this.knownQueues()) summaries.push(await this.summary(queue));
    return summaries;
  }

  async summary(name: string): Promise<QueueSummary> {
    const queue = queueName(name);
    const jobs = await this.jobs(queue);
    const responses = await responsesGiven.of(this.#log, responsesTopic(queue));
    const count = (state: WorkerJob["state"]): number => jobs.filter((job) => job.state === state).length;
    const oldest = jobs.find((job) => job.state === "waiting");
    return {
      queue,
      ready: count("waiting"),
      in_flight: count("claimed"),
      acked: count("acked"),
      purged: count("purged"),
      responses: responses.count,
      oldest_unclaimed_age_ms: oldest === undefined ? null : Math.max(0, this.#now - oldest.enqueuedAt),
    };
  }

  async inspect(name: string): Promise<JsonObject> {
    return { summary: await this.summary(name), scheduler: this.#stateOf(queueName(name)).describe() };
  }

  #claim(queue: string, job: WorkerJob, consumer: string, ttlMs: number): ClaimedJob {
    const now = this.#now;
    const claim = { queue, job, claimId: this.#options.claimId(), consumer, expiresAt: now + ttlMs };
    this.#append(claim, "job_claimed", { claimed_at_ms: now, expires_at_ms: claim.expiresAt });
    return claim;
  }

  async #isHeld({ queue, job, claimId }: ClaimedJob): Promise<boolean> {
    return (await findJob(this.#log, { queue, job: job.id, now: this.#now }))?.claim?.id === claimId;
  }

  #append({ queue, job, claimId, consumer }: ClaimedJob, kind: string, facts: JsonObject): void {
    const payload = { job_event_id: job.id, claim_id: claimId, consumer_id: consumer, ...facts };
    this.#log.append(claimsTopic(queue), { kind, payload });
  }

  #stateOf(queue: string): SchedulerState {
    const state = this.#schedulers.get(queue) ?? schedulerOf(this.#options.scheduler ?? usualScheduler);
    this.#schedulers.set(queue, state);
    return state;
  }

  get #log(): EventLog {
    return this.#options.log.getOrCreate();
  }

  get #now(): number {
    return this.#options.machineNow();
  }
}

function queueName(name: string): string {
  const queue = name.trim();
  if (queue === "") throw new WorkerQueueError("worker queue name cannot be empty");
  return queue;
}

function consumerName(name: string): string {
  const consumer = name.trim();
  if (consumer === "") throw new WorkerQueueError("worker queue consumer id cannot be empty");
  return consumer;
}

/** A header of the event may ask for a place in the queue. */
function priorityOf({ headers }: TriggerEvent): "high" | "low" | undefined {
  const asked = headers.priority?.trim().toLowerCase();
  return asked === "high" || asked === "low" ? asked : undefined;
}
