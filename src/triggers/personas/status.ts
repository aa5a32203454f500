import { isJsonObject, type Json, type JsonObject, type LogEvent, rfc3339 } from "../../eventlog/index.ts";
import { CronError, CronSchedule } from "../connectors/cron.ts";
import { type BudgetStanding, standingOf } from "./budget.ts";
import { isHandoff } from "./envelope.ts";
import { historyOf, type Lease, numberOf, type PersonaHistory, type PersonaState, type QueuedWork } from "./history.ts";
import { type Persona, templateOf } from "./persona.ts";

/** How a persona stands, as commands print it. */
export interface PersonaStatus {
  readonly name: string;
  readonly template_ref: string | null;
  readonly state: PersonaState;
  readonly entry_workflow: string;
  readonly role: string;
  readonly current_assignment: Assignment | null;
  readonly last_run: string | null;
  readonly next_scheduled_run: string | null;
  readonly active_lease: Lease | null;
  readonly budget: BudgetStanding;
  readonly last_error: string | null;
  readonly queued_events: number;
  readonly queued_work: readonly JsonObject[];
  readonly handoff_inbox: readonly HandoffItem[];
  readonly value_receipts: readonly JsonObject[];
  readonly disabled_events: number;
  readonly paused_event_policy: typeof pausedPolicy;
}

export interface Assignment {
  readonly work_key: string;
  readonly lease_id: string;
  readonly holder: string;
  readonly acquired_at: string;
  readonly expires_at: string;
}

export interface HandoffItem {
  readonly work_key: string;
  readonly handoff_id: string | null;
  readonly handoff_kind: string | null;
  readonly source_persona: string | null;
  readonly task: string | null;
  readonly queued_at: string;
  readonly reason: string;
}

/** What becomes of events while a persona is paused. */
export const pausedPolicy = "queue_then_drain_on_resume";

const dayMs = 86_400_000;

export function statusOf(persona: Persona, events: readonly LogEvent[], now: number): PersonaStatus {
  const history = historyOf(events, persona.name, now);
  const lease = history.lease ?? null;
  const queued = [...history.queued.values()];
  return {
    name: persona.name,
    template_ref: templateOf(persona),
    state: history.state,
    entry_workflow: persona.entry_workflow,
    role: persona.name,
    current_assignment: lease && assignmentOf(lease),
    last_run: history.lastRunAt === undefined ? null : shortTime(history.lastRunAt),
    next_scheduled_run: nextRun(persona.schedules, history.lastRunAt ?? now),
    active_lease: lease,
    budget: budgetOf(persona, history, now),
    last_error: history.lastError,
    queued_events: queued.length,
    queued_work: queued.map(workJson),
    handoff_inbox: queued.filter(({ envelope }) => isHandoff(envelope)).map(handoffItem),
    value_receipts: history.values.map(valueReceipt),
    disabled_events: history.deadLettered,
    paused_event_policy: pausedPolicy,
  };
}

/** How the budget stands. An attempt that a limit refused counts until something is spent again, or the day is over. */
export function budgetOf(persona: Persona, history: PersonaHistory, now: number): BudgetStanding {
  const standing = standingOf(persona.budget, history.spent, now);
  const { budgetReceipt: last_receipt_id, refusal } = history;
  if (standing.exhausted || refusal === undefined || refusal.at < now - (now % dayMs))
    return { ...standing, last_receipt_id };
  return { ...standing, exhausted: true, reason: refusal.reason, last_receipt_id };
}

/** RFC 3339 with no more digits of a second than needed, as records of personas have it. */
export function shortTime(at: number): string {
  return rfc3339(at).replace(/\.(\d*?)0*Z$/, (_all, digits: string) => (digits === "" ? "Z" : `.${digits}Z`));
}

function assignmentOf({ acquired_at_ms, expires_at_ms, holder, id, work_key }: Lease): Assignment {
  return {
    work_key,
    lease_id: id,
    holder,
    acquired_at: shortTime(acquired_at_ms),
    expires_at: shortTime(expires_at_ms),
  };
}

function nextRun(schedules: readonly string[], after: number): string | null {
  const times = schedules.flatMap((text) => {
    try {
      return [new CronSchedule(text).next(after)];
    } catch (error) {
      // A schedule that never comes due has no next time; one that cannot be read was refused with the manifest.
      if (error instanceof CronError) return [];
      throw error;
    }
  });
  return times.length === 0 ? null : shortTime(Math.min(...times));
}

function workJson({ envelope, queuedAt, reason }: QueuedWork): JsonObject {
  const { kind, metadata, provider, source_event_id, subject_key } = envelope;
  return { work_key: subject_key, provider, kind, queued_at: shortTime(queuedAt), reason, source_event_id, metadata };
}

export function handoffItem({ envelope, queuedAt, reason }: Omit<QueuedWork, "cost">): HandoffItem {
  const { metadata, subject_key } = envelope;
  return {
    work_key: subject_key,
    handoff_id: metadata.handoff_id ?? null,
    handoff_kind: metadata.handoff_kind ?? null,
    source_persona: metadata.source_persona ?? null,
    task: metadata.task ?? null,
    queued_at: shortTime(queuedAt),
    reason,
  };
}

function valueReceipt({ occurredAtMs, payload }: LogEvent): JsonObject {
  const fields = isJsonObject(payload) ? payload : {};
  const orNull = (json: Json | undefined): Json => json ?? null;
  return {
    kind: orNull(fields.kind),
    run_id: orNull(fields.run_id),
    occurred_at: shortTime(occurredAtMs),
    paid_cost_usd: numberOf(fields.paid_cost_usd),
    avoided_cost_usd: numberOf(fields.avoided_cost_usd),
    deterministic_steps: numberOf(fields.deterministic_steps),
    llm_steps: numberOf(fields.llm_steps),
    metadata: orNull(fields.metadata),
  };
}
