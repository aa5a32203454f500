import type { Json, JsonObject } from "../../eventlog/index.ts";
import { anyJson, type Infer, list, required, text, word } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

export const traceSchema = "harn.orchestration.replay_trace.v1";

/** What a run leaves behind that another run of the same must leave as well. */
export const materials = [
  "event_log_entries",
  "trigger_firings",
  "llm_interactions",
  "protocol_interactions",
  "approval_interactions",
  "effect_receipts",
  "persona_runtime_states",
  "agent_transcript_deltas",
  "final_artifacts",
  "policy_decisions",
  "channel_receipts",
  "lifecycle_receipts",
] as const;

export type Material = (typeof materials)[number];

const replayRun = record("ReplayTraceRun", {
  run_id: text,
  ...(Object.fromEntries(materials.map((name) => [name, list(anyJson)])) as Record<
    Material,
    ReturnType<typeof list<Json>>
  >),
});

const allowlistRule = record("ReplayAllowlistRule", {
  path: required(text),
  reason: required(text),
  /** What stands in the place instead; a mark that names the rule when it is null. */
  replacement: anyJson,
});

/** Two runs of the same, and which fields of them may differ (run-records §7.4). */
export const replayTrace = record("ReplayTrace", {
  schema_version: required(text),
  name: required(text),
  description: text,
  expect: word("match", "drift"),
  protocol_fixture_refs: list(text),
  allowlist: list(allowlistRule),
  first_run: required(replayRun),
  second_run: required(replayRun),
});

export type ReplayTrace = Infer<typeof replayTrace>;
export type ReplayRun = Infer<typeof replayRun>;
export type AllowlistRule = Infer<typeof allowlistRule>;

/** A run as what is compared: its described fields. */
export function comparableRun(run: ReplayRun): JsonObject {
  return { run_id: run.run_id, ...Object.fromEntries(materials.map((name) => [name, run[name]])) };
}

export function materialCounts(run: ReplayRun): Readonly<Record<Material, number>> {
  return Object.fromEntries(materials.map((name) => [name, run[name].length])) as Record<Material, number>;
}
