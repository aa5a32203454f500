import { anyJson, count, float, type Infer, list, map, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

/** Something that held work up and is likely to do so again. */
export const frictionEvent = record("FrictionEvent", {
  schema_version: count,
  id: text,
  kind: text,
  source: text,
  actor: nullable(text),
  tenant_id: nullable(text),
  task_id: nullable(text),
  run_id: nullable(text),
  workflow_id: nullable(text),
  tool: nullable(text),
  provider: nullable(text),
  redacted_summary: text,
  estimated_cost_usd: nullable(float),
  estimated_time_ms: nullable(count),
  recurrence_hints: list(text),
  trace_id: nullable(text),
  span_id: nullable(text),
  links: list(anyJson),
  human_hypothesis: anyJson,
  metadata: map(anyJson),
  timestamp: text,
});

export type FrictionEvent = Infer<typeof frictionEvent>;
