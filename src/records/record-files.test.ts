import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HostError, type HostFiles } from "../builtin/index.ts";
import { type Json, parseExactJson, topic } from "../eventlog/index.ts";
import {
  inspectRecord,
  loadRunRecord,
  normalizeRunRecord,
  type RecordServices,
  runRecord,
  saveRunRecord,
  transcriptSidecar,
} from "./index.ts";
import { testServices } from "./testing/services.ts";

const small: Json = {
  id: "run_1",
  workflow_id: "wf",
  task: "fix bug",
  status: "completed",
  started_at: "1769990400",
  stages: [
    {
      id: "s1",
      node_id: "plan",
      kind: "stage",
      status: "completed",
      outcome: "success",
      visible_text: "done",
      metadata: { worker: { id: "w1", name: "fixer", status: "completed" } },
    },
  ],
};

const reference = readFileSync(new URL("./fixtures/reference-workflow-run.json", import.meta.url), "utf8").trimEnd();

describe("a record of the reference", () => {
  test("reads and writes as the same text", () => {
    expect(runRecord.print(runRecord.read(parseExactJson(reference), ""), "")).toBe(reference);
  });

  test("loads with its observability derived to what it was", () => {
    const stored = runRecord.read(parseExactJson(reference), "");
    const { services } = testServices({ [`/desk/${stored.persisted_path}`]: reference });
    const loaded = loadRunRecord(stored.persisted_path ?? "", services);
    expect(loaded).toEqual(stored);
  });
});

describe("normalizing", () => {
  test("run-records 1: completes an empty record", async () => {
    const { services } = testServices();
    const run = await normalizeRunRecord({}, services);
    expect(run).toMatchObject({
      _type: "run_record",
      status: "running",
      started_at: "2026-02-03T04:05:06.000Z",
      workflow_id: "",
    });
    expect(run.id).toMatch(/^run_[0-9a-f-]{36}$/);
    expect(run.root_run_id).toBe(run.id);
    expect([run.replay_fixture?._type, run.observability?.schema_version]).toEqual(["replay_fixture", 4]);
    expect(run.policy).toEqual({
      tools: [],
      capabilities: {},
      workspace_roots: [],
      side_effect_level: null,
      recursion_limit: null,
      tool_arg_constraints: [],
      tool_annotations: {},
      sandbox_profile: "worktree",
    });
  });

  test("run-records 10: keeps an observability that is given", async () => {
    const { services } = testServices();
    const run = await normalizeRunRecord(
      { id: "r", observability: { schema_version: 9, research_fact_count: 7 } },
      services,
    );
    expect(run.observability).toMatchObject({ schema_version: 9, research_fact_count: 7, planner_rounds: [] });
  });

  test.each<[Json, string]>([
    [
      { stages: [{ status: 5 }] },
      "run_record parse error at stages[0].status: invalid type: integer `5`, expected a string | payload={",
    ],
    [{ stages: {} }, "run_record parse error at stages: invalid type: map, expected a sequence | payload="],
    [
      { usage: { total_cost: "x" } },
      'run_record parse error at usage.total_cost: invalid type: string "x", expected f64 | payload=',
    ],
    [
      { usage: { call_count: -1 } },
      "run_record parse error at usage.call_count: invalid value: integer `-1`, expected usize | payload=",
    ],
    [
      { persona_runtime: [{ budget: {} }] },
      "run_record parse error at persona_runtime[0].budget: missing field `spent_today_usd` | payload=",
    ],
    [
      { policy: { sandbox_profile: "moon" } },
      "run_record parse error at policy.sandbox_profile: unknown variant `moon`, expected one of `worktree`",
    ],
    [[], "run_record parse error at .: invalid type: sequence, expected struct RunRecord | payload=[]"],
  ])("run-records 2: refuses %j", async (json, message) => {
    await expect(normalizeRunRecord(json, testServices().services)).rejects.toThrow(message);
  });

  test("cuts the payload in errors between characters", async () => {
    const error = await normalizeRunRecord({ id: 5, task: "é".repeat(400) }, testServices().services).catch(
      (caught: Error) => caught,
    );
    const payload = (error as Error).message.split("payload=")[1] ?? "";
    expect(payload).toMatch(/^\{"id":5,"task":"é+\.\.\.$/);
    expect(new TextEncoder().encode(payload).length).toBeLessThanOrEqual(603);
  });

  test("run-records 35: a span names its parent by parent_id alone", async () => {
    const span = { trace_id: "t", span_id: 2, parent_span_id: 9, kind: "step", name: "n" };
    const { services } = testServices();
    const run = await normalizeRunRecord({ trace_spans: [span, { ...span, span_id: 3, parent_id: 2 }] }, services);
    expect(run.trace_spans.map(({ parent_id }) => parent_id)).toEqual([null, 2]);
    expect(runRecord.print(run, "")).not.toContain("cost_usd");
  });

  test("reads older names of keys", async () => {
    const run = await normalizeRunRecord(
      { child_runs: [{ worker_id: "w", approval_policy: { repeated_call_limit: 3 } }] },
      testServices().services,
    );
    expect(run.child_runs[0]?.approval_policy).toMatchObject({ repeat_limit: 3 });
  });
});

describe("saving and loading", () => {
  test("run-records 3, 4, 5: goes to the run folder under its id, and gives that path from the root on", async () => {
    const { files, services } = testServices();
    const run = await normalizeRunRecord(small, services);
    const before = JSON.stringify(run);
    expect(await saveRunRecord(run, services)).toBe(files.resolve(".harn-runs/run_1.json"));
    expect(JSON.stringify(run)).toBe(before);
    const text = files.readText(".harn-runs/run_1.json");
    expect(text.startsWith('{\n  "_type": "run_record",\n  "id": "run_1",')).toBe(true);
    expect(text.endsWith("}")).toBe(true);
    expect(JSON.parse(text).persisted_path).toBe(files.resolve(".harn-runs/run_1.json"));
    expect(files.list(".harn-runs").map((entry) => entry.name)).toEqual(["run_1.json"]);
  });

  test("run-records 4: makes the folders of a given path", async () => {
    const { services } = testServices();
    const path = await saveRunRecord(await normalizeRunRecord(small, services), services, "a/b/one.json");
    expect(loadRunRecord(path, services).persisted_path).toBe("a/b/one.json");
  });

  test("gives the same record back", async () => {
    const { services } = testServices();
    const path = await saveRunRecord(await normalizeRunRecord(small, services), services);
    const loaded = loadRunRecord(path, services);
    await saveRunRecord(loaded, services, path);
    expect(loadRunRecord(path, services)).toEqual(loaded);
    expect(loaded.child_runs).toMatchObject([
      { worker_id: "w1", worker_name: "fixer", parent_stage_id: "s1", status: "completed" },
    ]);
  });

  test("keeps keys that it does not know, at every level", async () => {
    const { files, services } = testServices({
      "/desk/in.json": '{"id":"r","stages":[{"node_id":"n","from_the_future":{"b":1.0,"a":2}}],"also":true}',
    });
    await saveRunRecord(loadRunRecord("in.json", services), services, "out.json");
    expect(JSON.parse(files.readText("out.json"))).toMatchObject({
      also: true,
      stages: [{ from_the_future: { a: 2, b: 1 } }],
    });
    expect(files.readText("out.json")).toContain('"b": 1.0');
  });

  test("run-records 8, 17, 18: keeps where a moved file came from, and looks beside where it is", () => {
    const { services } = testServices({
      "/desk/moved/r.json": '{"id":"r","persisted_path":"old/r.json"}',
      "/desk/moved/r-llm/llm_transcript.jsonl": [
        '{"type":"daemon_event","daemon_id":"d1","name":"watch","timestamp":"1","persist_path":"p"}',
        "garbage",
        "",
        '{"type":"message"}',
        '{"type":"daemon_event","daemon_id":"d1","name":"watch","kind":"stopped","timestamp":"2","persist_path":"p"}',
      ].join("\n"),
    });
    const run = loadRunRecord("moved/r.json", services);
    expect(run.persisted_path).toBe("old/r.json");
    expect(run.observability?.transcript_pointers).toMatchObject([
      { id: "run:llm_transcript", path: "moved/r-llm/llm_transcript.jsonl", available: true },
    ]);
    expect(run.observability?.daemon_events.map((event) => event.kind)).toEqual(["spawned", "stopped"]);
  });

  test("run-records 9, 10: does not make up what a file lacks, and derives what follows anew", () => {
    const { services } = testServices({
      "/desk/r.json": '{"observability":{"schema_version":1,"research_fact_count":5}}',
    });
    expect(loadRunRecord("r.json", services)).toMatchObject({
      id: "",
      status: "",
      started_at: "",
      root_run_id: null,
      observability: { schema_version: 4, research_fact_count: 0 },
    });
  });

  test("run-records 36: announces the saved state on the log", async () => {
    const { memory, services } = testServices();
    await saveRunRecord(await normalizeRunRecord(small, services), services);
    const [event] = memory.readRange(topic("observability.action_graph"), undefined, 5);
    expect(event?.kind).toBe("action_graph_update");
    expect(event?.headers).toMatchObject({ run_id: "run_1", workflow_id: "wf" });
    expect(event?.payload).toMatchObject({
      run_id: "run_1",
      persisted_path: services.files.resolve(".harn-runs/run_1.json"),
      status: "completed",
      observability: { schema_version: 4 },
    });
  });
});

describe("files that fail", () => {
  const failing = (services: RecordServices, failures: Partial<HostFiles>): RecordServices => {
    const files = new Proxy(services.files, {
      get(target, key: keyof HostFiles) {
        const member = failures[key] ?? target[key];
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    return { ...services, files };
  };
  const diskFull = (): never => {
    throw new HostError("ENOSPC", "No space left on device (os error 28)");
  };

  test("run-records 6: a full disk is named, and the old file stays whole", async () => {
    const { files, services } = testServices();
    const run = await normalizeRunRecord(small, services);
    const path = await saveRunRecord(run, services);
    const before = files.readText(path);
    await expect(
      saveRunRecord({ ...run, status: "failed" }, failing(services, { writeAtomic: diskFull }), path),
    ).rejects.toThrow("failed to persist run record: No space left on device (os error 28)");
    expect(files.readText(path)).toBe(before);
    expect(loadRunRecord(path, services).status).toBe("completed");
  });

  test("run-records 6: a folder that cannot be made is named", async () => {
    const { services } = testServices({ "/desk/file": "x" });
    const run = await normalizeRunRecord(small, services);
    await expect(saveRunRecord(run, services, "file/run.json")).rejects.toThrow(/^failed to create run directory: /);
  });

  test("nothing is written while the log cannot keep what the record rests on", async () => {
    const { files, services } = testServices();
    const run = await normalizeRunRecord(small, services);
    const log = {
      get: () => undefined,
      durable: () => Promise.reject(new Error("event log commit error: disk is full")),
    };
    await expect(saveRunRecord(run, { ...services, log: log as never }, "r.json")).rejects.toThrow(
      "failed to persist run record: event log commit error: disk is full",
    );
    expect(files.exists("r.json")).toBe(false);
  });

  test.each([
    ["absent.json", "failed to read run record: No such file or directory (os error 2)"],
    ["broken.json", "failed to parse run record: key must be a string at line 1 column 2"],
    ["half.json", "failed to parse run record: EOF while parsing"],
    ["wrong.json", "failed to parse run record: stages[0].node_id: invalid type: boolean `true`, expected a string"],
  ])("run-records 7: %s", (path, message) => {
    const { services } = testServices({
      "/desk/broken.json": "{oops",
      "/desk/half.json": '{"_type": "run_record", "id": "run_1", "sta',
      "/desk/wrong.json": '{"stages":[{"node_id":true}]}',
    });
    expect(() => loadRunRecord(path, services)).toThrow(message);
  });
});

test("run-records 17: sidecars lie beside their record", () => {
  expect(["x/run.json", "run.json", "a.b/run.tar.json", "plain", "dir/"].map(transcriptSidecar)).toEqual([
    "x/run-llm/llm_transcript.jsonl",
    "run-llm/llm_transcript.jsonl",
    "a.b/run.tar-llm/llm_transcript.jsonl",
    "plain-llm/llm_transcript.jsonl",
    undefined,
  ]);
});

test("inspection explains the reference's record", () => {
  const { services } = testServices({ "/desk/r.json": reference });
  const text = inspectRecord(loadRunRecord("r.json", services));
  expect(text).toContain("Status: completed\n");
  expect(text).toContain("Action graph: 2 nodes / 1 edges\n");
  expect(text).toContain("- a [stage] status=completed outcome=success branch=success\n");
  expect(text).toContain("LLM calls: 1 (mock)\nTokens: 728 in / 30 out\n");
});
