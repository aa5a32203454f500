import { describe, expect, test } from "vitest";
import { encodeJson, topicEvents } from "../eventlog/index.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { run } from "./testing/run.ts";

const say = "harness.stdio.println";

/** What each line of a pipeline gives. */
async function values(...expressions: readonly string[]): Promise<readonly string[]> {
  return (await run(expressions.map((expression) => `${say}(try { ${expression} })`).join("\n"))).lines.map((line) =>
    line.replace(/^Result\.Ok\((.*)\)$/, "$1"),
  );
}

function parkWorker(item: Readonly<Record<string, string>> = { handle: "worker_1", status: "suspended" }) {
  return (lifecycle: Lifecycle): void => {
    lifecycle.sources.suspendedSubagents = () => [item];
  };
}

const put = `fn put(id) {
  event_log.emit("trigger.inbox.envelopes", "event_ingested", {event: {id: id, provider: "p", kind: "k"}}, {trigger_id: "t", binding_key: "t@v1"})
}
`;

describe("the unsettled state", () => {
  test("lifecycle 14: of a fresh run is five empty lists", async () => {
    expect(await values("harness.unsettled_state()", "harness.summary()", "harness.is_empty()")).toEqual([
      "{in_flight_llm_calls: [], partial_handoffs: [], pool_pending_tasks: [], queued_triggers: [], suspended_subagents: []}",
      "no unsettled work",
      "true",
    ]);
  });

  test("lifecycle 15: in words, zeros and all", async () => {
    const state = "{suspended_subagents: [1], partial_handoffs: [1, 2], pool_pending_tasks: [1, 2, 3]}";
    expect(await values(`harness.summary(${state})`, `harness.is_empty(${state})`)).toEqual([
      "unsettled work: 1 suspended subagents, 0 queued triggers, 2 partial handoffs, 0 in-flight llm calls, 3 pool pending tasks",
      "false",
    ]);
  });

  test("lifecycle 16: a given state may lack buckets, but must be one", async () => {
    const none = "{in_flight: 0, partial: 0, pool_pending: 0, queued: 0, suspended: 0}";
    expect(
      await values(
        "harness.counts({})",
        'harness.counts("x")',
        "harness.counts({queued_triggers: 1})",
        "harness.counts(nil)",
      ),
    ).toEqual([
      none,
      "Result.Err(Type error: Harness unsettled-state helpers expect a state dict)",
      "Result.Err(Type error: unsettled-state field `queued_triggers` must be a list, got int)",
      "Result.Err(Type error: Harness unsettled-state helpers expect a state dict)",
    ]);
  });

  test("lists model calls while they are under way, and no longer", async () => {
    const seen: unknown[] = [];
    const body = `llm_mock({text: "hi"})
      llm_call("question", nil, {provider: "mock", model: "mock-1"})
      harness.counts().in_flight`;
    const { result } = await run(body, {
      prepare: (lifecycle, { models }) => {
        models.observe((event) => {
          if (event.kind === "model-call-start")
            seen.push(...lifecycle.sources.inFlightModelCalls(lifecycle.now() + 12));
        });
      },
    });
    expect(seen).toEqual([
      {
        call_id: expect.stringMatching(/^llm_call_/),
        model: "mock-1",
        role: "user",
        started_at_ms: 1_700_000_000_000,
        age_ms: 12,
      },
    ]);
    expect(result).toBe("0");
  });

  test("lifecycle 43: unknown methods are refused by name", async () => {
    expect(await values("harness.fly()")).toEqual([
      "Result.Err(Type error: value of type Harness has no method `fly`)",
    ]);
  });
});

describe("handoffs", () => {
  test("lifecycle 17: get an envelope and no audit entry", async () => {
    const { result, lifecycle } = await run(
      `let h = harness.handoff_to("p", {b: 1, a: 2})
      "\${h.status} \${h.envelope.envelope_id} \${h.envelope.payload_summary} \${h.envelope.from}"`,
    );
    expect(result).toBe("queued envelope_1 object(keys=a,b) nil");
    expect(lifecycle.audits.entries).toEqual([]);
  });

  test("lifecycle 18: are numbered together with audit entries", async () => {
    const { result, lifecycle } = await run(`harness.emit_audit("a")
      let h = harness.handoff_to("p")
      harness.emit_audit("b")
      h.envelope.envelope_id`);
    expect(result).toBe("envelope_2");
    expect(lifecycle.audits.entries.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, "a"],
      [3, "b"],
    ]);
  });

  test.each([
    ["nil", "nil"],
    ["true", "true"],
    ["1.5", "1.5"],
    ['"a" * 80', "a".repeat(80)],
    ['"ä" * 81', `${"ä".repeat(80)}...`],
    ["[1, [2, 3]]", "list(len=2)"],
    ["{}", "object(keys=)"],
    ["{f: 1, e: 1, d: 1, c: 1, b: 1, a: 1}", "object(keys=a,b,c,d,e,f)"],
    ["{g: 1, f: 1, e: 1, d: 1, c: 1, b: 1, a: 1}", "object(keys=a,b,c,d,e,f,...)"],
  ])("lifecycle 19: a payload of %s is summed up", async (payload, expected) => {
    expect((await run(`harness.handoff_to("p", ${payload}).envelope.payload_summary`)).result).toBe(expected);
  });

  test("lifecycle 20: are acknowledged once, which is on record", async () => {
    const { lines, lifecycle } = await run(`harness.handoff_to("p", 1)
      ${say}(harness.acknowledge_handoff("envelope_1", {ok: true}).status)
      ${say}(harness.acknowledge_handoff("envelope_1"))
      ${say}(harness.counts().partial)`);
    expect(lines).toEqual([
      "acknowledged",
      "{envelope_id: envelope_1, method: acknowledge_handoff, status: not_found}",
      "0",
    ]);
    expect(lifecycle.audits.entries).toEqual([
      {
        seq: 2,
        kind: "handoff_acknowledged",
        payload: { envelope_id: "envelope_1", decision: { ok: true } },
        pipeline_id: null,
      },
    ]);
  });

  test("lifecycle 21: need an envelope id, and a target", async () => {
    expect(
      await values('harness.acknowledge_handoff("")', "harness.acknowledge_handoff()", "harness.handoff_to()"),
    ).toEqual([
      "{method: acknowledge_handoff, reason: missing envelope id, status: rejected}",
      "{method: acknowledge_handoff, reason: missing envelope id, status: rejected}",
      "{method: handoff_to, reason: missing target pipeline argument, status: rejected}",
    ]);
  });

  test("lifecycle 23, 46: suspended workers block acknowledging, waiting ones as well; queued triggers do not", async () => {
    const body = `${put}pipeline main(task) {
      put("e1")
      harness.handoff_to("p")
      harness.acknowledge_handoff("envelope_1")
    }`;
    const refused =
      "{envelope_id: envelope_1, method: acknowledge_handoff, reason: HARN-DRN-001: cannot acknowledge handoff while suspended subagents remain, status: rejected}";
    expect((await run(body, { prepare: parkWorker() })).result).toBe(refused);
    const awaiting = { handle: "worker_2", status: "awaiting", reason: "awaiting_input", initiator: "pipeline" };
    expect((await run(body, { prepare: parkWorker(awaiting) })).result).toBe(refused);
    expect((await run(body)).result).toMatch(/status: acknowledged/);
  });
});

describe("triggers", () => {
  test("lifecycle 22, 41, triggers 38: are not acknowledged while a handoff is open, not even ones that do not exist", async () => {
    const { result, lifecycle } = await run(`pipeline_on_finish({ h, _v ->
      h.handoff_to("p")
      h.acknowledge_trigger("trigger://inbox/event-1")
    })`);
    expect(result).toBe(
      "{method: acknowledge_trigger, reason: HARN-DRN-001: cannot acknowledge trigger while suspended subagents remain, status: rejected, trigger_id: trigger://inbox/event-1}",
    );
    expect(lifecycle.audits.entries).toEqual([]);
  });

  test("lifecycle 46: nor while a worker is suspended", async () => {
    const { result } = await run('harness.acknowledge_trigger("trigger://x").status', { prepare: parkWorker() });
    expect(result).toBe("rejected");
  });

  test("lifecycle 24: one is acknowledged by a cancel request, and is gone then", async () => {
    const { lines, lifecycle } = await run(`${put}pipeline main(task) {
      put("e1")
      put("e2")
      ${say}(harness.acknowledge_trigger("trigger://t@v1/e1").status)
      ${say}(harness.unsettled_state().queued_triggers.map({ q -> q.id }))
      ${say}(harness.acknowledge_trigger("trigger://t@v1/e1"))
    }`);
    expect(lines).toEqual([
      "acknowledged",
      "[trigger://t@v1/e2]",
      "{method: acknowledge_trigger, status: not_found, trigger_id: trigger://t@v1/e1}",
    ]);
    expect(lifecycle.audits.entries.map((entry) => entry.kind)).toEqual(["trigger_acknowledged"]);
    const { log } = lifecycle;
    const requests = log === undefined ? [] : await topicEvents(log, "trigger.cancel.requests" as never);
    expect(requests.map(({ kind, payload }) => [kind, payload])).toEqual([
      [
        "dispatch_cancel_requested",
        {
          audit_id: null,
          binding_key: "t@v1",
          event_id: "e1",
          requested_at: "2023-11-14T22:13:20.000Z",
          requested_by: "pipeline_lifecycle",
        },
      ],
    ]);
  });

  test("lifecycle 25: one that is deferred is acknowledged and handed on, in this order", async () => {
    const { lines, lifecycle } = await run(`${put}pipeline main(task) {
      put("e1")
      let d = harness.defer_trigger("trigger://t@v1/e1", " ")
      ${say}("\${d.status} \${d.envelope.to} \${d.envelope.payload.deferred_trigger.event_id} \${d.acknowledgement.status}")
      ${say}(harness.defer_trigger("trigger://t@v1/e1").status)
      ${say}(harness.defer_trigger(""))
    }`);
    expect(lines).toEqual([
      "deferred deferred-triggers e1 acknowledged",
      "rejected",
      "{method: defer_trigger, reason: missing trigger id, status: rejected}",
    ]);
    expect(lifecycle.audits.entries.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, "trigger_acknowledged"],
      [3, "trigger_deferred"],
    ]);
  });
});

describe("waiting for a settlement", () => {
  test("lifecycle 26: ends at once when nothing is unsettled", async () => {
    const { result, elapsed } = await run("harness.wait_for_any_settlement(30s).status");
    expect([result, elapsed]).toEqual(["settled", 0]);
  });

  test("lifecycle 26: lasts until the time is up when nothing settles", async () => {
    const { result, elapsed } = await run(`harness.handoff_to("p")
      let r = harness.wait_for_any_settlement(2s)
      "\${r.status} \${r.timed_out} \${len(r.state.partial_handoffs)}"`);
    expect(result).toBe("unsettled true 1");
    expect(elapsed).toBe(2000);
  });

  test("lifecycle 26: ends when another task settles something, however much is left", async () => {
    const { result, elapsed } = await run(`harness.handoff_to("p")
      harness.handoff_to("q")
      let other = spawn {
        sleep(100)
        harness.handoff_to("r")
        harness.acknowledge_handoff("envelope_1")
      }
      let r = harness.wait_for_any_settlement(30s)
      "\${r.status} \${r.timed_out} \${len(r.state.partial_handoffs)}"`);
    expect(result).toBe("settled false 2");
    expect(elapsed).toBeLessThan(400);
  });

  test("lifecycle 26: sees what another process writes to the log", async () => {
    const { result, elapsed } = await run(`${put}pipeline main(task) {
      put("e1")
      let other = spawn {
        sleep(1000)
        event_log.emit("trigger.outbox", "dispatch_succeeded", {event_id: "e1", binding_key: "t@v1"})
      }
      harness.wait_for_any_settlement(30s).status
    }`);
    expect(result).toBe("settled");
    expect(elapsed).toBeLessThan(2000);
  });

  test("lifecycle 26: moves mocked time instead of hanging in it", async () => {
    const { result } = await run(`mock_time(1000)
      harness.handoff_to("p")
      let r = harness.wait_for_any_settlement(500ms)
      "\${r.timed_out} \${now_ms()}"`);
    expect(result).toBe("true 1500");
  });

  test("a deadline cuts it short", async () => {
    const { result, elapsed } = await run(`harness.handoff_to("p")
      try { deadline 100ms { harness.wait_for_any_settlement(30s) } }`);
    expect(result).toMatch(/Deadline exceeded/i);
    expect(elapsed).toBeLessThan(1000);
  });
});

describe("records", () => {
  test("lifecycle 27: finalize leaves a disposition for the host; the last one counts", async () => {
    const { lines, lifecycle } = await run(`${say}(harness.finalize({a: 1}))
      harness.finalize()
      harness.finalize({a: 2})`);
    expect(lines).toEqual([
      "{entry: {kind: pipeline_finalized, payload: {disposition: {a: 1}}, pipeline_id: nil, seq: 1}, method: finalize, status: finalized}",
    ]);
    expect(lifecycle.disposition).toEqual({ a: 2 });
    expect(lifecycle.audits.entries.map((entry) => entry.payload)).toEqual([
      { disposition: { a: 1 } },
      { disposition: null },
      { disposition: { a: 2 } },
    ]);
  });

  test("lifecycle 28: decisions are recorded, blocked or rewritten by hooks", async () => {
    const emit = 'harness.emit_audit("drain_decision", {action: "x", item: 7})';
    const withHook = (answer: string): string =>
      `clear_session_hooks()\nregister_session_hook("OnDrainDecision", { p -> ${answer} })\n${say}(${emit})\n`;
    const { lines } = await run(`${say}(${emit}.entry.payload)
      pipeline_on_finish({ _h, v ->
        ${withHook('{block: true, reason: "${p.action} ${p.item}"}')}
        ${withHook("{modify: {payload: {action: 9}}}")}
        ${withHook("nil")}
        ${withHook('throw "broken"')}
        v
      })`);
    expect(lines).toEqual([
      "{action: x, item: 7}",
      "{kind: drain_decision, method: emit_audit, reason: x 7, status: blocked}",
      "{entry: {kind: drain_decision, payload: {action: 9}, pipeline_id: nil, seq: 2}, method: emit_audit, status: recorded}",
      "{entry: {kind: drain_decision, payload: {action: x, item: 7}, pipeline_id: nil, seq: 3}, method: emit_audit, status: recorded}",
      "{error: Thrown: broken, kind: drain_decision, method: emit_audit, status: error}",
    ]);
  });

  test("lifecycle 37, event-log 37: are copied to the event log, with the pipeline's id if there is one", async () => {
    const mirrored = async (prepare: (lifecycle: Lifecycle) => void): Promise<readonly unknown[]> => {
      const { lifecycle } = await run('harness.emit_audit("custom", {n: 1})', { prepare });
      const { log } = lifecycle;
      const events = log === undefined ? [] : await topicEvents(log, "pipeline.lifecycle.audit" as never);
      return events.map(({ kind, headers, payload }) => [
        kind,
        Object.entries(headers).filter(([name]) => !name.startsWith("harn.")),
        encodeJson(payload),
      ]);
    };
    expect(await mirrored(() => {})).toEqual([
      [
        "lifecycle_audit",
        [
          ["kind", "custom"],
          ["seq", "1"],
        ],
        '{"kind":"custom","payload":{"n":1},"pipeline_id":null,"seq":1}',
      ],
    ]);
    const named = await mirrored((lifecycle) => {
      lifecycle.pipelineId = "run_42";
    });
    expect(named).toMatchObject([
      [
        "lifecycle_audit",
        [
          ["kind", "custom"],
          ["pipeline_id", "run_42"],
          ["seq", "1"],
        ],
        expect.any(String),
      ],
    ]);
  });

  test("lifecycle 38: taking them empties the list, and numbering goes on", async () => {
    const { lines } = await run(`harness.emit_audit("a")
      ${say}(len(pipeline_lifecycle_audit_log_snapshot()))
      ${say}(len(pipeline_lifecycle_audit_log_take()))
      ${say}(pipeline_lifecycle_audit_log_take())
      ${say}(harness.emit_audit("b").entry.seq)`);
    expect(lines).toEqual(["1", "1", "[]", "2"]);
  });

  test("tell the pipeline they belong to", async () => {
    const { result } = await run(
      '[harness.current_pipeline_id(), harness.emit_audit("a").entry.pipeline_id, harness.handoff_to("p").envelope.from]',
      {
        prepare: (lifecycle) => {
          lifecycle.pipelineId = "run_42";
        },
      },
    );
    expect(result).toBe("[run_42, run_42, run_42]");
  });
});

describe("subagents", () => {
  test("need a handle, and workers", async () => {
    expect(
      await values("harness.resume_subagent()", "harness.cancel_subagent()", 'harness.resume_subagent("w")'),
    ).toEqual([
      "Result.Err(Type error: Harness.resume_subagent expects a handle)",
      "Result.Err(Type error: Harness.cancel_subagent expects a handle)",
      expect.stringMatching(/^Result\.Err\(Runtime error: HARN-SUS-004: resume_agent: failed to load snapshot /),
    ]);
  });

  test("are resumed and cancelled by whoever runs them", async () => {
    const asked: unknown[] = [];
    const { result } = await run(
      '[harness.resume_subagent("w", nil), harness.resume_subagent("w"), harness.cancel_subagent("w")]',
      {
        prepare: (lifecycle) => {
          lifecycle.subagents = {
            resume: async (_context, handle, input) => {
              asked.push([handle, input]);
              return "running";
            },
            cancel: async () => "cancelled",
          };
        },
      },
    );
    expect(result).toBe("[running, running, cancelled]");
    expect(asked).toEqual([
      ["w", null],
      ["w", undefined],
    ]);
  });
});
