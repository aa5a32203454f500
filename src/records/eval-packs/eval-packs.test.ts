import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../eventlog/index.ts";
import { testServices } from "../testing/services.ts";
import { isEvalLadder, isEvalPack, readEvalLadder, readEvalPack } from "./manifest.ts";
import { runEvalPack } from "./run-pack.ts";

const run = {
  id: "r",
  workflow_id: "w",
  status: "failed",
  stages: [{ id: "s", node_id: "plan", status: "completed" }],
};
const friction = [1, 2].map((id) => ({
  id: `f${id}`,
  kind: "repeated_query",
  source: "chat",
  redacted_summary: "where are the logs",
}));

function report(pack: JsonObject, files: Record<string, string> = {}) {
  const { services } = testServices(files);
  return runEvalPack(readEvalPack({ version: 1, id: "p", ...pack }, services), services);
}

describe("an eval pack", () => {
  test("takes runs and fixtures inline, from its fixture root, or from beside it", () => {
    const files = {
      "/pack/runs/r.json": JSON.stringify(run),
      "/pack/r.json": JSON.stringify({ ...run, id: "beside" }),
    };
    const { cases } = report(
      {
        base_dir: "/pack",
        defaults: { fixture_root: "runs" },
        fixtures: [
          { id: "inline", inline: { ...run, id: "in" } },
          { id: "kept", path: "r.json" },
          { id: "strict", inline: { expected_status: "completed" } },
        ],
        cases: [{ run: "inline" }, { run_path: "kept" }, { run: "r.json", fixture: "strict" }],
      },
      files,
    );
    expect(cases.map(({ failures, id, run_id, source_path }) => [id, run_id, source_path, ...failures])).toEqual([
      ["case_1", "in", null],
      ["case_2", "r", "/pack/runs/r.json"],
      ["case_3", "beside", "/pack/r.json", "run status mismatch: expected completed, got failed"],
    ]);
    expect(() => report({ fixtures: [{ id: "x" }], cases: [{ run: "x" }] })).toThrow(
      "fixture 'x' is missing path or inline run",
    );
  });

  test("only blocking cases fail it; fixture before thresholds before baseline before rubrics", () => {
    const { cases, ...sums } = report({
      fixtures: [
        { id: "r", inline: run },
        { id: "other", inline: { ...run, stages: [] } },
        { id: "fx", inline: { expected_status: "completed" } },
      ],
      rubrics: [
        {
          id: "status",
          assertions: [
            { kind: "run_status", expected: "ok" },
            { kind: "stage-status", expected: "x" },
          ],
        },
        { id: "model", kind: "judge" },
        { id: "soft", kind: "judge", thresholds: { severity: "info" } },
        { id: "odd", kind: "vibes" },
      ],
      cases: [
        {
          run: "r",
          fixture: "fx",
          "compare-to": "other",
          thresholds: { "max-stage-count": 0 },
          rubrics: ["status", "none"],
          severity: " WARN ",
        },
        { run: "r", rubrics: ["model", "soft", "odd"] },
        { run: "r", rubrics: ["model"], severity: "info" },
      ],
    });
    expect(sums).toMatchObject({
      pass: false,
      passed: 2,
      blocking_failed: 1,
      warning_failed: 2,
      informational_failed: 1,
    });
    expect(cases[0]).toMatchObject({ pass: true, blocking: false, severity: "warning", failures: [] });
    expect(cases[0]?.warnings).toEqual([
      "run status mismatch: expected completed, got failed",
      "stage count 1 exceeds threshold 0",
      "run differs from baseline other with 1 stage changes",
      "rubric 'status' expected run status ok, got failed",
      "rubric 'status' stage-status assertion missing stage",
      "case references unknown rubric 'none'",
    ]);
    expect(cases[1]?.failures).toEqual(["rubric 'model' requires an external LLM judge and was not run locally"]);
    expect(cases[1]?.warnings).toEqual([
      "rubric 'soft' requires an external LLM judge and was not run locally",
      "rubric 'odd' has unknown kind 'vibes' and was not run locally",
    ]);
  });

  test("judges what friction suggests", () => {
    const fixtures = [{ id: "f", inline: friction }];
    const rubric = (assertion: JsonObject) => ({
      fixtures,
      rubrics: [{ id: "k", kind: "friction", assertions: [{ kind: "suggestion", ...assertion }] }],
      cases: [{ friction_events: "f", rubrics: ["k"] }],
    });
    expect(report({ fixtures, cases: [{ friction_events: "f" }] }).cases[0]).toMatchObject({
      run_id: "friction_events",
      stage_count: 2,
      pass: true,
    });
    const rare = report({ fixtures, metadata: { min_occurrences: 3 }, cases: [{ friction_events: "f" }] });
    expect(rare.cases[0]?.failures).toEqual(["friction fixture produced no context-pack suggestions"]);
    expect(report(rubric({ expected: "context_pack", contains: "LOGS" })).pass).toBe(true);
    expect(report(rubric({ expected: { min_suggestions: 2 } })).cases[0]?.failures).toEqual([
      "expected at least 2 context-pack suggestion(s), got 1",
    ]);
    expect(report(rubric({ expected: "workflow" })).cases[0]?.failures).toEqual([
      'no context-pack suggestion matched expectation {"recommended_artifact":"workflow"}',
    ]);
    expect(report(rubric({ kind: "run-status" })).cases[0]?.failures).toEqual([
      "rubric 'k' has unsupported friction assertion kind 'run-status'",
    ]);
  });
});

describe("manifests", () => {
  test("of ladders are named after themselves and number what has no name", () => {
    const { services } = testServices();
    expect(readEvalLadder({ name: "hi", timeout_tiers: [{ "max-sweeps": 2 }, { id: "t" }] }, services)).toMatchObject({
      _type: "persona_eval_ladder_manifest",
      version: 1,
      id: "hi",
      persona: "merge_captain",
      backend: { kind: "replay", path: null },
      model_routes: [{ id: "default" }],
      timeout_tiers: [{ id: "tier_1", max_sweeps: 2 }, { id: "t" }],
    });
  });

  test("are told apart", () => {
    const ladder = { version: 1, timeout_tiers: [] };
    expect([isEvalLadder(ladder), isEvalPack(ladder)]).toEqual([true, false]);
    const pack = { version: 1, ladders: [ladder] };
    expect([isEvalLadder(pack), isEvalPack(pack)]).toEqual([false, true]);
    expect(isEvalLadder({ _type: "eval_suite_manifest", cases: [] })).toBe(false);
  });
});
