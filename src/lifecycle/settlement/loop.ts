import type { CallContext } from "../../builtin/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../eventlog/index.ts";
import { Raise } from "../../value/index.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { type Bucket, buckets, countJson, countState, isSettled, itemId, stateJson } from "../unsettled/state.ts";
import { drainDecision, recordDecision } from "./drain-decision.ts";

/** What becomes of an item that nobody else decided about. */
interface Disposition {
  readonly action: string;
  readonly category: string;
  readonly reason: string;
}

const dispositions: Readonly<Record<Bucket, Disposition>> = {
  suspended_subagents: {
    action: "cancel",
    category: "suspended_subagent",
    reason: "default disposition: cancel suspended subagent at drain",
  },
  queued_triggers: {
    action: "acknowledge",
    category: "queued_trigger",
    reason: "default disposition: acknowledge stale queued trigger at drain",
  },
  partial_handoffs: {
    action: "acknowledge",
    category: "partial_handoff",
    reason: "default disposition: acknowledge partial handoff as deferred",
  },
  in_flight_llm_calls: {
    action: "drain",
    category: "in_flight_llm_call",
    reason: "default disposition: record drain decision for in-flight llm call",
  },
  pool_pending_tasks: {
    action: "defer",
    category: "pool_pending_task",
    reason: "default disposition: defer pool pending task at drain",
  },
};

export interface SettlementRequest {
  readonly unsettled: Json;
  readonly returnValue: Json;
  readonly options: Json;
}

/**
 * Goes over what is unsettled, the first item of every bucket in each round, and puts a decision about it on record.
 * Only handoffs are settled by that; about the others it is for people and other programs to know what was decided.
 */
export async function settle(
  context: CallContext,
  lifecycle: Lifecycle,
  request: SettlementRequest,
): Promise<JsonObject> {
  const budget = drainBudget(request.options);
  const receipt = (status: string, progress: Progress, remaining: Json, auditCount: number): JsonObject => ({
    status,
    method: "spawn_settlement_agent",
    iterations: progress.iterations,
    items_processed: progress.items,
    budget,
    remaining,
    return_value: request.returnValue,
    audit_count: auditCount,
  });
  const progress: Progress = { iterations: 0, items: 0 };
  let state = await lifecycle.unsettled();
  if (isSettled(countState(state)) && isSettled(countJson(request.unsettled)))
    return receipt("no_unsettled", progress, stateJson(state), 0);
  const { audits } = lifecycle;
  const before = audits.recorded;
  lifecycle.isSettling = true;
  try {
    while (progress.iterations < budget) {
      progress.iterations++;
      state = await lifecycle.unsettled();
      if (isSettled(countState(state))) break;
      for (const bucket of buckets) {
        const item = state[bucket][0];
        if (item === undefined) continue;
        await dispose(context, lifecycle, bucket, item);
        progress.items++;
      }
    }
  } finally {
    lifecycle.isSettling = false;
  }
  const { iterations, items } = progress;
  const left = await lifecycle.unsettled();
  if (isSettled(countState(left))) {
    audits.record("pipeline_finalized", { reason: "drained", iterations, items_processed: items });
    return receipt("completed", progress, stateJson(state), audits.recorded - before);
  }
  const remaining = stateJson(left);
  audits.record("drain_unsettled_remaining", { iterations, budget, items_processed: items, remaining });
  return receipt("exhausted", progress, remaining, audits.recorded - before);
}

interface Progress {
  iterations: number;
  items: number;
}

async function dispose(context: CallContext, lifecycle: Lifecycle, bucket: Bucket, item: JsonObject): Promise<void> {
  const { action, category, reason } = dispositions[bucket];
  const id = itemId(bucket, item) ?? null;
  if (bucket === "partial_handoffs" && id !== null)
    acknowledgeHandoff(lifecycle, id, { disposition: "deferred", source: "settlement_agent" });
  const payload = { action, item: { category, id, summary: item }, reason };
  try {
    await recordDecision(context, lifecycle, payload);
  } catch (error) {
    // A hook that fails must not keep work from being settled. Whatever ends the run does.
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    lifecycle.audits.record(drainDecision, payload);
  }
}

/** Takes a handoff off the list, with what was decided about it. */
export function acknowledgeHandoff(lifecycle: Lifecycle, envelopeId: string, decision: Json): JsonObject | undefined {
  const handoff = lifecycle.handoffs.remove(envelopeId);
  if (handoff === undefined) return undefined;
  lifecycle.audits.record("handoff_acknowledged", { envelope_id: envelopeId, decision });
  lifecycle.changes.notify();
  return lifecycle.handoffs.json(handoff);
}

const usualBudget = 5;
const greatestBudget = 20;

/** Rounds that a settlement may take: the options themselves, or what they say under `drain_budget_iterations`. */
export function drainBudget(options: Json): number {
  const wanted = isJsonObject(options) ? (options.drain_budget_iterations ?? null) : options;
  const isCount = typeof wanted === "number" && Number.isInteger(wanted) && wanted > 0;
  return isCount ? Math.min(wanted, greatestBudget) : usualBudget;
}
