import { describe, expect, test } from "vitest";
import { judgeTrace, type OracleReport, readTrace } from "./judge.ts";

const entry = { id: 1, at: 5, x: { y: 1 } };
const ids = { path: "/run_id", reason: "ids are random" };
const times = { path: "/event_log_entries/*/at", reason: "times differ" };

function judge(changes: Readonly<Record<string, unknown>> = {}): OracleReport {
  const document = {
    schema_version: "harn.orchestration.replay_trace.v1",
    name: "trace",
    allowlist: [ids, times],
    first_run: { run_id: "a", event_log_entries: [entry] },
    second_run: { run_id: "b", event_log_entries: [{ ...entry, at: 6 }] },
    ...changes,
  };
  const trace = readTrace("t.json", JSON.stringify(document));
  return "passed" in trace ? trace : judgeTrace("t.json", trace);
}

const second = (...entries: unknown[]) => ({
  allowlist: [ids],
  second_run: { run_id: "b", event_log_entries: entries },
});

describe("a replay trace", () => {
  test("passes when the runs differ in allowed fields alone, and tells how much it compared", () => {
    const { first_run_counts, ...report } = judge();
    expect(report).toMatchObject({ passed: true, error: null, divergence: null, expectation: "match" });
    expect(first_run_counts).toMatchObject({ event_log_entries: 1, trigger_firings: 0 });
  });

  test("that expects drift passes when there is some", () => {
    expect(judge({ expect: "drift", allowlist: [ids] })).toMatchObject({
      passed: true,
      divergence: { left: 5, right: 6 },
    });
    expect(judge({ expect: "drift" })).toMatchObject({ passed: false, divergence: null, error: null });
  });

  test.each([
    [second({ ...entry, at: 6 }), { path: "/event_log_entries/0/at", left: 5, right: 6, message: "values differ" }],
    [
      second({ id: 1, at: 5 }),
      { path: "/event_log_entries/0/x", left: { y: 1 }, right: null, message: "right run is missing this field" },
    ],
    [
      second(entry, { id: 2 }),
      { path: "/event_log_entries/1", left: null, right: { id: 2 }, message: "left run is missing this array element" },
    ],
    [
      second({ ...entry, x: [] }),
      { path: "/event_log_entries/0/x", left: { y: 1 }, right: [], message: "values differ" },
    ],
    [
      second({ ...entry, "a/b~": 1 }),
      { path: "/event_log_entries/0/a~1b~0", left: null, right: 1, message: "left run is missing this field" },
    ],
    [second({ ...entry, id: 1.5 }), { path: "/event_log_entries/0/id", left: 1, right: 1.5, message: "values differ" }],
  ])("names the first place where runs differ: %#", (changes, divergence) => {
    expect(judge(changes)).toMatchObject({ passed: false, divergence });
  });

  test("replaces what is allowed to differ by what its rule says", () => {
    const rule = { path: "/event_log_entries/*", reason: "r", replacement: "X" };
    expect(judge({ allowlist: [ids, rule] }).passed).toBe(true);
    expect(judge({ allowlist: [ids, { ...rule, path: "/event_log_entries/0/*" }] }).passed).toBe(true);
    expect(judge({ allowlist: [ids, { ...rule, path: "/event_log_entries/1" }] }).passed).toBe(false);
  });

  test.each([
    ["/event_log_entries/*/zz", "r", "allowlist path /event_log_entries/*/zz did not match any replay field"],
    ["", "r", "allowlist path cannot be empty"],
    ["/run_id", " ", "allowlist path /run_id must explain why the field is nondeterministic"],
    ["/", "r", "allowlist path cannot replace the whole run"],
    ["run_id", "r", "allowlist path \"run_id\" must start with '/'"],
    ["/a//b", "r", 'allowlist path "/a//b" contains an empty segment'],
  ])("run-records 45: a rule %j that cannot hold is an error", (path, reason, error) => {
    expect(judge({ allowlist: [ids, times, { path, reason }] })).toMatchObject({ passed: false, error });
  });

  test.each([
    [{ schema_version: "v0" }, /^unsupported replay trace schema_version "v0"; expected harn\.orchestration/],
    [{ name: " " }, /^replay trace name cannot be empty$/],
    [{ first_run: { run_id: "", trigger_firings: [1] } }, /^trace must include run ids for both replay executions$/],
    [{ first_run: { run_id: "a" } }, /^trace must include replay trace material for both executions$/],
    [{ expect: "maybe" }, /^invalid replay trace JSON in t\.json: .*unknown variant `maybe`/],
    [{ first_run: undefined }, /^invalid replay trace JSON in t\.json: .*missing field `first_run`/],
  ])("has to be one: %j", (changes, error) => {
    expect(judge(changes).error).toMatch(error);
  });
});
