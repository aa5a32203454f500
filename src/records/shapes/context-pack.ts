import { anyJson, bool, count, type Infer, list, map, nullable, text, withDefault } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const input = record("ContextPackInput", {
  name: text,
  description: nullable(text),
  required: bool,
  source: nullable(text),
});

const trigger = record("ContextPackTrigger", { kind: text, source: nullable(text), match_hint: nullable(text) });

const query = record("ContextPackQuery", {
  id: text,
  label: nullable(text),
  provider: nullable(text),
  query: text,
  output_slot: nullable(text),
  filters: map(anyJson),
});

const tool = record("ContextPackTool", {
  name: text,
  capability: nullable(text),
  purpose: nullable(text),
  deterministic: bool,
});

const secret = record("ContextPackSecret", { name: text, capability: nullable(text), required: bool });

const slot = record("ContextPackOutputSlot", {
  name: text,
  description: nullable(text),
  artifact_kind: nullable(text),
});

const refresh = record("ContextPackRefreshPolicy", {
  mode: withDefault(text, "on_demand"),
  interval: nullable(text),
  stale_after: nullable(text),
});

const review = record("ContextPackReview", {
  owner: nullable(text),
  approval_required: bool,
  privacy_notes: list(text),
});

/** Context that is gathered before an agent starts, because its lack kept coming up. */
export const contextPack = record("ContextPackManifest", {
  version: count,
  id: text,
  name: text,
  description: nullable(text),
  owner: text,
  triggers: list(trigger),
  inputs: list(input),
  included_queries: list(query),
  included_docs: list(anyJson),
  included_tools: list(tool),
  refresh_policy: refresh,
  secrets: list(secret),
  capabilities: list(text),
  output_slots: list(slot),
  review: nullable(review),
  fallback_instructions: nullable(text),
  metadata: map(anyJson),
});

export type ContextPack = Infer<typeof contextPack>;
