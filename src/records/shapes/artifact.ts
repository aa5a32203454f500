import { anyJson, count, float, type Infer, int, list, map, nullable, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

/** Something a stage made or used: a file, a plan, a summary, a handoff. */
export const artifact = record("ArtifactRecord", {
  _type: text,
  id: text,
  kind: text,
  title: nullable(text),
  text: nullable(text),
  data: anyJson,
  source: nullable(text),
  created_at: text,
  freshness: nullable(text),
  priority: nullable(int),
  lineage: list(text),
  relevance: nullable(float),
  estimated_tokens: nullable(count),
  stage: nullable(text),
  metadata: map(anyJson),
});

export type ArtifactRecord = Infer<typeof artifact>;
