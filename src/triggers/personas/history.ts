import { isJsonObject, type Json, type JsonObject, type LogEvent } from "../../eventlog/index.ts";
import type { RecordedSpending } from "./budget.ts";
import type { Envelope } from "./envelope.ts";

export type PersonaState = "idle" | "running" | "paused" | "draining" | "failed" | "disabled";

/** Who works for a persona now; nobody else does until it is released or over. */
export interface Lease {
  readonly id: string;
  readonly holder: string;
  readonly work_key: string;
  readonly acquired_at_ms: number;
  readonly expires_at_ms: number;
}

export interface QueuedWork {
  readonly envelope: Envelope;
  readonly queuedAt: number;
  readonly reason: string;
  readonly cost: JsonObject;
}

/** What the events of a persona add up to. */
export interface PersonaHistory {
  readonly state: PersonaState;
  readonly lastRunAt: number | undefined;
  /** The last one that nobody released; it may be over. */
  readonly lease: Lease | undefined;
  /** The id of the event that a lease was last taken, released or over with; 0 before there was any. */
  readonly leaseEvent: number;
  readonly lastError: string | null;
  /** What waits, in the order that it came, by its subject. */
  readonly queued: ReadonlyMap<string, QueuedWork>;
  readonly completed: ReadonlySet<string>;
  readonly deadLettered: number;
  readonly spent: readonly RecordedSpending[];
  /** The attempt that a limit refused, until something is spent again. */
  readonly refusal: { readonly at: number; readonly reason: string } | undefined;
  readonly budgetReceipt: string | null;
  readonly values: readonly LogEvent[];
}

interface Draft {
  state: PersonaState;
  lastRunAt: number | undefined;
  lease: Lease | undefined;
  leaseEvent: number;
  lastError: string | null;
  readonly queued: Map<string, QueuedWork>;
  readonly completed: Set<string>;
  deadLettered: number;
  readonly spent: RecordedSpending[];
  refusal: { readonly at: number; readonly reason: string } | undefined;
  budgetReceipt: string | null;
  readonly values: LogEvent[];
}

/** What became of a persona by these events of its topic, at a time. Events of other personas are passed over. */
export function historyOf(events: readonly LogEvent[], persona: string, now: number): PersonaHistory {
  const draft: Draft = {
    state: "idle",
    lastRunAt: undefined,
    lease: undefined,
    leaseEvent: 0,
    lastError: null,
    queued: new Map(),
    completed: new Set(),
    deadLettered: 0,
    spent: [],
    refusal: undefined,
    budgetReceipt: null,
    values: [],
  };
  for (const event of events) if (event.headers.persona === persona) apply(draft, event);
  if (draft.lease !== undefined && draft.lease.expires_at_ms <= now) {
    draft.lease = undefined;
    settle(draft);
  }
  for (const subject of draft.completed) draft.queued.delete(subject);
  return draft;
}

function apply(draft: Draft, event: LogEvent): void {
  const { kind } = event;
  const payload = isJsonObject(event.payload) ? event.payload : {};
  if (kind.startsWith("persona.value.")) draft.values.push(event);
  else if (kind.startsWith("persona.control.")) applyControl(draft, kind);
  else if (kind.startsWith("persona.lease.")) applyLease(draft, event, payload);
  else if (kind.startsWith("persona.run.")) applyRun(draft, event, payload);
  else if (kind.startsWith("persona.budget.")) applyBudget(draft, event, payload);
  else if (kind === "persona.trigger.dead_lettered") draft.deadLettered++;
  else if (kind === "persona.trigger.queued") queue(draft, event);
}

function applyControl(draft: Draft, kind: string): void {
  const states: Readonly<Record<string, PersonaState>> = {
    "persona.control.paused": "paused",
    "persona.control.resumed": "idle",
    "persona.control.disabled": "disabled",
    "persona.control.draining": "draining",
  };
  draft.state = states[kind] ?? draft.state;
}

function applyLease(draft: Draft, { id, kind }: LogEvent, payload: JsonObject): void {
  if (kind === "persona.lease.conflict") return;
  draft.leaseEvent = id;
  if (kind === "persona.lease.acquired") {
    draft.lease = payload as unknown as Lease;
    draft.state = "running";
  } else {
    draft.lease = undefined;
    settle(draft);
  }
}

/** Nobody works any more: what was decided about the persona meanwhile holds. */
function settle(draft: Draft): void {
  if (draft.state !== "paused" && draft.state !== "disabled") draft.state = "idle";
}

function applyRun(draft: Draft, { kind, occurredAtMs }: LogEvent, payload: JsonObject): void {
  if (kind === "persona.run.started") draft.state = "running";
  else if (kind === "persona.run.failed") {
    draft.state = "failed";
    draft.lastError = textOf(payload.error);
  } else if (kind === "persona.run.completed") {
    draft.lastRunAt = typeof payload.completed_at_ms === "number" ? payload.completed_at_ms : occurredAtMs;
    const subject = textOf(payload.work_key);
    if (subject !== null) draft.completed.add(subject);
    settle(draft);
  }
}

function applyBudget(draft: Draft, { kind, occurredAtMs }: LogEvent, payload: JsonObject): void {
  draft.budgetReceipt = textOf(payload.receipt_id);
  if (kind === "persona.budget.recorded") {
    draft.spent.push({ at: occurredAtMs, cost_usd: numberOf(payload.cost_usd), tokens: numberOf(payload.tokens) });
    draft.refusal = undefined;
  } else {
    const reason = textOf(payload.reason) ?? "";
    draft.refusal = { at: occurredAtMs, reason };
    draft.lastError = `persona budget exhausted: ${reason}`;
  }
}

/** Work of a subject that waits already takes its place. */
function queue(draft: Draft, event: LogEvent): void {
  const work = queuedWork(event);
  if (work !== undefined) draft.queued.set(work.envelope.subject_key, work);
}

/** What an event of the kind `persona.trigger.queued` says that waits. */
export function queuedWork({ occurredAtMs, payload }: LogEvent): QueuedWork | undefined {
  if (!isJsonObject(payload) || !isJsonObject(payload.envelope)) return undefined;
  return {
    envelope: payload.envelope as unknown as Envelope,
    queuedAt: occurredAtMs,
    reason: textOf(payload.reason) ?? "",
    cost: isJsonObject(payload.cost) ? payload.cost : {},
  };
}

function textOf(json: Json | undefined): string | null {
  return typeof json === "string" ? json : null;
}

export function numberOf(json: Json | undefined): number {
  return typeof json === "number" ? json : 0;
}
