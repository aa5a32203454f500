import { type Json, parseExactJson } from "../eventlog/index.ts";
import { diffRuns, type RunDiff } from "./diff.ts";
import { recordError } from "./error.ts";
import { loadRunRecord } from "./record-files.ts";
import { evaluateRun, fixtureOfRun } from "./replay-fixture.ts";
import type { RecordServices } from "./services.ts";
import { type EvalSuiteCase, type EvalSuiteManifest, evalSuiteManifest } from "./shapes/eval-suite.ts";
import { type ReplayFixture, replayFixture } from "./shapes/replay-fixture.ts";
import type { RunRecord } from "./shapes/run-record.ts";

export interface EvalCaseReport {
  readonly run_id: string;
  readonly workflow_id: string;
  readonly label: string | null;
  readonly pass: boolean;
  readonly failures: readonly string[];
  readonly stage_count: number;
  readonly source_path: string | null;
  readonly comparison: RunDiff | null;
}

export interface EvalSuiteReport {
  readonly pass: boolean;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly EvalCaseReport[];
}

/** A run to judge. Without a fixture it is judged by one made of itself, which it passes. */
export interface EvalCase {
  readonly run: RunRecord;
  readonly fixture?: ReplayFixture;
  readonly label?: string;
  readonly path?: string;
  /** A run that this one must be equal to. */
  readonly baseline?: { readonly run: RunRecord; readonly path: string };
}

export function evaluateSuite(cases: readonly EvalCase[], services: RecordServices): EvalSuiteReport {
  const reports = cases.map((each) => evaluateCase(each, services));
  const passed = reports.filter((report) => report.pass).length;
  return {
    pass: passed === reports.length,
    total: reports.length,
    passed,
    failed: reports.length - passed,
    cases: reports,
  };
}

function evaluateCase({ baseline, fixture, label, path, run }: EvalCase, services: RecordServices): EvalCaseReport {
  const comparison = baseline === undefined ? null : diffRuns(baseline.run, run);
  const { failures, stage_count } = evaluateRun(run, fixture ?? fixtureOfRun(run, services));
  const differs =
    comparison === null || comparison.identical
      ? []
      : [`run differs from baseline ${baseline?.path} with ${comparison.stage_diffs.length} stage changes`];
  const all = [...failures, ...differs];
  return {
    run_id: run.id,
    workflow_id: run.workflow_id,
    label: label ?? null,
    pass: all.length === 0,
    failures: all,
    stage_count,
    source_path: path ?? null,
    comparison,
  };
}

export function normalizeManifest(json: Json, services: Pick<RecordServices, "ids">): EvalSuiteManifest {
  const manifest = readShape("failed to parse eval suite manifest", () => evalSuiteManifest.read(json, ""));
  return {
    ...manifest,
    _type: manifest._type === "" ? "eval_suite_manifest" : manifest._type,
    id: manifest.id === "" ? services.ids.next("eval_suite") : manifest.id,
  };
}

/** Loads what a manifest names and judges it: by the fixture's file, else by the fixture that the record carries. */
export function runManifest(manifest: EvalSuiteManifest, services: RecordServices): EvalSuiteReport {
  const at = absoluteIn(manifest.base_dir);
  return evaluateSuite(
    manifest.cases.map((each) => loadCase(each, at, services)),
    services,
  );
}

function loadCase(
  { compare_to, fixture_path, label, run_path }: EvalSuiteCase,
  at: (path: string) => string,
  services: RecordServices,
): EvalCase {
  const path = at(run_path);
  const run = loadRunRecord(path, services);
  const fixture = fixture_path === null ? run.replay_fixture : loadFixture(at(fixture_path), services);
  return {
    run,
    path,
    ...(fixture === null ? {} : { fixture }),
    ...(label === null ? {} : { label }),
    ...(compare_to === null
      ? {}
      : { baseline: { run: loadRunRecord(at(compare_to), services), path: at(compare_to) } }),
  };
}

function loadFixture(path: string, services: RecordServices): ReplayFixture {
  let text: string;
  try {
    text = services.files.readText(path);
  } catch (error) {
    throw recordError("failed to read replay fixture", error);
  }
  return readShape("failed to parse replay fixture", () => replayFixture.read(parseExactJson(text), ""));
}

function readShape<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw recordError(what, error);
  }
}

/** Paths of a manifest are relative to its folder, where it names one. */
export function absoluteIn(folder: string | null): (path: string) => string {
  return (path) => (folder === null || isAbsolute(path) ? path : `${folder}${folder.endsWith("/") ? "" : "/"}${path}`);
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
