import { describe, expect, test } from "vitest";
import { inspectRecord, inspectRecordJson, loadRunRecord, RunRecorder, saveRunRecord } from "./index.ts";
import { testServices } from "./testing/services.ts";

const start = Date.UTC(2026, 1, 3, 4, 5, 6);

function recorder() {
  let now = start;
  const subject = new RunRecorder({
    id: "run_1",
    traceId: "trace_1",
    now: () => now,
    workflowId: "main.harn",
    task: "triage",
    metadata: { argv: ["--fast"] },
  });
  const wait = (milliseconds: number) => {
    now += milliseconds;
  };
  const call = (fields: Partial<Parameters<RunRecorder["modelCall"]>[0]> = {}) =>
    subject.modelCall({
      provider: "mock",
      model: "m-1",
      inputTokens: 100,
      outputTokens: 20,
      costUsd: 0.001,
      startedAt: now - 50,
      durationMs: 50,
      ...fields,
    });
  return { subject, wait, call };
}

describe("recording a run", () => {
  test("gathers sessions, model calls and tools", () => {
    const { call, subject, wait } = recorder();
    subject.agentEvent({ type: "iteration_start", session_id: "s-1", iteration: 1 });
    wait(50);
    call({ sessionId: "s-1" });
    subject.agentEvent({
      type: "tool_call",
      session_id: "s-1",
      tool_call_id: "call_1",
      tool_name: "read_file",
      raw_input: { path: "a" },
      status: "pending",
    });
    wait(12);
    subject.agentEvent({
      type: "tool_call_update",
      session_id: "s-1",
      tool_call_id: "call_1",
      tool_name: "read_file",
      status: "in_progress",
    });
    subject.agentEvent({
      type: "tool_call_update",
      session_id: "s-1",
      tool_call_id: "call_1",
      tool_name: "read_file",
      status: "completed",
      raw_output: { text: "# A" },
    });
    subject.agentEvent({
      type: "tool_call_update",
      session_id: "s-1",
      tool_call_id: "call_2",
      tool_name: "edit",
      status: "failed",
      error: "denied",
      duration_ms: 3,
    });
    subject.agentEvent({ type: "iteration_start", session_id: "s-1", iteration: 2 });
    subject.agentEvent({ type: "agent_message_chunk", session_id: "s-1", content: "all " });
    subject.agentEvent({ type: "agent_message_chunk", session_id: "s-1", content: "done" });
    call({ sessionId: "s-1", model: "m-2", costUsd: 0.5 });
    call();
    subject.agentEvent({ type: "session_closed", session_id: "s-1", reason: "completed", status: "closed" });
    wait(100);
    const run = subject.finish({ status: "completed", exitCode: 0 });

    expect(run).toMatchObject({
      _type: "run_record",
      id: "run_1",
      status: "completed",
      started_at: "2026-02-03T04:05:06.000Z",
      finished_at: "2026-02-03T04:05:06.162Z",
      usage: { input_tokens: 300, output_tokens: 60, call_count: 3, total_duration_ms: 150, models: ["m-1", "m-2"] },
      metadata: { argv: ["--fast"], trace_id: "trace_1", exit_code: 0 },
      completed_nodes: ["s-1"],
    });
    expect(run.usage?.total_cost).toBeCloseTo(0.502);
    expect(run.stages).toMatchObject([
      {
        id: "run_1:s-1:1",
        node_id: "s-1",
        kind: "agent",
        status: "completed",
        outcome: "completed",
        visible_text: "all done",
        usage: { call_count: 2 },
        metadata: {
          trace: {
            iterations: 2,
            llm_calls: 2,
            tool_executions: 1,
            tool_rejections: 1,
            tools_used: ["read_file", "edit"],
            successful_tools: ["read_file"],
          },
        },
      },
    ]);
    expect(run.tool_recordings).toMatchObject([
      {
        tool_name: "read_file",
        tool_use_id: "call_1",
        result: '{"text":"# A"}',
        is_rejected: false,
        duration_ms: 12,
        iteration: 1,
      },
      { tool_name: "edit", tool_use_id: "call_2", result: "denied", is_rejected: true, duration_ms: 3 },
    ]);
    expect(run.trace_spans.map(({ kind, name, parent_id, start_ms }) => [kind, name, parent_id, start_ms])).toEqual([
      ["llm_call", "m-1", 1, 0],
      ["tool_call", "read_file", 1, 50],
      ["tool_call", "edit", 1, 62],
      ["llm_call", "m-2", 1, 12],
      ["llm_call", "m-1", 1, 12],
      ["pipeline", "main.harn", null, 0],
    ]);
  });

  test("takes tool calls from the run-event bus as well", () => {
    const { subject, wait } = recorder();
    subject.emit({ event_type: "tool_call", call_id: "c", name: "grep", args: { b: 1, a: 2 }, started_at: "" });
    wait(5);
    subject.emit({ event_type: "tool_result", call_id: "c", ok: true, result: "x" });
    subject.emit({ event_type: "tool_result", call_id: "unknown", ok: true, result: "x" });
    subject.emit({ event_type: "stdout", payload: "not recorded" });
    expect(subject.snapshot().tool_recordings).toMatchObject([{ tool_name: "grep", result: "x", duration_ms: 5 }]);
  });

  test("run-records 48: hashes arguments whatever the order of their keys", () => {
    const hashes = [
      { b: 1, a: 2 },
      { a: 2, b: 1 },
      { a: 2, b: 2 },
    ].map((args) => {
      const { subject } = recorder();
      subject.emit({ event_type: "tool_call", call_id: "c", name: "grep", args, started_at: "" });
      subject.emit({ event_type: "tool_result", call_id: "c", ok: true, result: null });
      return subject.snapshot().tool_recordings[0]?.args_hash;
    });
    expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
    expect([hashes[0] === hashes[1], hashes[0] === hashes[2]]).toEqual([true, false]);
  });

  test("has a record at any time, and ends what is open with the run", () => {
    const { call, subject } = recorder();
    subject.agentEvent({ type: "iteration_start", session_id: "s-1", iteration: 1 });
    subject.agentEvent({
      type: "tool_call",
      session_id: "s-1",
      tool_call_id: "c",
      tool_name: "slow",
      raw_input: null,
      status: "pending",
    });
    call({ sessionId: "s-1", error: "overloaded", costUsd: 9 });
    expect(subject.snapshot()).toMatchObject({
      status: "running",
      finished_at: null,
      stages: [{ status: "running" }],
      usage: { total_cost: 0, call_count: 1 },
    });
    const run = subject.finish({ status: "failed", exitCode: 1, error: { code: "runtime", message: "error: boom" } });
    expect(run.stages).toMatchObject([{ status: "failed", metadata: { error: "overloaded" } }]);
    expect(run.tool_recordings).toMatchObject([
      { tool_name: "slow", is_rejected: true, result: "the run ended before the tool did" },
    ]);
    expect(run.metadata.error).toEqual({ code: "runtime", message: "error: boom" });
  });

  test("keeps questions to humans", () => {
    const { subject } = recorder();
    subject.agentEvent({
      type: "hitl_requested",
      session_id: "s-1",
      request_id: "q1",
      kind: "question",
      payload: { prompt: "Which env?" },
    });
    subject.agentEvent({ type: "hitl_requested", session_id: "s-1", request_id: "a1", kind: "approval", payload: {} });
    expect(subject.snapshot().hitl_questions).toMatchObject([{ request_id: "q1", prompt: "Which env?", agent: "s-1" }]);
  });
});

describe("inspecting a recorded run", () => {
  async function failedRun() {
    const { call, subject, wait } = recorder();
    subject.agentEvent({ type: "iteration_start", session_id: "planner", iteration: 1 });
    wait(1_500);
    call({ sessionId: "planner" });
    call({ sessionId: "planner", error: "overloaded" });
    subject.emit({ event_type: "tool_call", call_id: "c1", name: "grep", args: {}, started_at: "" });
    subject.emit({ event_type: "tool_result", call_id: "c1", ok: false, result: "no\nsuch file" });
    const { services } = testServices();
    const path = await saveRunRecord(
      subject.finish({ status: "failed", error: { code: "runtime", message: "error: boom\n --> main.harn:1:1" } }),
      services,
    );
    return loadRunRecord(path, services);
  }

  test("tells a person what happened", async () => {
    expect(inspectRecord(await failedRun())).toBe(
      [
        "Run: run_1",
        "Workflow: main.harn",
        "Status: failed",
        "Error: runtime: error: boom",
        "     --> main.harn:1:1",
        "Error: [planner] overloaded",
        "Task: triage",
        "Duration: 1.50 s",
        "Stages: 1",
        "Artifacts: 0",
        "Transitions: 0",
        "Checkpoints: 0",
        "HITL questions: 0",
        "Planner rounds: 0",
        "Research facts: 0",
        "Workers: 0",
        "Action graph: 2 nodes / 1 edges",
        "Transcript pointers: 1",
        "Daemon events: 0",
        "Pending nodes: -",
        "Replay fixture: embedded",
        "LLM calls: 2 (m-1)",
        "Tokens: 100 in / 20 out",
        "Cost: $0.001000",
        "Tool calls: 1 (1 failed)",
        "- llm mock/m-1 at +1.45 s: 50 ms, 100 in / 20 out, $0.001000",
        "- llm mock/m-1 at +1.45 s: failed after 50 ms: overloaded",
        "- tool grep [c1] 0 ms failed: no",
        "    such file",
        "- planner [agent] status=failed outcome=failed branch=-",
        "  duration: 1.50 s",
        "  llm: 2 calls, 100 in / 20 out, $0.001000",
        "- transcript LLM transcript sidecar [llm_jsonl] available=false /desk/.harn-runs/run_1-llm/llm_transcript.jsonl",
        "",
      ].join("\n"),
    );
  });

  test("tells a program the same", async () => {
    expect(inspectRecordJson(await failedRun())).toMatchObject({
      run_id: "run_1",
      status: "failed",
      duration_ms: 1500,
      usage: { call_count: 2, input_tokens: 100 },
      stages: [{ node_id: "planner", llm_calls: 2, duration_ms: 1500 }],
      llm_calls: [{ model: "m-1", error: null }, { error: "overloaded" }],
      tool_calls: [{ name: "grep", ok: false }],
      errors: [{ where: "run" }, { where: "planner", message: "overloaded" }],
    });
  });
});
