import { describe, expect, test } from "vitest";
import { type EventInput, type Json, topic } from "../eventlog/index.ts";
import {
  diffRuns,
  evaluateRun,
  fixtureOfRun,
  loadRunTree,
  normalizeRunRecord,
  type ReplayFixture,
  replayFixture,
  saveRunRecord,
} from "./index.ts";
import { testServices } from "./testing/services.ts";

const stage = (id: string, fields: Record<string, Json> = {}): Json => ({
  id,
  node_id: id,
  kind: "stage",
  status: "completed",
  outcome: "success",
  ...fields,
});

async function normalized(json: Json) {
  const { services } = testServices();
  return await normalizeRunRecord(json, services);
}

describe("child runs", () => {
  test("run-records 11, 12, 13, 14: are made of the workers that stages name, and fill the gaps of known ones", async () => {
    const audit = { session_id: "sess", mutation_scope: "read_only", approval_policy: "broken" };
    const run = await normalized({
      id: "run_p",
      child_runs: [
        { worker_id: "w1", worker_name: "", task: "kept task", status: "running", started_at: "5", run_path: null },
      ],
      stages: [
        stage("s1", {
          metadata: {
            worker: {
              id: "w1",
              name: "named",
              status: "completed",
              task: "other",
              started_at: "9",
              child_run_id: "run_c",
              child_run_path: "child.json",
              audit,
            },
          },
        }),
        stage("s2", { metadata: { worker: { id: "w2" } } }),
        stage("s3", {
          metadata: { worker: { id: "w2", name: "late name", task: "late task", child_run_id: "run_d" } },
        }),
        stage("", { metadata: { worker: { id: "w3", name: "no stage" } } }),
        stage("s5", { metadata: { worker: { id: "", name: "empty id" } } }),
        stage("s6", { metadata: { worker: { name: "no id" } } }),
        stage("s7", { metadata: { worker: "not a dict" } }),
      ],
    });
    const shown = run.child_runs.map((c) => [
      c.worker_id,
      c.worker_name,
      c.parent_stage_id,
      c.task,
      c.status,
      c.started_at,
      c.run_id,
      c.run_path,
      c.session_id,
    ]);
    expect(shown).toEqual([
      ["w1", "named", "s1", "kept task", "running", "5", "run_c", "child.json", "sess"],
      ["w2", "worker", "s2", "late task", "completed", "", "run_d", null, null],
      ["w3", "no stage", null, "", "completed", "", null, null, null],
    ]);
    expect(run.child_runs[0]?.approval_policy).toBeNull();
  });

  test("run-records 34: nest as a tree, with what is missing told, and without going round", async () => {
    const { services } = testServices();
    const save = async (id: string, children: Json[], path: string) =>
      saveRunRecord(await normalizeRunRecord({ id, child_runs: children }, services), services, path);
    await save("parent", [{ worker_id: "w1", run_path: "child.json" }, { worker_id: "w2" }], "parent.json");
    await save(
      "child",
      [
        { worker_id: "w9", run_path: "gone.json" },
        { worker_id: "w8", run_path: "parent.json" },
      ],
      "child.json",
    );
    expect(loadRunTree("parent.json", services)).toMatchObject({
      kind: "run",
      run: { id: "parent" },
      children: [
        {
          kind: "run",
          run: { id: "child" },
          children: [
            { kind: "missing", worker: { worker_id: "w9" } },
            { kind: "missing", worker: { worker_id: "w8" } },
          ],
        },
        { kind: "missing", worker: { worker_id: "w2" } },
      ],
    });
  });
});

describe("questions to humans", () => {
  const asked = (
    id: string,
    run: string | null,
    prompt: string,
    at: string,
    extra: Partial<EventInput> = {},
  ): EventInput => ({
    kind: "hitl.question_asked",
    headers: { request_id: id },
    payload: { request_id: id, agent: "", trace_id: `trace_${id}`, run_id: run, requested_at: at, payload: { prompt } },
    ...extra,
  });

  test("run-records 15, 16: are merged from the log in the order of their asking", async () => {
    const { memory, services } = testServices();
    const log = topic("hitl.questions");
    memory.append(log, asked("q2", "run_q", "Second?", "2026-01-02"));
    memory.append(log, asked("q1", "run_q", "First?", "2026-01-01"));
    memory.append(log, asked("other", "run_other", "Not mine?", "2026-01-01"));
    memory.append(log, asked("blank", "run_q", "", "2026-01-01"));
    memory.append(log, asked("", "run_q", "No id?", "2026-01-01", { headers: {} }));
    memory.append(
      log,
      asked("byheader", null, "By header?", "2026-01-03", { headers: { request_id: "byheader", run_id: "run_q" } }),
    );
    memory.append(log, asked("resp", "run_q", "A response?", "2026-01-01", { kind: "hitl.response_received" }));
    const stored = [
      { request_id: "q1", prompt: "stale", asked_at: "1999" },
      { request_id: "kept", prompt: "Only stored?", asked_at: "2030" },
    ];
    const run = await normalizeRunRecord({ id: "run_q", hitl_questions: stored }, services);
    expect(run.hitl_questions.map(({ request_id, prompt, asked_at }) => `${request_id} ${prompt} ${asked_at}`)).toEqual(
      ["q1 First? 2026-01-01", "q2 Second? 2026-01-02", "byheader By header? 2026-01-03", "kept Only stored? 2030"],
    );
  });

  test("run-records 15: are read beyond the first page", async () => {
    const { memory, services } = testServices();
    for (let n = 0; n < 600; n++)
      memory.append(topic("hitl.questions"), asked(`q${n}`, "r", `Question ${n}?`, "2026-01-01"));
    expect((await normalizeRunRecord({ id: "r" }, services)).hitl_questions).toHaveLength(600);
  });
});

describe("planner rounds and compactions", () => {
  const data = {
    trace: { iterations: 2, llm_calls: 3, tool_executions: 1, tool_rejections: -4, compactions: 1.5 },
    tools: { calls: ["read", "edit"], successful: ["read", 5] },
    task_ledger: {
      root_task: "fix",
      rationale: "because",
      deliverables: [
        { id: "d1", text: "one", status: "open" },
        { id: "d2", text: "two", status: "done" },
        { id: "d3", text: "three", status: "blocked" },
      ],
      observations: ["fact a", "fact b"],
    },
  };
  const metadata = {
    mode: "auto",
    strategy: "truncate",
    archived_messages: 4,
    estimated_tokens_before: 90,
    estimated_tokens_after: -1,
    snapshot_asset_id: "snap1",
  };

  test("run-records 19, 20, 26, 27, 51: are read from what stages left", async () => {
    const run = await normalized({
      stages: [
        stage("plan", {
          artifacts: [
            { id: "a0", kind: "note" },
            { id: "a1", kind: "plan", data },
          ],
          transcript: {
            id: "tr1",
            assets: [{ id: "snap1" }],
            events: [{ id: "c1", kind: "compaction", metadata }, { id: "c2", kind: "compaction" }, { kind: "message" }],
          },
        }),
        stage("quiet", { artifacts: [{ id: "a2", kind: "plan", data: { trace: {} } }] }),
      ],
    });
    const seen = run.observability;
    expect(seen?.planner_rounds).toHaveLength(1);
    expect(seen?.planner_rounds[0]).toMatchObject({
      iteration_count: 2,
      llm_call_count: 3,
      tool_execution_count: 1,
      tool_rejection_count: 0,
      compaction_count: 0,
      tools_used: ["read", "edit"],
      successful_tools: ["read"],
      task_ledger: { blocking_count: 2 },
      research_facts: ["fact a", "fact b"],
    });
    expect(seen?.research_fact_count).toBe(2);
    expect(seen?.compaction_events).toMatchObject([
      {
        id: "c1",
        strategy: "truncate",
        archived_messages: 4,
        estimated_tokens_after: 0,
        snapshot_location: "run.stages[plan].transcript.assets[snap1]",
        available: true,
        instruction_mode: "",
      },
      { id: "c2", snapshot_location: "run.stages[plan].transcript", available: false },
    ]);
    expect(seen?.transcript_pointers.map(({ id, location }) => `${id} ${location}`)).toEqual([
      "stage:plan:transcript run.stages[plan].transcript",
    ]);
  });
});

describe("the action graph", () => {
  const trigger = {
    id: "evt_1",
    provider: "github",
    kind: "push",
    received_at: "2026-05-01T10:00:00Z",
    occurred_at: null,
    dedupe_key: "d-1",
    trace_id: "trace_9",
    signature_status: { state: "verified" },
  };
  const edgesOf = (run: Awaited<ReturnType<typeof normalized>>) =>
    run.observability?.action_graph_edges.map(
      (edge) => `${edge.from_id} -${edge.kind}${edge.label === null ? "" : `(${edge.label})`}-> ${edge.to_id}`,
    );

  test("run-records 21, 24: runs from the run over its stages to its workers", async () => {
    const run = await normalized({
      id: "r",
      stages: [
        stage("check", { kind: "condition" }),
        stage("work", { metadata: { worker: { id: "w1", name: "fixer" } } }),
      ],
      transitions: [
        { from_stage_id: "check", to_node_id: "work", branch: "yes" },
        { from_node_id: "work", to_node_id: "check" },
        { to_node_id: "work" },
        { to_node_id: "nowhere" },
      ],
    });
    expect(run.observability?.action_graph_nodes.map((node) => `${node.id} ${node.kind}`)).toEqual([
      "run:r run",
      "stage:check predicate",
      "stage:work stage",
      "worker:w1 worker",
    ]);
    expect(edgesOf(run)).toEqual([
      "stage:check -predicate_gate(yes)-> stage:work",
      "stage:work -transition-> stage:check",
      "run:r -transition-> stage:work",
      "stage:work -delegates(fixer)-> worker:w1",
    ]);
  });

  test("run-records 22, 23: hangs off the event that started the run, and off the original of a replay", async () => {
    const run = await normalized({
      id: "r",
      stages: [stage("a")],
      metadata: { trigger_event: trigger, replay_of_event_id: "evt_0" },
    });
    expect(edgesOf(run)).toEqual([
      "trigger:evt_0 -replay_chain(replay chain)-> trigger:evt_1",
      "run:r -entry(evt_1)-> trigger:evt_1",
      "trigger:evt_1 -trigger_dispatch-> stage:a",
    ]);
    const nodes = run.observability?.action_graph_nodes ?? [];
    expect(nodes.map(({ label, status, outcome }) => [label, status, outcome])).toContainEqual([
      "github:push (original evt_0)",
      "historical",
      "replayed_from",
    ]);
    expect(new Set(nodes.map((node) => node.trace_id))).toEqual(new Set(["trace_9"]));
  });

  test("takes an incomplete event for none", async () => {
    const { occurred_at: _left, ...incomplete } = trigger;
    expect(
      edgesOf(await normalized({ id: "r", stages: [stage("a")], metadata: { trigger_event: incomplete } })),
    ).toEqual(["run:r -entry-> stage:a"]);
  });
});

describe("verification", () => {
  test.each<[Record<string, Json>, boolean | null, string | null]>([
    [{ verification: { pass: false } }, false, '{"pass":false}'],
    [{ verification: { success: true }, status: "failed" }, true, '{"success":true}'],
    [{ verification: { ok: true } }, true, '{"ok":true}'],
    [{ kind: "verify", status: "failed", visible_text: "no luck" }, false, "no luck"],
    [{ kind: "verify", status: "running", outcome: "", visible_text: "  " }, null, null],
  ])("run-records 25: %j", async (fields, passed, summary) => {
    const run = await normalized({ stages: [stage("v", fields)] });
    expect(run.observability?.verification_outcomes).toMatchObject([{ passed, summary }]);
  });
});

describe("differences", () => {
  const one = { id: "a", status: "completed", started_at: "1", stages: [stage("act", { branch: "x" })] };
  const tool = (result: string): Json => ({ tool_name: "grep", args_hash: "h", result });

  test("run-records 31: are none between a run and itself", async () => {
    const run = await normalized(one);
    expect(diffRuns(run, run)).toMatchObject({
      identical: true,
      stage_diffs: [],
      tool_diffs: [],
      observability_diffs: [],
    });
  });

  test("run-records 31: name changed, added and removed stages", async () => {
    const [left, right, empty] = [
      await normalized(one),
      await normalized({ ...one, status: "failed", stages: [stage("act", { status: "failed", outcome: "error" })] }),
      await normalized({ ...one, stages: [] }),
    ];
    expect(diffRuns(left, right)).toMatchObject({
      identical: false,
      status_changed: true,
      left_status: "completed",
      right_status: "failed",
      stage_diffs: [
        {
          node_id: "act",
          change: "changed",
          details: ["status: completed -> failed", "outcome: success -> error", 'branch: Some("x") -> None'],
        },
      ],
    });
    expect(diffRuns(empty, left).stage_diffs).toEqual([
      { node_id: "act", change: "added", details: ["stage missing from left run"] },
    ]);
    expect(diffRuns(left, empty).stage_diffs).toEqual([
      { node_id: "act", change: "removed", details: ["stage missing from right run"] },
    ]);
    expect(diffRuns(left, empty).observability_diffs).toEqual([
      { section: "action_graph", label: "shape", details: ["nodes/edges: 2/1 -> 1/0"] },
    ]);
  });

  test("run-records 32: name a tool's differing result once, and one that only one run has", async () => {
    const [left, right] = [
      await normalized({ ...one, tool_recordings: [tool("a"), tool("b")] }),
      await normalized({ ...one, tool_recordings: [tool("c")] }),
    ];
    expect(diffRuns(left, right).tool_diffs).toEqual([
      { tool_name: "grep", args_hash: "h", result_changed: true, left_result: "b", right_result: "c" },
    ]);
    expect(diffRuns(left, await normalized(one)).tool_diffs).toMatchObject([{ left_result: "b", right_result: null }]);
  });

  test("count what only grew", async () => {
    const grown = { ...one, transitions: [{ to_node_id: "nowhere" }], checkpoints: [{}, {}] };
    expect(diffRuns(await normalized(one), await normalized(grown))).toMatchObject({
      identical: false,
      transition_count_delta: 1,
      checkpoint_count_delta: 2,
    });
  });
});

describe("fixtures of clarifying questions", () => {
  const judged = async (prompts: readonly string[], spec: Record<string, Json>) => {
    const hitl_questions = prompts.map((prompt, at) => ({ request_id: `q${at}`, prompt }));
    const run = await normalized({ status: "completed", hitl_questions });
    const fixture = { eval_kind: "clarifying_question", expected_status: "completed", clarifying_question: spec };
    return evaluateRun(run, replayFixture.read(fixture, "")).failures;
  };

  test("run-records 33: count the questions, and compare their words alone", async () => {
    expect(await judged([], {})).toEqual(["expected at least 1 clarifying question(s), got 0"]);
    expect(await judged(["a?", "b?"], {})).toEqual(["expected at most 1 clarifying question(s), got 2"]);
    expect(await judged(["WHICH  environment, please?"], { expected_question: "which environment please" })).toEqual(
      [],
    );
    expect(await judged(["Which one?"], { required_terms: ["environment"] })).toEqual([
      'no clarifying question matched fixture; actual questions: "Which one?"',
    ]);
  });
});

describe("replay fixtures", () => {
  const base = {
    id: "r",
    status: "completed",
    stages: [stage("plan", { visible_text: "😀".repeat(100), branch: "ok", artifacts: [{ kind: "plan" }] })],
  };

  test("run-records 29, 30: pass against their own run, with at most eighty characters of text", async () => {
    const { services } = testServices();
    const run = await normalizeRunRecord(base, services);
    const fixture = fixtureOfRun(run, services);
    expect(evaluateRun(run, fixture)).toEqual({ pass: true, failures: [], stage_count: 1 });
    expect([...(fixture.stage_assertions[0]?.visible_text_contains ?? "")]).toHaveLength(80);
  });

  test("run-records 29: name every difference", async () => {
    const { services } = testServices();
    const fixture = fixtureOfRun(await normalizeRunRecord(base, services), services);
    const changed = await normalizeRunRecord(
      {
        id: "r",
        status: "failed",
        stages: [stage("plan", { outcome: "error", status: "failed", visible_text: "other" })],
      },
      services,
    );
    expect(evaluateRun(changed, fixture).failures).toEqual([
      "run status mismatch: expected completed, got failed",
      "stage plan status mismatch: expected completed, got failed",
      "stage plan outcome mismatch: expected success, got error",
      'stage plan branch mismatch: expected Some("ok"), got None',
      "stage plan missing artifact kind plan",
      `stage plan visible text does not contain expected snippet "${"😀".repeat(80)}"`,
    ]);
    expect(evaluateRun(await normalizeRunRecord({ id: "r", status: "completed" }, services), fixture).failures).toEqual(
      ["missing stage plan"],
    );
  });

  test.each<[string[], Partial<NonNullable<ReplayFixture["clarifying_question"]>>, string[]]>([
    [[], { expected_question: "Which city?" }, ["expected at least 1 clarifying question(s), got 0"]],
    [["Which city?"], { expected_question: "which CITY" }, []],
    [
      ["Which city?", "Which day?"],
      { expected_question: "Which city?" },
      ["expected at most 1 clarifying question(s), got 2"],
    ],
    [["Which city?", "Which day?"], { max_questions: 2, required_terms: ["day"] }, []],
    [["What town?"], { accepted_questions: ["Which city?", "What town"] }, []],
    [
      ["Which city do you hate?"],
      { forbidden_terms: ["hate"] },
      ['no clarifying question matched fixture; actual questions: "Which city do you hate?"'],
    ],
    [["Anything"], {}, []],
  ])("clarifying questions %j by %j", async (prompts, spec, failures) => {
    const run = await normalized({
      status: "completed",
      hitl_questions: prompts.map((prompt, index) => ({ request_id: `q${index}`, prompt, asked_at: `${index}` })),
    });
    const fixture = replayFixture.read(
      { eval_kind: "clarifying_question", expected_status: "completed", clarifying_question: spec as Json },
      "",
    );
    expect(evaluateRun(run, fixture).failures).toEqual(failures);
  });
});
