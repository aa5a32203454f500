import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { builtCli, Project } from "./harn.ts";

let project: Project;
beforeAll(async () => void (await builtCli()));
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

const run = (id: string, outcome: string): string =>
  JSON.stringify({
    _type: "run_record",
    id,
    workflow_id: "wf",
    status: "completed",
    started_at: `2026-01-0${id.length}T00:00:00Z`,
    stages: [{ id: "s", node_id: "plan", kind: "stage", status: "completed", outcome }],
    replay_fixture: {
      expected_status: "completed",
      stage_assertions: [{ node_id: "plan", expected_status: "completed", expected_outcome: "success" }],
    },
  });

describe("harn eval", () => {
  it("run-records 44: judges every record of a folder in the order of names, and fails when one does", async () => {
    project.write("runs/b.json", run("bb", "success")).write("runs/a.json", run("a", "failed"));
    const done = await project.harn("eval", "runs");
    expect(done.status).toBe(1);
    expect(done.stdout.split("\n").slice(0, 2)).toEqual(["FAIL 1 passed, 1 failed, 2 total", "- a [wf] FAIL"]);
    expect(done.stdout).toContain("stage plan outcome mismatch: expected success, got failed");
  });

  it("judges one record, and compares it", async () => {
    project.write("a.json", run("a", "success")).write("b.json", run("bb", "failed"));
    expect(await project.harn("eval", "a.json")).toMatchObject({ status: 0, stdout: "PASS\nStages: 1\n" });
    const compared = await project.harn("eval", "a.json", "--compare", "b.json");
    expect([compared.status, compared.stdout]).toEqual([0, expect.stringContaining("  outcome: failed -> success\n")]);
  });

  it("judges what a pack names, in TOML as well, relative to its folder", async () => {
    project.write("evals/a.json", run("a", "success"));
    project.write(
      "evals/harn.eval.toml",
      'version = 1\nid = "p"\n[[cases]]\nname = "tokens"\nrun = "a.json"\nseverity = "warning"\n[cases.thresholds]\nmax-stage-count = 0\n',
    );
    const done = await project.harn("eval", "evals/harn.eval.toml");
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout).toBe(
      "PASS 1 passed, 0 blocking failed, 1 warning, 0 informational, 1 total\n- tokens [wf] PASS\n  stage count 1 exceeds threshold 0\n",
    );
    const refused = await project.harn("eval", "evals/harn.eval.toml", "--compare", "evals/a.json");
    expect(refused.stderr).toContain("--compare is not supported with eval pack manifests");
  });

  it("says what is wrong with its path", async () => {
    expect((await project.harn("eval", "absent")).stderr).toContain("Run path does not exist: absent");
    expect((await project.harn("eval")).status).toBe(2);
    project.write("bad.json", "{");
    expect((await project.harn("eval", "bad.json")).stderr).toContain("bad.json cannot be understood");
  });
});

describe("the transcript of model calls", () => {
  const program = `pipeline main() {
    llm_mock({text: "my key is sk-proj-abcdefghijklmnopqrstuvwxyz"})
    llm_call("hi", "be brief", {provider: "mock", model: "m"})
    return 1
  }`;

  it("lies beside the record, without secrets, and is found there", async () => {
    project.write("asks.harn", program);
    const ran = await project.harnWith({ HARN_LLM_TRANSCRIPT_DIR: "watched" }, "run", "asks.harn");
    const path = /run record: (.*)\.json/.exec(ran.stderr)?.[1] ?? "";
    const text = readFileSync(join(project.folder, `${path}-llm`, "llm_transcript.jsonl"), "utf8");
    const entries = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ type }) => type)).toEqual([
      "system_prompt",
      "tool_schemas",
      "provider_call_request",
      "provider_call_response",
    ]);
    expect(entries[3]).toMatchObject({ text: "my key is [redacted]" });
    expect(readFileSync(join(project.folder, "watched", "llm_transcript.jsonl"), "utf8")).toBe(text);
    const inspected = await project.harn("runs", "inspect", `${path}.json`);
    expect(inspected.stdout).toContain(
      `- transcript LLM transcript sidecar [llm_jsonl] available=true ${path}-llm/llm_transcript.jsonl`,
    );
  });

  it("is part of the events of the run", async () => {
    project.write("asks.harn", program);
    const { stdout } = await project.harn("run", "--json", "asks.harn");
    const data = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).data);
    expect(data.map(({ event_type, kind, seq }) => [seq, event_type, kind]).slice(0, 2)).toEqual([
      [1, "transcript", "system_prompt"],
      [2, "transcript", "tool_schemas"],
    ]);
    expect(stdout).not.toContain("sk-proj");
  });
});

describe("harn replay", () => {
  it("run-records 43, 46: fails with a fixture that fails, and says why", async () => {
    project.write("a.json", run("a", "failed"));
    const failure = "stage plan outcome mismatch: expected success, got failed";
    const told = await project.harn("replay", "a.json");
    expect([told.status, told.stdout]).toEqual([1, expect.stringContaining("Embedded replay fixture: FAIL")]);
    expect(told.stdout).toContain(failure);
    const { status, stdout } = await project.harn("replay", "a.json", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      data: { run_id: "a", fixture: { pass: false, failures: [failure] } },
      error: { code: "replay_fixture_failed", message: "embedded replay fixture did not pass" },
    });
  });
});

describe("run records of programs", () => {
  it("run-records 37, 47: saving gives path and run; judging without a fixture makes one of the run", async () => {
    project.write("in.json", run("a", "failed"));
    project.write(
      "saves.harn",
      `pipeline main() {
        let read = run_record_load("in.json")
        let saved = run_record_save(read, "out.json")
        harness.stdio.println("\${saved.keys()} \${saved.path} \${saved.run.persisted_path}")
        harness.stdio.println("\${run_record_eval(read).pass} \${run_record_eval(read, read.replay_fixture).pass}")
      }`,
    );
    const { stdout } = await project.harn("run", "saves.harn");
    expect(stdout).toBe("[path, run] out.json out.json\ntrue false\n");
  });
});

describe("run records of workflows", () => {
  it("run-records 52: have a checkpoint at the start, after each stage and at the end, each announced", async () => {
    project.write(
      "flow.harn",
      `pipeline main() {
        llm_mock({text: "acted"})
        let graph = {entry: "a", nodes: {a: {kind: "stage", mode: "llm", model_policy: {provider: "mock"}}}}
        let run = workflow_execute("Task", graph, []).run
        harness.stdio.println("\${run.checkpoints.map({ c -> c.reason })}")
        harness.stdio.println("\${event_log.latest("observability.action_graph")}")
      }`,
    );
    expect(await project.harn("run", "flow.harn")).toMatchObject({ stdout: "[start, stage_complete, finalize]\n3\n" });
  });
});

describe("harn runs", () => {
  it("takes a run by its id, or the beginning of one", async () => {
    project
      .write(".harn-runs/aaa-1.json", run("aaa-1", "success"))
      .write(".harn-runs/aab-2.json", run("aab-2", "failed"));
    expect((await project.harn("runs", "inspect", "aaa-1")).stdout).toContain("aaa-1");
    expect((await project.harn("replay", "aab")).stdout).toContain("Replay: aab-2");
    expect((await project.harn("runs", "diff", "aaa", "aab")).stdout).toContain("failed");
    expect((await project.harn("runs", "inspect", "aa")).stderr).toContain("aa begins the ids of 2 run records");
    expect((await project.harn("runs", "inspect", "b")).stderr).toContain("cannot load b: failed to read run record");
  });

  it("lists newest first, and tells of what is no record", async () => {
    project
      .write(".harn-runs/a.json", run("a", "success"))
      .write(".harn-runs/b.json", run("bb", "success"))
      .write(".harn-runs/c.json", "{");
    const listed = await project.harn("runs", "list");
    expect(listed.status).toBe(0);
    expect(listed.stdout.split("\n").map((line) => line.split("  ")[2])).toEqual(["bb", "a", undefined]);
    expect(listed.stderr).toContain("c.json is no run record");
    const json = JSON.parse((await project.harn("runs", "list", "--json")).stdout) as { data: { runs: unknown[] } };
    expect(json.data.runs).toHaveLength(2);
  });

  it("lists nothing where no run was kept yet; a folder that is named has to be there", async () => {
    const empty = { status: 0, stdout: "", stderr: "no run records in .harn-runs\n" };
    expect(await project.harn("runs", "list")).toEqual(empty);
    const named = await project.harn("runs", "list", "elsewhere");
    expect([named.status, named.stderr]).toEqual([
      1,
      "error: cannot read elsewhere: No such file or directory (os error 2)\n",
    ]);
  });

  it("tries a captain under a ladder, and audits what it did", async () => {
    const event = (index: number, type: string, more: object = {}) =>
      JSON.stringify({ index, emitted_at_ms: index, frame_depth: 0, type, session_id: "s", ...more });
    const merge = { tool_call_id: "c", tool_name: "gh_merge", status: "pending", raw_input: {} };
    const ladder = (limit: number) =>
      `id = "l"\n[backend]\npath = "t.jsonl"\n[[timeout-tiers]]\nid = "slow"\nmax-model-calls = ${limit}\n`;
    project
      .write("t.jsonl", [event(0, "iteration_start", { iteration: 1 }), event(1, "iteration_end")].join("\n"))
      .write("bad.jsonl", [event(0, "tool_call", merge), event(1, "iteration_end")].join("\n"))
      .write("ladder.toml", ladder(1))
      .write("tight.toml", ladder(0));
    const passed = await project.harn("merge-captain", "ladder", "ladder.toml", "--report-out", "out/report.json");
    expect([passed.status, passed.stdout.split("\n")[1]]).toEqual([
      0,
      "- slow [default] correct tools=0 models=1 latency=1ms cost=$0.000000",
    ]);
    expect(JSON.parse(readFileSync(join(project.folder, "out/report.json"), "utf8"))).toMatchObject({ passed: 1 });
    const judged = await project.harn("eval", "tight.toml");
    expect([judged.status, judged.stdout.split("\n")[0]]).toEqual([
      1,
      "FAIL ladder 0 passed, 1 degraded/looped, 1 total",
    ]);
    const audited = await project.harn("merge-captain", "audit", "bad.jsonl");
    expect(audited.status).toBe(1);
    expect(audited.stdout).toContain("[error] unsafe_attempted_action: tool `gh_merge` requires prior approval gate");
    const swept = await project.harn("merge-captain", "run", "--backend", "replay", "t.jsonl");
    expect([swept.status, swept.stdout.split("\n").length, JSON.parse(swept.stderr)]).toMatchObject([
      0,
      3,
      { pass: true, backend: "replay" },
    ]);
    const mistaken = await project.harn("merge-captain", "run");
    expect([mistaken.status, mistaken.stderr]).toEqual([1, "error: --backend mock requires SOURCE, a playground\n"]);
  });

  it("inspects a run beside another", async () => {
    project.write("a.json", run("a", "success")).write("b.json", run("bb", "failed"));
    const { status, stdout } = await project.harn("runs", "inspect", "a.json", "--compare", "b.json");
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Run: a\n[\s\S]*\nDiff: bb -> a \[completed -> completed\]\nIdentical: false\nStage diffs: 1\n/,
    );
    expect(stdout).toContain("- plan [changed]\n  outcome: failed -> success\n");
  });

  it("compares two, with a status", async () => {
    project.write("a.json", run("a", "success")).write("b.json", run("a", "failed"));
    expect((await project.harn("runs", "diff", "a.json", "a.json")).stdout).toContain("Identical: true");
    const diff = await project.harn("runs", "diff", "a.json", "b.json");
    expect([diff.status, diff.stdout]).toEqual([
      1,
      expect.stringContaining("- plan [changed]\n  outcome: success -> failed\n"),
    ]);
  });
});

describe("harn orchestrator replay-oracle", () => {
  const trace = (name: string, second: unknown) => ({
    schema_version: "harn.orchestration.replay_trace.v1",
    name,
    first_run: { run_id: "a", trigger_firings: [1] },
    second_run: { run_id: "a", trigger_firings: [second] },
  });

  it("holds the traces of a folder to what they expect", async () => {
    project
      .write("traces/a.json", JSON.stringify(trace("same", 1)))
      .write("traces/deep/b.json", JSON.stringify(trace("other", 2)));
    const failed = await project.harn("orchestrator", "replay-oracle", "traces");
    expect(failed).toEqual({
      status: 1,
      stdout:
        "  PASS  same\n  FAIL  other\n    first divergence at /trigger_firings/0: values differ\n    left: 1\n    right: 2\n",
      stderr: "error: Replay oracle failed: 1 passed, 1 failed, 0 skipped\n",
    });
    const chosen = await project.harn("orchestrator", "replay-oracle", "traces", "--filter", "same");
    expect(chosen).toMatchObject({ status: 0, stdout: "  PASS  same\nReplay oracle passed: 1 passed, 1 skipped\n" });
    const json = await project.harn("orchestrator", "replay-oracle", "traces/a.json", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ passed: 1, failed: 0, fixtures: [{ name: "same", passed: true }] });
    expect(await project.harn("orchestrator", "replay-oracle", "nowhere")).toMatchObject({
      status: 1,
      stderr: "error: replay oracle target not found: nowhere\n",
    });
  });
});
