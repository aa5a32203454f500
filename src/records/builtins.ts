import { type CatalogPart, declare, opt, req, t } from "../builtin/index.ts";
import { type JsonObject, jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import { DictValue, isObject, ListValue, type Value } from "../value/index.ts";
import { artifactBuiltins } from "./artifact-builtins.ts";
import { diffRuns, type RunDiff } from "./diff.ts";
import { evalBuiltins } from "./eval-builtins.ts";
import { type EvalCase, type EvalSuiteReport, evaluateSuite, normalizeManifest, runManifest } from "./eval-suite.ts";
import { frictionBuiltins } from "./friction-builtins.ts";
import { handoffBuiltins } from "./handoff-builtins.ts";
import { later, now } from "./record-calls.ts";
import { loadRunRecord, normalizeRunRecord, saveRunRecord } from "./record-files.ts";
import { evaluateRun, fixtureOfRun, type ReplayReport } from "./replay-fixture.ts";
import { loadRunTree, type RunTree } from "./run-tree.ts";
import type { RecordServices } from "./services.ts";
import { childRun } from "./shapes/child-run.ts";
import { evalSuiteManifest } from "./shapes/eval-suite.ts";
import { replayFixture } from "./shapes/replay-fixture.ts";
import { type RunRecord, runRecord } from "./shapes/run-record.ts";

const records = declare("run-records");

const builtins = [
  records({
    name: "run_record",
    summary: "A complete run record from whatever fields are given.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) => later(context, async (services) => recordValue(await normalized(payload, services))),
  }),
  records({
    name: "run_record_save",
    summary: "Write a run record to a file, whole or not at all, and give its path and the record.",
    params: [req("run", t.dict), opt("path", t.nilable(t.string))],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload, path) =>
      later(context, async (services) => {
        const run = await normalized(payload, services);
        const saved = await saveRunRecord(run, services, path === null || path === "" ? undefined : path);
        return DictValue.of({ path: saved, run: recordValue({ ...run, persisted_path: saved }) });
      }),
  }),
  records({
    name: "run_record_load",
    summary: "Read a run record from a file.",
    params: [req("path", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, path) => now(context, (services) => recordValue(loadRunRecord(path, services))),
  }),
  records({
    name: "run_record_fixture",
    summary: "What a repetition of the run must show to count as the same.",
    params: [req("run", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      later(context, async (services) =>
        valueOfJson(replayFixture.toJson(fixtureOfRun(await normalized(payload, services), services))),
      ),
  }),
  records({
    name: "run_record_eval",
    summary: "Judge a run by a replay fixture; without one, by a fixture made of the run itself.",
    params: [req("run", t.dict), opt("fixture", t.nilable(t.dict))],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload, fixture) =>
      later(context, async (services) => {
        const run = await normalized(payload, services);
        const given =
          fixture === undefined || fixture === null
            ? fixtureOfRun(run, services)
            : replayFixture.read(jsonOfValue(fixture), "");
        return reportValue(evaluateRun(run, given));
      }),
  }),
  records({
    name: "run_record_eval_suite",
    summary:
      "Judge several runs: each is a run record, or a dict of `run` and optionally `fixture` and `path`. Gives `{pass, total, passed, failed, cases}`.",
    params: [req("cases", t.list)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, cases) =>
      later(context, async (services) => {
        const given: EvalCase[] = [];
        for (const each of cases.view()) given.push(await caseOf(each, services));
        return jsonValue(evaluateSuite(given, services));
      }),
  }),
  records({
    name: "eval_suite_manifest",
    summary: "A complete manifest of saved runs to judge together.",
    params: [req("payload", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, payload) =>
      now(context, (services) =>
        valueOfJson(evalSuiteManifest.toJson(normalizeManifest(jsonOfValue(payload), services))),
      ),
  }),
  records({
    name: "eval_suite_run",
    summary: "Load and judge the runs that a manifest names.",
    params: [req("manifest", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, manifest) =>
      now(context, (services) => jsonValue(runManifest(normalizeManifest(jsonOfValue(manifest), services), services))),
  }),
  records({
    name: "run_record_diff",
    summary: "What differs between two runs.",
    params: [req("left", t.dict), req("right", t.dict)],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, left, right) =>
      later(context, async (services) => {
        return jsonValue(diffRuns(await normalized(left, services), await normalized(right, services)));
      }),
  }),
  records({
    name: "load_run_tree",
    summary: "Read a run record and those of its workers.",
    params: [req("path", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, path) => now(context, (services) => treeValue(loadRunTree(path, services))),
  }),
];

/** The builtins over run records. */
export const recordCatalog: CatalogPart = {
  builtins: [...builtins, ...artifactBuiltins, ...evalBuiltins, ...frictionBuiltins, ...handoffBuiltins],
};

/** A report: plain JSON by construction. */
function jsonValue(report: EvalSuiteReport | RunDiff): Value {
  return valueOfJson(report as unknown as JsonObject);
}

async function caseOf(value: Value, services: RecordServices): Promise<EvalCase> {
  const given = value instanceof DictValue ? value : new DictValue();
  const run = given.get("run");
  if (run === undefined) return { run: await normalized(value, services) };
  const fixture = given.get("fixture") ?? null;
  const path = given.get("path");
  return {
    run: await normalized(run, services),
    ...(fixture === null ? {} : { fixture: replayFixture.read(jsonOfValue(fixture), "") }),
    ...(typeof path === "string" ? { path } : {}),
  };
}

function normalized(payload: Value, services: RecordServices): Promise<RunRecord> {
  return normalizeRunRecord(isObject(payload) ? jsonOfValue(payload) : null, services);
}

function recordValue(run: RunRecord): Value {
  return valueOfJson(runRecord.toJson(run));
}

function reportValue({ failures, pass, stage_count }: ReplayReport): Value {
  return valueOfJson({ pass, failures, stage_count });
}

function treeValue(tree: RunTree): Value {
  if (tree.kind === "missing") return valueOfJson({ worker: childRun.toJson(tree.worker), run: null, children: [] });
  return DictValue.of({ run: recordValue(tree.run), children: new ListValue(tree.children.map(treeValue)) });
}
