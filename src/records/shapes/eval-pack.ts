import { anyJson, count, float, type Infer, list, map, nullable, text } from "../schema/codec.ts";
import { dashed } from "./dashed.ts";
import { evalLadder } from "./eval-ladder.ts";

const thresholds = dashed("EvalPackThresholds", {
  severity: nullable(text),
  min_score: nullable(float),
  min_confidence: nullable(float),
  max_cost_usd: nullable(float),
  max_latency_ms: nullable(count),
  max_tokens: nullable(count),
  max_stage_count: nullable(count),
});

const judge = dashed("EvalPackJudge", {
  model: nullable(text),
  prompt_version: nullable(text),
  rubric: nullable(text),
  temperature: nullable(float),
  tie_break: nullable(text),
  confidence_min: nullable(float),
  metadata: map(anyJson),
});

const assertion = dashed("EvalPackAssertion", {
  kind: text,
  stage: nullable(text),
  path: nullable(text),
  op: nullable(text),
  expected: anyJson,
  contains: nullable(text),
  metadata: map(anyJson),
});

const rubric = dashed("EvalPackRubric", {
  id: text,
  kind: text,
  description: nullable(text),
  prompt: nullable(text),
  judge: nullable(judge),
  assertions: list(assertion),
  calibration: list(anyJson),
  thresholds,
  metadata: map(anyJson),
});

const fixture = dashed("EvalPackFixture", {
  id: text,
  kind: text,
  path: nullable(text),
  inline: anyJson,
  provider: nullable(text),
  event_kind: nullable(text),
  trace_id: nullable(text),
  metadata: map(anyJson),
});

const packCase = dashed("EvalPackCase", {
  id: nullable(text),
  name: nullable(text),
  description: nullable(text),
  run: nullable(text),
  run_path: nullable(text),
  friction_events: nullable(text),
  fixture: nullable(text),
  fixture_path: nullable(text),
  compare_to: nullable(text),
  rubrics: list(text),
  severity: nullable(text),
  thresholds,
  metadata: map(anyJson),
});

/** Saved runs and what is expected of them, in one file. */
export const evalPack = dashed("EvalPackManifest", {
  version: count,
  id: text,
  name: nullable(text),
  description: nullable(text),
  base_dir: nullable(text),
  baseline: nullable(text),
  package: nullable(
    dashed("EvalPackPackage", {
      name: nullable(text),
      version: nullable(text),
      source: nullable(text),
      templates: list(text),
    }),
  ),
  defaults: dashed("EvalPackDefaults", {
    severity: nullable(text),
    fixture_root: nullable(text),
    thresholds,
    judge: nullable(judge),
  }),
  fixtures: list(fixture),
  rubrics: list(rubric),
  judge: nullable(judge),
  cases: list(packCase),
  ladders: list(evalLadder),
  metadata: map(anyJson),
});

export type EvalPack = Infer<typeof evalPack>;
export type EvalPackCase = Infer<typeof packCase>;
export type EvalRubric = Infer<typeof rubric>;
export type EvalThresholds = Infer<typeof thresholds>;
export type EvalAssertion = Infer<typeof assertion>;
export type EvalFixture = Infer<typeof fixture>;
