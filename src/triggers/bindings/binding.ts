import { type BatchPolicy, encodeJson, type JsonObject } from "../../eventlog/index.ts";
import type { Value } from "../../value/index.ts";
import { bindingKey } from "./binding-key.ts";
import { type Handler, handlerFingerprint } from "./handler.ts";
import { backoffText, type RetryPolicy } from "./retry.ts";

export const autonomyTiers = ["shadow", "suggest", "act_with_approval", "act_auto"] as const;
export type AutonomyTier = (typeof autonomyTiers)[number];

export const budgetStrategies = ["false", "retry_later", "fail", "warn"] as const;
export type BudgetStrategy = (typeof budgetStrategies)[number];

export type BindingState = "registering" | "active" | "paused" | "draining" | "terminated";

export interface PredicateBudget {
  readonly maxCostUsd: number | undefined;
  readonly tokensMax: number | undefined;
  readonly timeoutMs: number | undefined;
}

export interface TriggerBudget {
  readonly dailyCostUsd: number | null;
  readonly hourlyCostUsd: number | null;
  readonly decisionsPerHour: number | null;
  readonly decisionsPerDay: number | null;
  readonly maxConcurrent: number | null;
  readonly onExhausted: BudgetStrategy;
}

/** What tells events apart: a path into the event, a function of it, or nothing. */
export type FlowKey = Value;

/** Waiting events in the order of what the key gives; what is not in the list comes last. */
export interface FlowRanking {
  readonly key: FlowKey;
  readonly order: readonly string[];
}

/** How events are held back. Periods are milliseconds. */
export interface FlowControl {
  readonly batch?: { readonly key: FlowKey; readonly size: number; readonly timeoutMs: number };
  readonly debounce?: { readonly key: FlowKey; readonly periodMs: number };
  readonly rateLimit?: { readonly key: FlowKey; readonly periodMs: number; readonly max: number };
  readonly throttle?: { readonly key: FlowKey; readonly periodMs: number; readonly max: number };
  readonly singleton?: { readonly key: FlowKey };
  readonly concurrency?: { readonly key: FlowKey; readonly max: number; readonly ranking?: FlowRanking };
}

/** What a trigger is, as somebody registered it. */
export interface TriggerSpec {
  readonly id: string;
  readonly source: "manifest" | "dynamic";
  readonly kind: string;
  readonly provider: string;
  readonly tier: AutonomyTier;
  readonly handler: Handler;
  readonly priority: "high" | "normal" | "low";
  readonly when: Value;
  readonly whenBudget: PredicateBudget | undefined;
  readonly retry: RetryPolicy;
  /** Kinds of events; none means all of the provider's. */
  readonly events: readonly string[];
  readonly dedupeKey: string | null;
  readonly dedupeRetentionDays: number;
  readonly filter: string | null;
  readonly budget: TriggerBudget;
  readonly flowControl: FlowControl;
  /** How emits of channels are gathered before the handler sees them. */
  readonly aggregation: BatchPolicy | undefined;
  readonly manifestPath: string | null;
  readonly packageName: string | null;
  /** All that a manifest says about it: whatever changes there makes a new version. */
  readonly definition?: string;
}

export interface BindingMetrics {
  received: number;
  dispatched: number;
  failed: number;
  deadLettered: number;
  inFlight: number;
  lastReceivedAt: number | null;
  costMicros: number;
  decisions: number;
}

/** One live version of a trigger. */
export interface Binding {
  readonly spec: TriggerSpec;
  readonly version: number;
  readonly key: string;
  readonly fingerprint: string;
  state: BindingState;
  readonly metrics: BindingMetrics;
  /** When autonomous decisions were made, Unix milliseconds, oldest first; older than a day are dropped. */
  decidedAt: readonly number[];
  /** What it has cost lately, oldest first; what is older than a day is dropped. */
  costs: readonly { readonly at: number; readonly usd: number }[];
  /** Unix milliseconds. */
  readonly activeSince: number;
}

export function newBinding(spec: TriggerSpec, version: number, fingerprint: string, now: number): Binding {
  return {
    spec,
    version,
    key: bindingKey(spec.id, version),
    fingerprint,
    state: "registering",
    metrics: {
      received: 0,
      dispatched: 0,
      failed: 0,
      deadLettered: 0,
      inFlight: 0,
      lastReceivedAt: null,
      costMicros: 0,
      decisions: 0,
    },
    decidedAt: [],
    costs: [],
    activeSince: now,
  };
}

const hour = 3_600_000;

export function decisionsWithin(binding: Binding, milliseconds: number, now: number): number {
  return binding.decidedAt.filter((at) => at > now - milliseconds).length;
}

export function decisionsThisHour(binding: Binding, now: number): number {
  return decisionsWithin(binding, hour, now);
}

export function decisionsToday(binding: Binding, now: number): number {
  return decisionsWithin(binding, 24 * hour, now);
}

function microsWithin({ costs }: Binding, milliseconds: number, now: number): number {
  return costs.reduce((sum, { at, usd }) => (at > now - milliseconds ? sum + Math.round(usd * 1_000_000) : sum), 0);
}

/** What programs see of a binding. */
export function bindingSnapshot(binding: Binding, now: number): JsonObject {
  const { spec, version, state, metrics } = binding;
  const { budget } = spec;
  return {
    id: spec.id,
    version,
    source: spec.source,
    kind: spec.kind,
    provider: spec.provider,
    autonomy_tier: spec.tier,
    handler_kind: spec.handler.kind,
    state,
    metrics: {
      received: metrics.received,
      dispatched: metrics.dispatched,
      failed: metrics.failed,
      dlq: metrics.deadLettered,
      in_flight: metrics.inFlight,
      last_received_ms: metrics.lastReceivedAt,
      cost_total_usd_micros: metrics.costMicros,
      cost_today_usd_micros: microsWithin(binding, 24 * hour, now),
      cost_hour_usd_micros: microsWithin(binding, hour, now),
      autonomous_decisions_total: metrics.decisions,
      autonomous_decisions_today: decisionsToday(binding, now),
      autonomous_decisions_hour: decisionsThisHour(binding, now),
    },
    daily_cost_usd: budget.dailyCostUsd,
    hourly_cost_usd: budget.hourlyCostUsd,
    max_autonomous_decisions_per_hour: budget.decisionsPerHour,
    max_autonomous_decisions_per_day: budget.decisionsPerDay,
    on_budget_exhausted: budget.onExhausted,
  };
}

/** A text that is equal for equal definitions, whatever order they were written in. */
export function fingerprintOf(spec: TriggerSpec): string {
  const { budget, retry } = spec;
  return encodeJson({
    aggregation:
      spec.aggregation === undefined
        ? null
        : {
            count: spec.aggregation.count,
            window_ms: spec.aggregation.windowMs,
            key: spec.aggregation.key ?? null,
            expire_action: spec.aggregation.onExpiry,
          },
    allow_cleartext: spec.handler.kind === "a2a" && spec.handler.allowsCleartext,
    autonomy_tier: spec.tier,
    daily_cost_usd: budget.dailyCostUsd,
    dedupe_key: spec.dedupeKey,
    ...(spec.definition === undefined ? {} : { definition: spec.definition }),
    filter: spec.filter,
    handler: handlerFingerprint(spec.handler),
    hourly_cost_usd: budget.hourlyCostUsd,
    id: spec.id,
    kind: spec.kind,
    manifest_path: spec.manifestPath,
    match_events: spec.events,
    max_autonomous_decisions_per_day: budget.decisionsPerDay,
    max_autonomous_decisions_per_hour: budget.decisionsPerHour,
    max_concurrent: budget.maxConcurrent,
    on_budget_exhausted: budget.onExhausted,
    package_name: spec.packageName,
    provider: spec.provider,
    retry: { max: retry.maxAttempts, policy: backoffText(retry.backoff) },
    when: spec.when === null ? null : "<closure>",
    when_budget:
      spec.whenBudget === undefined
        ? null
        : {
            max_cost_usd: spec.whenBudget.maxCostUsd ?? null,
            timeout_ms: spec.whenBudget.timeoutMs ?? null,
            tokens_max: spec.whenBudget.tokensMax ?? null,
          },
  });
}
