import {
  type EventLog,
  type Json,
  type JsonObject,
  type LogEvent,
  personaTopic,
  topic,
  topicEvents,
} from "../../eventlog/index.ts";
import { FloatValue } from "../../value/index.ts";
import { type BudgetStanding, brokenLimit, type Spending } from "./budget.ts";
import { type Envelope, envelopeOf, scheduleEnvelope } from "./envelope.ts";
import { historyOf, type Lease, numberOf, type PersonaHistory, type QueuedWork } from "./history.ts";
import { type Persona, templateOf } from "./persona.ts";
import { budgetOf, type PersonaStatus, pausedPolicy, shortTime, statusOf } from "./status.ts";

/** A limit of a persona's budget stands against what it should do. */
export class BudgetExhausted extends Error {
  override readonly name = "BudgetExhausted";

  constructor(limit: string) {
    super(`persona budget exhausted: ${limit}`);
  }
}

/** What became of work that a persona was given. */
export interface WorkReceipt {
  readonly status: "completed" | "queued" | "dead_lettered" | "budget_exhausted" | "duplicate" | "lease_busy";
  readonly persona: string;
  readonly run_id: string | null;
  readonly work_key: string;
  readonly lease: Lease | null;
  readonly queued: boolean;
  readonly error: string | null;
  readonly budget_receipt_id: string | null;
}

export interface SupervisorOptions {
  readonly log: EventLog;
  readonly persona: Persona;
  /** Unix milliseconds. */
  readonly now: number;
  /** A version 7 UUID. */
  readonly uuid: () => string;
}

const holder = "persona-runtime";
const leaseMs = 5 * 60_000;
/** Names what a lease was taken after, so that of two that saw the same only one takes it. */
const leaseHeader = "harn.persona.lease_after";

/**
 * Keeps a persona at its work: who may work, what waits while it is paused, what it has spent. All of it is told in one topic, and
 * nothing else is kept.
 *
 * S1. One lease at a time. It is taken with an idempotent append keyed by the last event of any lease, so that supervisors in two
 *     processes that saw the same history cannot both take it.
 * S2. Work of one subject is completed once: whether it was is read from the same history as the lease's key.
 * S3. What is queued stays so until a run of it is completed.
 */
export class PersonaSupervisor {
  readonly #options: SupervisorOptions;
  readonly #topic = topic(personaTopic);

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  async status(): Promise<PersonaStatus> {
    return statusOf(this.#options.persona, await this.#events(), this.#options.now);
  }

  pause(): Promise<PersonaStatus> {
    this.#append("persona.control.paused", { paused_at_ms: this.#options.now, policy: pausedPolicy });
    return this.status();
  }

  disable(): Promise<PersonaStatus> {
    this.#append("persona.control.disabled", { disabled_at_ms: this.#options.now });
    return this.status();
  }

  /** Goes on, and does what was queued meanwhile in the order that it came. */
  async resume(): Promise<PersonaStatus> {
    this.#append("persona.control.resumed", { drain: true, resumed_at_ms: this.#options.now });
    const { queued } = await this.#history();
    for (const work of queued.values()) await this.#drain(work);
    return await this.status();
  }

  /** The first schedule of the persona comes due now. */
  async tick(cost: Spending): Promise<WorkReceipt> {
    const { now, persona } = this.#options;
    const schedule = persona.schedules[0] ?? "manual";
    const envelope = scheduleEnvelope(persona.name, schedule, now, shortTime(now));
    this.#append("persona.schedule.fired", { envelope: json(envelope), persona: persona.name });
    return await this.#give(envelope, cost);
  }

  async trigger(
    event: { readonly provider: string; readonly kind: string; readonly metadata: Readonly<Record<string, string>> },
    cost: Spending,
  ): Promise<WorkReceipt> {
    const { now, persona, uuid } = this.#options;
    const envelope = envelopeOf(event, now, uuid);
    this.#append("persona.trigger.received", { envelope: json(envelope), persona: persona.name });
    return await this.#give(envelope, cost);
  }

  /** @throws BudgetExhausted */
  async spend(cost: Spending): Promise<BudgetStanding> {
    const limit = this.#brokenLimit(await this.#history(), cost);
    if (limit !== undefined) throw limit;
    this.#recordSpending(cost, null);
    return (await this.status()).budget;
  }

  async #give(envelope: Envelope, cost: Spending): Promise<WorkReceipt> {
    const receipt = await this.#dispatch(envelope, cost);
    this.#tellReceipt(receipt);
    return receipt;
  }

  async #drain({ cost, envelope, queuedAt }: QueuedWork): Promise<void> {
    const given = { cost_usd: numberOf(cost.cost_usd), tokens: numberOf(cost.tokens) };
    const receipt = await this.#dispatch(envelope, given);
    const { queued } = await this.#history();
    if (!queued.has(envelope.subject_key)) this.#tellPosition(envelope.subject_key, 0, queued.size, queuedAt);
    this.#tellReceipt(receipt);
  }

  async #dispatch(envelope: Envelope, cost: Spending): Promise<WorkReceipt> {
    for (;;) {
      const history = await this.#history();
      const refused = this.#refuse(history, envelope, cost);
      if (refused !== undefined) return refused;
      const lease = await this.#takeLease(history, envelope.subject_key);
      if (lease !== undefined) return this.#run(envelope, lease, cost);
      // Somebody else took the lease since: what they did decides.
    }
  }

  /** Why the work is not begun now, where it is not. */
  #refuse(history: PersonaHistory, envelope: Envelope, cost: Spending): WorkReceipt | undefined {
    const { now } = this.#options;
    const subject = envelope.subject_key;
    const refused = { envelope: json(envelope), work_key: subject };
    if (history.state === "paused") {
      this.#append("persona.trigger.queued", { ...refused, cost: costJson(cost), reason: "paused" });
      const depth = history.queued.size + (history.queued.has(subject) ? 0 : 1);
      const place = [...history.queued.keys()].indexOf(subject);
      this.#tellPosition(subject, place < 0 ? depth : place + 1, depth, now);
      return this.#receipt(subject, { status: "queued", queued: true });
    }
    if (history.state === "disabled") {
      this.#append("persona.trigger.dead_lettered", { ...refused, reason: "disabled" });
      return this.#receipt(subject, { status: "dead_lettered", error: "persona is disabled" });
    }
    const limit = this.#brokenLimit(history, cost);
    if (limit !== undefined) return this.#receipt(subject, { status: "budget_exhausted", error: limit.message });
    if (history.completed.has(subject)) {
      this.#append("persona.trigger.duplicate", { ...refused, reason: "already_completed" });
      return this.#receipt(subject, { status: "duplicate" });
    }
    const { lease } = history;
    if (lease === undefined) return undefined;
    this.#append("persona.lease.conflict", { active_lease: json(lease), at_ms: now, requested_work_key: subject });
    return this.#receipt(subject, { status: "lease_busy", lease, error: "active lease already owns persona work" });
  }

  async #takeLease(history: PersonaHistory, subject: string): Promise<Lease | undefined> {
    const { log, now, persona, uuid } = this.#options;
    const lease: Lease = {
      id: `persona_lease_${uuid()}`,
      holder,
      work_key: subject,
      acquired_at_ms: now,
      expires_at_ms: now + leaseMs,
    };
    const key = `${persona.name}:${history.leaseEvent}`;
    const { inserted } = await log.appendIdempotent(this.#topic, leaseHeader, key, {
      kind: "persona.lease.acquired",
      payload: json(lease),
      headers: { persona: persona.name, [leaseHeader]: key },
      occurredAtMs: now,
    });
    return inserted ? lease : undefined;
  }

  #run(envelope: Envelope, lease: Lease, cost: Spending): WorkReceipt {
    const { now, persona, uuid } = this.#options;
    const run_id = uuid();
    const run = {
      work_key: lease.work_key,
      run_id,
      entry_workflow: persona.entry_workflow,
      lease_id: lease.id,
    };
    this.#append("persona.run.started", { ...run, started_at_ms: now });
    this.#recordValue("run_started", run_id, 0, { envelope, lease, cost });
    const budget_receipt_id = this.#recordSpending(cost, lease.id);
    this.#recordValue("run_completed", run_id, cost.cost_usd, { envelope, lease, cost });
    this.#append("persona.run.completed", { ...run, completed_at_ms: now });
    this.#append("persona.lease.released", { id: lease.id, work_key: lease.work_key, released_at_ms: now });
    return this.#receipt(lease.work_key, { status: "completed", run_id, lease, budget_receipt_id });
  }

  #recordValue(
    kind: string,
    run_id: string,
    paid: number,
    { cost, envelope, lease }: { readonly envelope: Envelope; readonly lease: Lease; readonly cost: Spending },
  ): void {
    const { now, persona } = this.#options;
    this.#append(`persona.value.${kind}`, {
      persona_id: persona.name,
      template_ref: templateOf(persona),
      run_id,
      kind,
      paid_cost_usd: new FloatValue(paid),
      avoided_cost_usd: new FloatValue(0),
      deterministic_steps: 0,
      llm_steps: 0,
      metadata: {
        work_key: envelope.subject_key,
        trigger_provider: envelope.provider,
        trigger_kind: envelope.kind,
        lease_id: lease.id,
        tokens: cost.tokens,
      },
      occurred_at: dateParts(now),
    });
  }

  #recordSpending({ cost_usd, tokens }: Spending, lease_id: string | null): string {
    const { persona, uuid } = this.#options;
    const receipt_id = `persona_budget_${uuid()}`;
    const cost = new FloatValue(cost_usd);
    this.#append("persona.budget.recorded", { receipt_id, persona: persona.name, cost_usd: cost, tokens, lease_id });
    return receipt_id;
  }

  #brokenLimit(history: PersonaHistory, cost: Spending): BudgetExhausted | undefined {
    const { now, persona, uuid } = this.#options;
    const reason = brokenLimit(budgetOf(persona, history, now), cost);
    if (reason === undefined) return undefined;
    this.#append("persona.budget.exhausted", {
      receipt_id: `persona_budget_${uuid()}`,
      reason,
      attempted_cost_usd: new FloatValue(cost.cost_usd),
      attempted_tokens: cost.tokens,
      persona: persona.name,
    });
    return new BudgetExhausted(reason);
  }

  #tellPosition(subject: string, position: number, depth: number, queuedAt: number): void {
    this.#tell("queue_position", { work_key: subject, position, queue_depth: depth, queued_at_ms: queuedAt });
  }

  #tellReceipt(receipt: WorkReceipt): void {
    this.#tell("receipt", { receipt: json(receipt) });
  }

  #tell(update_kind: string, payload: JsonObject): void {
    const { now, persona } = this.#options;
    const about = { persona_id: persona.name, template_ref: templateOf(persona), update_kind, occurred_at_ms: now };
    this.#append(`persona.supervision.${update_kind}`, { ...about, ...payload });
  }

  #receipt(subject: string, facts: Partial<WorkReceipt> & Pick<WorkReceipt, "status">): WorkReceipt {
    const { status, ...others } = facts;
    return {
      status,
      persona: this.#options.persona.name,
      run_id: null,
      work_key: subject,
      lease: null,
      queued: false,
      error: null,
      budget_receipt_id: null,
      ...others,
    };
  }

  async #history(): Promise<PersonaHistory> {
    const { now, persona } = this.#options;
    return historyOf(await this.#events(), persona.name, now);
  }

  #events(): Promise<readonly LogEvent[]> {
    return topicEvents(this.#options.log, this.#topic);
  }

  #append(kind: string, payload: JsonObject): void {
    const { log, now, persona } = this.#options;
    log.append(this.#topic, { kind, payload, headers: { persona: persona.name }, occurredAtMs: now });
  }
}

function json(record: Envelope | Lease | WorkReceipt): JsonObject {
  return record as unknown as JsonObject;
}

function costJson({ cost_usd, tokens }: Spending): JsonObject {
  const none = new FloatValue(0);
  return {
    cost_usd: new FloatValue(cost_usd),
    tokens,
    avoided_cost_usd: none,
    deterministic_steps: 0,
    llm_steps: 0,
    frontier_escalations: 0,
    metadata: null,
  };
}

/** Year, day of the year, hour, minute, second, nanosecond and an offset of zero: how records of values tell their time. */
function dateParts(at: number): Json {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const day = Math.floor((at - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const nanoseconds = date.getUTCMilliseconds() * 1_000_000;
  return [year, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), nanoseconds, 0, 0, 0];
}
