import { isJsonObject, type Json, parseExactJson } from "../eventlog/index.ts";
import { readShape } from "./artifacts.ts";
import { evaluateFriction } from "./context-packs.ts";
import { diffRuns, type RunDiff } from "./diff.ts";
import { RunRecordError, recordError } from "./error.ts";
import { absoluteIn } from "./eval-suite.ts";
import { loadRunRecord } from "./record-files.ts";
import { evaluateRun, fixtureOfRun } from "./replay-fixture.ts";
import { ShapeError } from "./schema/codec.ts";
import type { RecordServices } from "./services.ts";
import {
  type EvalAssertion,
  type EvalLadder,
  type EvalPack,
  type EvalPackCase,
  type EvalRubric,
  type EvalThresholds,
  evalLadder,
  evalPack,
} from "./shapes/eval-pack.ts";
import { type ReplayFixture, replayFixture } from "./shapes/replay-fixture.ts";
import type { RunRecord } from "./shapes/run-record.ts";

interface NameServices {
  readonly ids: Pick<RecordServices["ids"], "next">;
}

export function readEvalPack(json: Json, services: NameServices): EvalPack {
  const given = readShape("orchestration", () => evalPack.read(json, ""), json);
  const named = given.id === "" ? (given.name ?? "") : given.id;
  return {
    ...given,
    version: given.version === 0 ? 1 : given.version,
    id: named === "" ? services.ids.next("eval_pack") : named,
    ladders: given.ladders.map((ladder) => normalizeLadder(ladder, services)),
  };
}

/** The manifest of a pack that has its id, as JSON. */
export function evalPackManifest(json: Json): Json {
  return evalPack.toJson(readEvalPack(json, { ids: { next: (prefix) => prefix } }));
}

export function readEvalLadder(json: Json, services: NameServices): EvalLadder {
  return normalizeLadder(
    readShape("persona_eval_ladder_manifest", () => evalLadder.read(json, ""), json),
    services,
  );
}

function normalizeLadder(given: EvalLadder, services: NameServices): EvalLadder {
  const usual = evalLadder.read({ model_routes: [{ id: "default" }], backend: { kind: "replay" } }, "");
  return {
    ...given,
    _type: given._type === "" ? "persona_eval_ladder_manifest" : given._type,
    version: given.version === 0 ? 1 : given.version,
    id: given.id === "" ? services.ids.next("persona_eval_ladder") : given.id,
    persona: given.persona === "" ? "merge_captain" : given.persona,
    backend: given.backend.kind === "" ? usual.backend : given.backend,
    model_routes: given.model_routes.length === 0 ? usual.model_routes : given.model_routes,
  };
}

export type Severity = "blocking" | "warning" | "informational";

export interface EvalPackCaseReport {
  readonly id: string;
  readonly label: string;
  readonly severity: Severity;
  readonly pass: boolean;
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
  readonly informational: readonly string[];
  readonly run_id: string;
  readonly workflow_id: string;
  readonly stage_count: number;
  readonly source_path: string | null;
  readonly comparison: RunDiff | null;
}

export interface EvalPackReport {
  readonly pack_id: string;
  readonly pass: boolean;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly blocking_failed: number;
  readonly warning_failed: number;
  readonly informational_failed: number;
  readonly cases: readonly EvalPackCaseReport[];
}

/** Loads the runs of a pack and judges them. Only failures of blocking cases fail the pack. */
export function runEvalPack(pack: EvalPack, services: RecordServices): EvalPackReport {
  const [ladder] = pack.ladders;
  if (ladder !== undefined)
    throw new RunRecordError(
      `eval pack '${pack.id}' has the persona eval ladder '${ladder.id}', which needs a persona runtime; this build runs cases only`,
    );
  const cases = pack.cases.map((each, index) => judgeCase(pack, each, index, services));
  const count = (holds: (report: EvalPackCaseReport) => boolean): number => cases.filter(holds).length;
  const passed = count(({ pass }) => pass);
  const blocking = count(({ failures }) => failures.length > 0);
  return {
    pack_id: pack.id,
    pass: blocking === 0,
    total: cases.length,
    passed,
    failed: cases.length - passed,
    blocking_failed: blocking,
    warning_failed: count(({ warnings }) => warnings.length > 0),
    informational_failed: count(({ informational }) => informational.length > 0),
    cases,
  };
}

/** What was found, by how much it matters. */
class Findings {
  readonly blocking: string[] = [];
  readonly warning: string[] = [];
  readonly informational: string[] = [];

  add(severity: Severity, ...texts: readonly string[]): void {
    this[severity].push(...texts);
  }
}

function judgeCase(pack: EvalPack, given: EvalPackCase, index: number, services: RecordServices): EvalPackCaseReport {
  const severity = severityOf(
    given.severity ?? given.thresholds.severity ?? pack.defaults.severity ?? pack.defaults.thresholds.severity,
  );
  const id = given.id ?? `case_${index + 1}`;
  const label = given.name ?? id;
  const found = new Findings();
  const about = { id, label, severity };
  const at = absoluteIn(pack.base_dir);
  if (given.friction_events !== null && given.run === null && given.run_path === null)
    return judgeFriction(about, given.friction_events, pack, found, services, at);
  const path = at(pathOfRun(pack, given));
  const run = loadRunRecord(path, services);
  const { failures, stage_count } = evaluateRun(run, fixtureFor(pack, given, run, services, at));
  found.add(severity, ...failures);
  const baseline = given.compare_to ?? pack.baseline;
  const comparison = baseline === null ? null : diffRuns(loadRunRecord(at(resolved(pack, baseline)), services), run);
  if (comparison !== null && !comparison.identical)
    found.add(
      severity,
      `run differs from baseline ${at(resolved(pack, baseline as string))} with ${comparison.stage_diffs.length} stage changes`,
    );
  found.add(severity, ...thresholdFailures(run, pack.defaults.thresholds, given.thresholds));
  for (const rubricId of given.rubrics) judgeRubric(pack, rubricId, run, severity, found);
  return report(about, found, {
    run_id: run.id,
    workflow_id: run.workflow_id,
    stage_count,
    source_path: path,
    comparison,
  });
}

function report(
  about: Pick<EvalPackCaseReport, "id" | "label" | "severity">,
  found: Findings,
  run: Pick<EvalPackCaseReport, "run_id" | "workflow_id" | "stage_count" | "source_path" | "comparison">,
): EvalPackCaseReport {
  return {
    ...about,
    pass: found.blocking.length === 0,
    failures: found.blocking,
    warnings: found.warning,
    informational: found.informational,
    ...run,
  };
}

function judgeFriction(
  about: Pick<EvalPackCaseReport, "id" | "label" | "severity">,
  name: string,
  pack: EvalPack,
  found: Findings,
  services: RecordServices,
  at: (path: string) => string,
): EvalPackCaseReport {
  const path = at(resolved(pack, name));
  const { failures } = evaluateFriction(readJsonFile("friction events", path, services), services);
  found.add(about.severity, ...(failures as readonly string[]));
  return report(about, found, { run_id: "", workflow_id: "", stage_count: 0, source_path: path, comparison: null });
}

function severityOf(name: string | null): Severity {
  switch (name) {
    case "warning":
    case "warn":
      return "warning";
    case "informational":
    case "info":
      return "informational";
    default:
      return "blocking";
  }
}

/** The path that a fixture of the pack gives a name, or the name itself. */
function resolved(pack: EvalPack, name: string): string {
  return pack.fixtures.find(({ id }) => id === name)?.path ?? name;
}

function pathOfRun(pack: EvalPack, { run, run_path }: EvalPackCase): string {
  const name = run_path ?? run;
  if (name === null) throw new RunRecordError("eval pack case is missing run or run_path");
  return resolved(pack, name);
}

/** By its file, by a fixture of the pack, by the one in the record, or by one made of the run itself. */
function fixtureFor(
  pack: EvalPack,
  { fixture, fixture_path }: EvalPackCase,
  run: RunRecord,
  services: RecordServices,
  at: (path: string) => string,
): ReplayFixture {
  if (fixture_path !== null) return readFixtureFile(at(fixture_path), services);
  if (fixture === null) return run.replay_fixture ?? fixtureOfRun(run, services);
  const named = pack.fixtures.find(({ id }) => id === fixture);
  if (named !== undefined && named.inline !== null)
    return readShape("replay fixture", () => replayFixture.read(named.inline, ""), named.inline);
  return readFixtureFile(at(named?.path ?? fixture), services);
}

function readFixtureFile(path: string, services: RecordServices): ReplayFixture {
  const json = readJsonFile("replay fixture", path, services);
  try {
    return replayFixture.read(json, "");
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw recordError("failed to parse replay fixture", error);
  }
}

function readJsonFile(what: string, path: string, { files }: RecordServices): Json {
  let text: string;
  try {
    text = files.readText(path);
  } catch (error) {
    throw recordError(`failed to read ${what}`, error);
  }
  try {
    return parseExactJson(text);
  } catch (error) {
    throw recordError(`failed to parse ${what}`, error);
  }
}

function thresholdFailures(run: RunRecord, ...given: readonly EvalThresholds[]): string[] {
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

function judgeRubric(pack: EvalPack, id: string, run: RunRecord, severity: Severity, found: Findings): void {
  const rubric = pack.rubrics.find((each) => each.id === id);
  if (rubric === undefined) return found.add(severity, `case references unknown rubric '${id}'`);
  if (judgedRubrics.has(rubric.kind)) {
    const own = rubric.thresholds.severity === null ? severity : severityOf(rubric.thresholds.severity);
    return found.add(own, `rubric '${id}' requires an external LLM judge and was not run locally`);
  }
  if (!localRubrics.has(rubric.kind))
    return found.add("warning", `rubric '${id}' has unknown kind '${rubric.kind}' and was not run locally`);
  found.add(severity, ...thresholdFailures(run, rubric.thresholds));
  found.add(severity, ...rubric.assertions.flatMap((assertion) => judgeAssertion(rubric, assertion, run)));
}

function judgeAssertion({ id }: EvalRubric, assertion: EvalAssertion, run: RunRecord): string[] {
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
      if (expected === undefined) return fail("stage-status assertion missing expected string");
      const stage = run.stages.find(({ node_id }) => node_id === assertion.stage);
      if (stage === undefined) return fail(`expected stage ${assertion.stage ?? ""} to exist`);
      return stage.status === expected
        ? []
        : fail(`expected stage ${stage.node_id} status ${expected}, got ${stage.status}`);
    }
    case "visible-text-contains": {
      if (contains === undefined) return fail(`${kind} assertion missing expected string`);
      const stages = run.stages.filter(({ node_id }) => assertion.stage === null || node_id === assertion.stage);
      const isSaid = stages.some(({ visible_text }) => visible_text?.includes(contains) === true);
      return isSaid ? [] : fail(`expected visible text to contain ${JSON.stringify(contains)}`);
    }
    case "hitl-question-contains": {
      if (contains === undefined) return fail(`${kind} assertion missing expected string`);
      const isAsked = run.hitl_questions.some(({ prompt }) => prompt.includes(contains));
      return isAsked ? [] : fail(`expected HITL question to contain ${JSON.stringify(contains)}`);
    }
    default:
      return fail(`has unsupported assertion kind '${assertion.kind}'`);
  }
}

/** Whether JSON is an eval pack, and not the manifest of a suite. */
export function isEvalPack(json: Json): boolean {
  return (
    isJsonObject(json) &&
    (json.version !== undefined || json.rubrics !== undefined) &&
    (json.cases !== undefined || json.ladders !== undefined)
  );
}
