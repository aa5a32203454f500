import { type Json, parseExactJson } from "../../eventlog/index.ts";
import { objectOf, readShape } from "../artifacts.ts";
import { frictionOf, suggestContextPacks } from "../context-packs.ts";
import { diffRuns, type RunDiff } from "../diff.ts";
import { RunRecordError, recordError } from "../error.ts";
import { absoluteIn } from "../eval-suite.ts";
import { loadRunRecord } from "../record-files.ts";
import { evaluateRun, fixtureOfRun } from "../replay-fixture.ts";
import { ShapeError } from "../schema/codec.ts";
import type { RecordServices } from "../services.ts";
import type { EvalFixture, EvalPack, EvalPackCase, EvalRubric } from "../shapes/eval-pack.ts";
import { type ReplayFixture, replayFixture } from "../shapes/replay-fixture.ts";
import { type RunRecord, runRecord } from "../shapes/run-record.ts";
import { Findings, type Severity, severityOf } from "./findings.ts";
import { judgeFriction, judgeRun, thresholdFailures } from "./rubrics.ts";

export interface EvalPackCaseReport {
  readonly id: string;
  readonly label: string;
  readonly severity: Severity;
  readonly pass: boolean;
  readonly blocking: boolean;
  readonly run_id: string;
  readonly workflow_id: string;
  readonly source_path: string | null;
  readonly stage_count: number;
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
  readonly informational: readonly string[];
  readonly comparison: RunDiff | null;
}

/** Loads what a case is about and judges it. */
export function judgeCase(
  pack: EvalPack,
  given: EvalPackCase,
  index: number,
  services: RecordServices,
): EvalPackCaseReport {
  const { defaults } = pack;
  const severity = severityOf(
    given.severity ?? given.thresholds.severity ?? defaults.severity ?? defaults.thresholds.severity,
  );
  const id = given.id?.trim() ? given.id : `case_${index + 1}`;
  const found = new Findings(severity);
  const files = new PackFiles(pack, services);
  const told =
    given.friction_events === null
      ? judgeRunCase(pack, given, files, found, services)
      : judgeFrictionCase(pack, given, given.friction_events, files, found, services);
  const { failures, informational, warnings } = found;
  const { comparison, ...run } = told;
  return {
    id,
    label: given.name ?? id,
    severity,
    pass: failures.length === 0,
    blocking: severity === "blocking",
    ...run,
    failures,
    warnings,
    informational,
    comparison,
  };
}

type CaseSource = Pick<EvalPackCaseReport, "run_id" | "workflow_id" | "source_path" | "stage_count" | "comparison">;

function judgeRunCase(
  pack: EvalPack,
  given: EvalPackCase,
  files: PackFiles,
  found: Findings,
  services: RecordServices,
): CaseSource {
  const name = given.run ?? given.run_path;
  if (name === null) throw new RunRecordError("eval pack case is missing run or run_path");
  const run = files.run(name);
  const expected = given.fixture ?? given.fixture_path;
  const fixture = expected === null ? (run.replay_fixture ?? fixtureOfRun(run, services)) : files.fixture(expected);
  const { failures, stage_count } = evaluateRun(run, fixture);
  found.fail(...failures, ...thresholdFailures(run, pack.defaults.thresholds, given.thresholds));
  const baseline = given.compare_to ?? pack.baseline;
  const comparison = baseline === null ? null : diffRuns(files.run(baseline), run);
  if (baseline !== null && comparison?.identical === false)
    found.fail(
      `run differs from baseline ${files.pathOf(baseline) ?? baseline} with ${comparison.stage_diffs.length} stage changes`,
    );
  eachRubric(pack, given, found, (rubric) => judgeRun(rubric, run, found));
  return { run_id: run.id, workflow_id: run.workflow_id, source_path: files.pathOf(name), stage_count, comparison };
}

const usualOccurrences = 2;

function judgeFrictionCase(
  pack: EvalPack,
  given: EvalPackCase,
  name: string,
  files: PackFiles,
  found: Findings,
  services: RecordServices,
): CaseSource {
  const friction = frictionOf(files.friction(name), services);
  const about = { ...objectOf(pack.metadata), ...objectOf(given.metadata) };
  const owner = typeof about.owner === "string" ? about.owner : (pack.package?.name ?? undefined);
  const least = typeof about.min_occurrences === "number" ? about.min_occurrences : usualOccurrences;
  const suggestions = suggestContextPacks(friction, { min_occurrences: least, owner }, services);
  eachRubric(pack, given, found, (rubric) => judgeFriction(rubric, suggestions, found));
  if (given.rubrics.length === 0 && suggestions.length === 0)
    found.fail("friction fixture produced no context-pack suggestions");
  return {
    run_id: "friction_events",
    workflow_id: "",
    source_path: files.pathOf(name),
    stage_count: friction.length,
    comparison: null,
  };
}

function eachRubric(
  pack: EvalPack,
  { rubrics }: EvalPackCase,
  found: Findings,
  judge: (rubric: EvalRubric) => void,
): void {
  for (const id of rubrics) {
    const rubric = pack.rubrics.find((each) => each.id === id);
    if (rubric === undefined) found.fail(`case references unknown rubric '${id}'`);
    else judge(rubric);
  }
}

/** What cases name: a fixture of the pack, in the file or inline, or a path. */
class PackFiles {
  readonly #pack: EvalPack;
  readonly #services: RecordServices;

  constructor(pack: EvalPack, services: RecordServices) {
    this.#pack = pack;
    this.#services = services;
  }

  run(name: string): RunRecord {
    const inline = this.#inline(name);
    if (inline === undefined) return loadRunRecord(this.#path(name, "run"), this.#services);
    return readShape("inline run record", () => runRecord.read(inline, ""), inline);
  }

  fixture(name: string): ReplayFixture {
    const inline = this.#inline(name);
    if (inline !== undefined) return readShape("inline replay fixture", () => replayFixture.read(inline, ""), inline);
    const json = this.#json("replay fixture", this.#path(name, "replay fixture"));
    try {
      return replayFixture.read(json, "");
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw recordError("failed to parse replay fixture", error);
    }
  }

  friction(name: string): Json {
    return this.#inline(name) ?? this.#json("friction events fixture", this.#path(name, "friction events"));
  }

  /** Where it lies; null for what is inline. */
  pathOf(name: string): string | null {
    const fixture = this.#fixture(name);
    const at = absoluteIn(this.#pack.base_dir);
    if (fixture === undefined) return at(name);
    const { fixture_root } = this.#pack.defaults;
    return fixture.path === null
      ? null
      : absoluteIn(fixture_root === null ? this.#pack.base_dir : at(fixture_root))(fixture.path);
  }

  #path(name: string, what: string): string {
    const path = this.pathOf(name);
    if (path === null) throw new RunRecordError(`fixture '${name}' is missing path or inline ${what}`);
    return path;
  }

  #fixture(name: string): EvalFixture | undefined {
    return name === "" ? undefined : this.#pack.fixtures.find(({ id }) => id === name);
  }

  #inline(name: string): Json | undefined {
    return this.#fixture(name)?.inline ?? undefined;
  }

  #json(what: string, path: string): Json {
    let text: string;
    try {
      text = this.#services.files.readText(path);
    } catch (error) {
      throw recordError(`failed to read ${what}`, error);
    }
    try {
      return parseExactJson(text);
    } catch (error) {
      throw recordError(`failed to parse ${what}`, error);
    }
  }
}
