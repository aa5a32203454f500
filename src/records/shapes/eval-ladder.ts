import { anyJson, count, float, type Infer, list, map, nullable, text } from "../schema/codec.ts";
import { dashed } from "./dashed.ts";

const modelRoute = dashed("PersonaEvalModelRoute", {
  id: text,
  route: nullable(text),
  provider: nullable(text),
  model: nullable(text),
  profile: nullable(text),
  max_cost_usd: nullable(float),
  max_model_calls: nullable(count),
  metadata: map(anyJson),
});

const timeoutTier = dashed("PersonaEvalTimeoutTier", {
  id: text,
  timeout_ms: nullable(count),
  max_latency_ms: nullable(count),
  max_cost_usd: nullable(float),
  max_tool_calls: nullable(count),
  max_model_calls: nullable(count),
  max_sweeps: nullable(count),
  watch_backoff_ms: nullable(count),
  metadata: map(anyJson),
});

/** Which models a persona is tried with, under which time limits. */
export const evalLadder = dashed("PersonaEvalLadderManifest", {
  _type: text,
  version: count,
  id: text,
  name: nullable(text),
  description: nullable(text),
  persona: text,
  base_dir: nullable(text),
  artifact_root: nullable(text),
  severity: nullable(text),
  backend: dashed("PersonaEvalBackend", { kind: text, path: nullable(text) }),
  model_routes: list(modelRoute),
  timeout_tiers: list(timeoutTier),
  metadata: map(anyJson),
});

export type EvalLadder = Infer<typeof evalLadder>;
export type ModelRoute = Infer<typeof modelRoute>;
export type EvalTier = Infer<typeof timeoutTier>;
