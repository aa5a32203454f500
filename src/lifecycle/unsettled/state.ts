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

/** Under which key items of a kind tell their id. */
const idKeys: Readonly<Record<Bucket, readonly string[]>> = {
  suspended_subagents: ["handle", "id"],
  queued_triggers: ["id"],
  partial_handoffs: ["envelope_id"],
  in_flight_llm_calls: ["call_id"],
  pool_pending_tasks: ["task_id"],
};

export function itemId(bucket: Bucket, item: JsonObject): string | undefined {
  return idKeys[bucket].map((key) => item[key]).find((value) => typeof value === "string");
}

/** The items of a state by kind and id, to tell which of them are gone from a later one. */
export function itemKeys(state: UnsettledState): ReadonlySet<string> {
  return new Set(buckets.flatMap((bucket) => state[bucket].map((item) => `${bucket} ${itemId(bucket, item) ?? ""}`)));
}

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
