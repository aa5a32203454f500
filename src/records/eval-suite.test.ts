import { describe, expect, test } from "vitest";
import { evaluateSuite, normalizeManifest, normalizeRunRecord, runManifest, saveRunRecord } from "./index.ts";
import { testServices } from "./testing/services.ts";

const run = (id: string, status: string, outcome: string) => ({
  id,
  workflow_id: "wf",
  status,
  started_at: "1",
  stages: [{ id: "s1", node_id: "act", kind: "stage", status, outcome }],
});

describe("suites", () => {
  test("a run without a fixture passes, one with another's fails", async () => {
    const { services } = testServices();
    const good = await normalizeRunRecord(run("good", "completed", "success"), services);
    const bad = await normalizeRunRecord(run("bad", "failed", "error"), services);
    const fixture = good.replay_fixture;
    if (fixture === null) throw new Error("no fixture");
    const report = evaluateSuite(
      [{ run: good, path: "g.json" }, { run: bad }, { run: bad, fixture, label: "judged" }],
      services,
    );
    expect(report).toMatchObject({ pass: false, total: 3, passed: 2, failed: 1 });
    expect(report.cases.map((each) => [each.run_id, each.label, each.source_path, each.failures.length])).toEqual([
      ["good", null, "g.json", 0],
      ["bad", null, null, 0],
      ["bad", "judged", null, 3],
    ]);
    expect(evaluateSuite([], services).pass).toBe(true);
  });

  test("a manifest's paths are relative to its folder, and a baseline must be equal", async () => {
    const { files, services } = testServices();
    await saveRunRecord(
      await normalizeRunRecord(run("good", "completed", "success"), services),
      services,
      "suite/good.json",
    );
    await saveRunRecord(await normalizeRunRecord(run("bad", "failed", "error"), services), services, "suite/bad.json");
    files.writeText(
      "suite/strict.json",
      JSON.stringify({ expected_status: "completed", stage_assertions: [{ node_id: "other" }] }),
    );
    const manifest = normalizeManifest(
      {
        base_dir: "suite",
        cases: [
          { label: "ok", run_path: "good.json" },
          { label: "compared", run_path: "bad.json", compare_to: "good.json" },
          { label: "strict", run_path: "good.json", fixture_path: "strict.json" },
        ],
      },
      services,
    );
    expect(manifest._type).toBe("eval_suite_manifest");
    expect(runManifest(manifest, services).cases.map((each) => [each.label, each.failures])).toEqual([
      ["ok", []],
      ["compared", ["run differs from baseline suite/good.json with 1 stage changes"]],
      ["strict", ["missing stage other"]],
    ]);
  });

  test("name what cannot be read", async () => {
    const { services } = testServices({ "/desk/run.json": "{}", "/desk/fixture.json": "[]" });
    const running = (fields: object) => () =>
      runManifest(normalizeManifest({ cases: [{ run_path: "run.json", ...fields }] }, services), services);
    expect(running({ run_path: "gone.json" })).toThrow(
      "failed to read run record: No such file or directory (os error 2)",
    );
    expect(running({ fixture_path: "gone.json" })).toThrow(
      "failed to read replay fixture: No such file or directory (os error 2)",
    );
    expect(running({ fixture_path: "fixture.json" })).toThrow(
      "failed to parse replay fixture: .: invalid type: sequence, expected struct ReplayFixture",
    );
    expect(() => normalizeManifest({ cases: 5 }, services)).toThrow(
      "failed to parse eval suite manifest: cases: invalid type: integer `5`, expected a sequence",
    );
  });
});
