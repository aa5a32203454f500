import { isJsonObject, type Json, type JsonObject } from "../../eventlog/index.ts";
import { judgeSuggestions, type Suggestion } from "../context-packs.ts";
import type { EvalAssertion, EvalRubric, EvalThresholds } from "../shapes/eval-pack.ts";
import type { RunRecord } from "../shapes/run-record.ts";
import { type Findings, severityOf } from "./findings.ts";

/** What a run took beyond what it may. */
export function thresholdFailures(run: RunRecord, ...given: readonly EvalThresholds[]): readonly string[] {
  const { usage } = run;
  const tokens = (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
  const cost = usage?.total_cost ?? 0;
  const latency = usage?.total_duration_ms ?? 0;
  return given.flatMap(({ max_cost_usd, max_latency_ms, max_stage_count, max_tokens }) => {
    const failures: string[] = [];
    if (max_stage_count !== null && run.stages.length > max_stage_count)
      failures.push(`stage count ${run.stages.length} exceeds threshold ${max_stage_count}`);
    if (max_latency_ms !== null && latency > max_latency_ms)
      failures.push(`latency ${latency}ms exceeds threshold ${max_latency_ms}ms`);
    if (max_cost_usd !== null && cost > max_cost_usd)
      failures.push(`cost $${cost.toFixed(6)} exceeds threshold $${max_cost_usd.toFixed(6)}`);
    if (max_tokens !== null && tokens > max_tokens)
      failures.push(`token count ${tokens} exceeds threshold ${max_tokens}`);
    return failures;
  });
}

const localRubrics = new Set(["", "deterministic", "replay", "budget", "hitl", "side-effect", "side_effect"]);
const judgedRubrics = new Set(["llm-judge", "llm_judge", "llm-as-judge", "llm_as_judge", "judge"]);
const frictionRubrics = new Set([
  "",
  "deterministic",
  "friction",
  "context-pack-suggestion",
  "context_pack_suggestion",
]);

/** Judges a run by a rubric of the pack. */
export function judgeRun(rubric: EvalRubric, run: RunRecord, found: Findings): void {
  const { assertions, id, kind, thresholds } = rubric;
  if (judgedRubrics.has(kind)) {
    const text = `rubric '${id}' requires an external LLM judge and was not run locally`;
    if (thresholds.severity === null || severityOf(thresholds.severity) === "blocking") found.fail(text);
    else found.warn(text);
    return;
  }
  if (!localRubrics.has(kind)) return found.warn(`rubric '${id}' has unknown kind '${kind}' and was not run locally`);
  found.fail(...thresholdFailures(run, thresholds), ...assertions.flatMap((each) => judgeAssertion(id, each, run)));
}

function judgeAssertion(id: string, assertion: EvalAssertion, run: RunRecord): readonly string[] {
  const kind = assertion.kind.replaceAll("_", "-");
  const fail = (text: string): string[] => [`rubric '${id}' ${text}`];
  const expected = typeof assertion.expected === "string" ? assertion.expected : undefined;
  const contains = assertion.contains ?? expected;
  switch (kind) {
    case "run-status":
    case "status":
      if (expected === undefined) return fail(`${kind} assertion missing expected string`);
      return run.status === expected ? [] : fail(`expected run status ${expected}, got ${run.status}`);
    case "stage-status": {
      if (assertion.stage === null) return fail("stage-status assertion missing stage");
      if (expected === undefined) return fail("stage-status assertion missing expected string");
      const stage = run.stages.find(({ node_id }) => node_id === assertion.stage);
      if (stage === undefined) return fail(`expected stage ${assertion.stage} to exist`);
      return stage.status === expected
        ? []
        : fail(`expected stage ${stage.node_id} status ${expected}, got ${stage.status}`);
    }
    case "visible-text-contains": {
      if (contains === undefined) return fail("visible-text assertion missing contains");
      const stages = run.stages.filter(({ node_id }) => assertion.stage === null || node_id === assertion.stage);
      const isSaid = stages.some(({ visible_text }) => visible_text?.includes(contains) === true);
      return isSaid ? [] : fail(`expected visible text to contain ${JSON.stringify(contains)}`);
    }
    case "hitl-question-contains": {
      if (contains === undefined) return fail("HITL assertion missing contains");
      const isAsked = run.hitl_questions.some(({ prompt }) => prompt.includes(contains));
      return isAsked ? [] : fail(`expected HITL question to contain ${JSON.stringify(contains)}`);
    }
    case "":
      return [];
    default:
      return fail(`has unsupported assertion kind '${assertion.kind}'`);
  }
}

/** Judges what friction suggests by a rubric of the pack. */
export function judgeFriction(rubric: EvalRubric, suggestions: readonly Suggestion[], found: Findings): void {
  const { assertions, id, kind } = rubric;
  if (!frictionRubrics.has(kind))
    return found.warn(`rubric '${id}' has unknown friction kind '${kind}' and was not run locally`);
  for (const assertion of assertions) {
    if (["context-pack-suggestion", "suggestion"].includes(assertion.kind.replaceAll("_", "-")))
      found.fail(...judgeSuggestions(suggestions, expectationOf(assertion)));
    else found.fail(`rubric '${id}' has unsupported friction assertion kind '${assertion.kind}'`);
  }
}

/** A text as expectation means the artifact that is recommended. */
function expectationOf({ contains, expected }: EvalAssertion): JsonObject {
  const given: Readonly<Record<string, Json | undefined>> = isJsonObject(expected) ? expected : {};
  return {
    ...given,
    ...(typeof expected === "string" ? { recommended_artifact: expected } : {}),
    ...(contains === null ? {} : { title_contains: contains }),
  };
}
