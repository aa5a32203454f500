import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../eventlog/index.ts";

/** The kinds of work that can outlive a pipeline's body, in the order they are settled in. */
export const buckets = [
  "suspended_subagents",
  "queued_triggers",
  "partial_handoffs",
  "in_flight_llm_calls",
  "pool_pending_tasks",
] as const;

export type Bucket = (typeof buckets)[number];

/** What was unsettled at one moment: all five lists, always. */
export type UnsettledState = { readonly [B in Bucket]: readonly JsonObject[] };

const countNames: Readonly<Record<Bucket, string>> = {
  suspended_subagents: "suspended",
  queued_triggers: "queued",
  partial_handoffs: "partial",
  in_flight_llm_calls: "in_flight",
  pool_pending_tasks: "pool_pending",
};

const nouns: Readonly<Record<Bucket, string>> = {
  suspended_subagents: "suspended subagents",
  queued_triggers: "queued triggers",
  partial_handoffs: "partial handoffs",
  in_flight_llm_calls: "in-flight llm calls",
  pool_pending_tasks: "pool pending tasks",
};

/** How many items each bucket has. */
export type Counts = { readonly [B in Bucket]: number };

export function countState(state: UnsettledState): Counts {
  return countsBy((bucket) => state[bucket].length);
}

/** The same of JSON that may lack buckets: what is absent counts nothing. */
export function countJson(state: Json): Counts {
  return countsBy((bucket) => {
    const items = isJsonObject(state) ? state[bucket] : undefined;
    return isJsonArray(items) ? items.length : 0;
  });
}

export function countsBy(count: (bucket: Bucket) => number): Counts {
  return Object.fromEntries(buckets.map((bucket) => [bucket, count(bucket)])) as unknown as Counts;
}

export function isSettled(counts: Counts): boolean {
  return buckets.every((bucket) => counts[bucket] === 0);
}

export function countsJson(counts: Counts): JsonObject {
  return Object.fromEntries(buckets.map((bucket) => [countNames[bucket], counts[bucket]]));
}

export function summarize(counts: Counts): string {
  if (isSettled(counts)) return "no unsettled work";
  return `unsettled work: ${buckets.map((bucket) => `${counts[bucket]} ${nouns[bucket]}`).join(", ")}`;
}

export function stateJson(state: UnsettledState): JsonObject {
  return { ...state };
}
