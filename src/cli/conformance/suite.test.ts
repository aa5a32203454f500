import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Observation, TestJob, Workplace } from "../test-runs/observation.ts";
import { nameFilter } from "./name-filter.ts";
import { countResults, suiteJson, suiteSummary } from "./report.ts";
import { runSuite } from "./run-suite.ts";
import { readSuite } from "./suite.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "harn-suite-"));
  mkdirSync(join(root, "deep"));
  const write = (name: string, text = ""): void => writeFileSync(join(root, name), text);
  write("a.harn");
  write("a.expected", "fine\n");
  write("a.error", "not looked at");
  write("bare.harn");
  write("skipped.harn");
  write("skipped.expected");
  write("skipped.conformance-skip");
  write("deep/known.harn", "// @xfail: waits for tools\n");
  write("deep/known.error", "boom\n");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("readSuite", () => {
  it("takes programs with an expectation, the first kind that is there", () => {
    expect(
      readSuite(root, undefined).map(({ name, expectation, expectedFailure }) => [
        name,
        expectation?.kind,
        expectedFailure,
      ]),
    ).toEqual([
      ["a.harn", "output", undefined],
      ["deep/known.harn", "error", "waits for tools"],
    ]);
  });

  it("takes a folder or a file of it, and nothing beside it", () => {
    expect(readSuite(root, "deep").map(({ name }) => name)).toEqual(["deep/known.harn"]);
    expect(readSuite(root, "a.harn")).toHaveLength(1);
    expect(() => readSuite(root, "missing")).toThrow("conformance target not found: missing");
    expect(() => readSuite(root, tmpdir())).toThrow("must be inside");
    expect(() => readSuite(root, "a.expected")).toThrow("must be a .harn file or a folder");
    expect(() => readSuite(join(root, "missing"), undefined)).toThrow("conformance suite not found");
  });
});

describe("nameFilter", () => {
  it.each([
    [undefined, true],
    ["stdlib", true],
    ["types", false],
    ["types | stdlib", true],
    ["tests/*/json?x", true],
    ["json.x", false],
    ["re:^tests/.*_x\\.harn$", true],
  ])("%s", (pattern, matches) => {
    expect(nameFilter(pattern)("tests/stdlib/json_x.harn")).toBe(matches);
  });

  it("refuses an expression that is none", () => {
    expect(() => nameFilter("re:(")).toThrow("invalid regular expression in --filter");
  });
});

describe("runSuite", () => {
  /** Later jobs end earlier. */
  class Reversing implements Workplace {
    readonly jobs: TestJob[] = [];

    perform(job: TestJob): Promise<Observation> {
      this.jobs.push(job);
      const observation: Observation = {
        stdout: "fine",
        stderr: "",
        findings: [],
        codes: ["HARN-X-001"],
        durationMs: 2,
      };
      return new Promise((resolve) => setTimeout(() => resolve(observation), 10 - this.jobs.length));
    }

    close(): Promise<void> {
      return Promise.resolve();
    }
  }
  const options = { timeoutMs: 100, cwd: "/", runsExpectedFailures: true };

  it("gives results in the order of the cases", async () => {
    const seen: string[] = [];
    const results = await runSuite(readSuite(root, undefined), {
      ...options,
      workplace: new Reversing(),
      onResult: ({ name }) => seen.push(name),
    });
    expect(seen).toEqual(["a.harn", "deep/known.harn"]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["pass", "xfail_expected"]);
    expect(countResults(results)).toEqual({ passed: 1, failed: 0, skipped: 1, total: 2 });
    expect(suiteJson(results)).toMatchObject({
      results: [
        { name: "a.harn", outcome: "pass", duration_ms: 2, diagnostic_codes: ["HARN-X-001"] },
        { outcome: "xfail_expected", message: "waits for tools" },
      ],
    });
    expect(suiteSummary(results, 4, false)).toBe(
      "\n1 passed, 0 failed, 1 skipped, 2 total\n\nSkipped (xfail):\n  deep/known.harn: waits for tools\n",
    );
  });

  it("leaves known failures alone unless asked to run them", async () => {
    const workplace = new Reversing();
    const results = await runSuite(readSuite(root, "deep"), { ...options, workplace, runsExpectedFailures: false });
    expect([results[0]?.outcome, workplace.jobs.length]).toEqual(["skip", 0]);
  });

  it("fails a known failure that passes", async () => {
    const cases = readSuite(root, "a.harn").map((suiteCase) => ({ ...suiteCase, expectedFailure: "old" }));
    const results = await runSuite(cases, { ...options, workplace: new Reversing() });
    expect(results[0]).toMatchObject({ outcome: "xfail_unexpected_pass" });
  });
});
