import { describe, expect, test } from "vitest";
import { drainBudget } from "./settlement/loop.ts";
import { run } from "./testing/run.ts";

const say = "harness.stdio.println";

const drain = 'import { on_finish_drain } from "std/lifecycle"\n';

function kinds(run: { readonly lifecycle: { readonly audits: { readonly entries: readonly { kind: string }[] } } }) {
  return run.lifecycle.audits.entries.map((entry) => entry.kind);
}

function settling(handoffs: number, more = ""): string {
  return `${more}
    for i in range(0, ${handoffs}) { harness.handoff_to("p", i) }
    let r = harness.spawn_settlement_agent(harness.unsettled_state(), "value")
    [r.status, r.iterations, r.items_processed, len(r.remaining.partial_handoffs), r.audit_count]`;
}

describe("the settlement loop", () => {
  test("lifecycle 31: settles one handoff in each round", async () => {
    const two = await run(settling(2));
    expect(two.result).toBe("[completed, 3, 2, 0, 5]");
    expect(kinds(two)).toEqual([
      "handoff_acknowledged",
      "drain_decision",
      "handoff_acknowledged",
      "drain_decision",
      "pipeline_finalized",
    ]);
  });

  test("lifecycle 31: gives up when the rounds are used up, and tells what remains", async () => {
    const six = await run(settling(6));
    expect(six.result).toBe("[exhausted, 5, 5, 1, 11]");
    expect(kinds(six).at(-1)).toBe("drain_unsettled_remaining");
    // The last round settled the last item: the state is that of the round's beginning.
    expect((await run(settling(5))).result).toBe("[completed, 5, 5, 1, 11]");
  });

  test("lifecycle 31: decides about a suspended worker again and again, as nothing settles it", async () => {
    const { result, lifecycle } = await run(settling(0), {
      prepare: (prepared) => {
        prepared.sources.suspendedSubagents = () => [{ handle: "worker_1", status: "suspended" }];
      },
    });
    expect(result).toBe("[exhausted, 5, 5, 0, 6]");
    expect(lifecycle.audits.entries[0]?.payload).toEqual({
      action: "cancel",
      item: {
        category: "suspended_subagent",
        id: "worker_1",
        summary: { handle: "worker_1", status: "suspended" },
      },
      reason: "default disposition: cancel suspended subagent at drain",
    });
  });

  test("lifecycle 39: takes the first item of every bucket in each round, pool tasks as they are", async () => {
    const task = {
      id: "pool_1_task_1",
      task_id: "pool_1_task_1",
      pool_id: "pool_1",
      pool_name: "reviews",
      status: "queued",
      priority: 0,
      key: null,
      idempotency_key: null,
      submitted_at: "0191",
      submitted_at_ms: 0,
      submitted_by: "task_root",
      started_at: null,
      age_ms: 0,
    };
    const { lines, lifecycle } = await run(
      `${say}(len(keys(harness.unsettled_state().pool_pending_tasks[0])))
      harness.spawn_settlement_agent({}, nil, 1)`,
      {
        prepare: (prepared) => {
          prepared.sources.poolPendingTasks = () => [task];
          prepared.sources.inFlightModelCalls = () => [{ call_id: "llm_call_1" }];
        },
      },
    );
    expect(lines).toEqual(["13"]);
    expect(lifecycle.audits.entries.slice(0, 2).map((entry) => entry.payload)).toMatchObject([
      { action: "drain", item: { category: "in_flight_llm_call", id: "llm_call_1" } },
      { action: "defer", item: { category: "pool_pending_task", id: "pool_1_task_1", summary: task } },
    ]);
  });

  test("is skipped when neither the live state nor the given one holds anything", async () => {
    expect((await run("harness.spawn_settlement_agent(nil, 4)")).result).toBe(
      "{audit_count: 0, budget: 5, items_processed: 0, iterations: 0, method: spawn_settlement_agent, remaining: {in_flight_llm_calls: [], partial_handoffs: [], pool_pending_tasks: [], queued_triggers: [], suspended_subagents: []}, return_value: 4, status: no_unsettled}",
    );
  });

  test.each([
    [0, 5],
    [-1, 5],
    ["x", 5],
    [1.5, 5],
    [null, 5],
    [50, 20],
    [3, 3],
    [{ drain_budget_iterations: 2 }, 2],
    [{}, 5],
  ])("lifecycle 32: a budget of %j is %i rounds", (options, rounds) => {
    expect(drainBudget(options)).toBe(rounds);
  });

  test("lifecycle 33: is active only while it runs", async () => {
    const tell = (event: string): string =>
      `register_session_hook("${event}", { _p -> ${say}("${event} \${__host_settlement_agent_active()}") })\n`;
    const { lines } = await run(settling(1, tell("PreDrain") + tell("OnDrainDecision") + tell("PostDrain")));
    expect(lines).toEqual(["PreDrain false", "OnDrainDecision true", "PostDrain false"]);
  });

  test("counts what it recorded even if a hook takes the entries", async () => {
    const { result } = await run(
      settling(2, 'register_session_hook("OnDrainDecision", { _p ->\npipeline_lifecycle_audit_log_take()\nnil\n})'),
    );
    expect(result).toBe("[completed, 3, 2, 0, 5]");
  });
});

describe("hooks of a settlement", () => {
  test("lifecycle 34: PreDrain can refuse it", async () => {
    const { result, lifecycle } = await run(`
      register_session_hook("PreDrain", { _p -> {block: true, reason: "no drain today"} })
      harness.handoff_to("p")
      harness.spawn_settlement_agent(harness.unsettled_state(), 1)`);
    expect(result).toBe("{method: spawn_settlement_agent, reason: no drain today, status: skipped}");
    expect(lifecycle.audits.entries).toEqual([]);
  });

  test("lifecycle 48: a list allows a decision", async () => {
    expect((await run(settling(1, 'register_session_hook("OnDrainDecision", { _p -> [] })'))).result).toBe(
      "[completed, 2, 1, 0, 3]",
    );
  });

  test("lifecycle 49: a block after a change counts, and the change does not", async () => {
    const run1 = await run(
      settling(
        1,
        `register_session_hook("OnDrainDecision", { _p -> {modify: {payload: {action: "first"}}} })
        register_session_hook("OnDrainDecision", { _p -> {block: true, reason: "second"} })`,
      ),
    );
    expect(kinds(run1)).toEqual(["handoff_acknowledged", "pipeline_finalized"]);
  });

  test("an error of PostDrain is the receipt's", async () => {
    const { result } = await run(`register_session_hook("PostDrain", { _p -> throw "broken" })
      harness.spawn_settlement_agent(nil, nil)`);
    expect(result).toBe("{error: Thrown: broken, method: spawn_settlement_agent, status: error}");
  });
});

describe("std/lifecycle", () => {
  test("lifecycle 29: on_finish_abandon keeps the value and notes what was left", async () => {
    const program = (handoff: string): string => `import { on_finish_abandon } from "std/lifecycle"
      pipeline main(task) {
        pipeline_on_finish(on_finish_abandon)
        ${handoff}
        "value"
      }`;
    const empty = await run(program(""));
    expect([empty.result, empty.lifecycle.audits.entries]).toEqual(["value", []]);
    const left = await run(program('harness.handoff_to("p")'));
    expect(left.result).toBe("value");
    expect(left.lifecycle.audits.entries).toMatchObject([
      {
        kind: "pipeline_abandoned_unsettled",
        payload: {
          counts: { partial: 1, queued: 0 },
          summary:
            "unsettled work: 0 suspended subagents, 0 queued triggers, 1 partial handoffs, 0 in-flight llm calls, 0 pool pending tasks",
        },
      },
    ]);
  });

  test("lifecycle 29, 30: on_finish_drain gives the receipt in place of the value", async () => {
    const program = (body: string): string => `${drain}pipeline main(task) {\npipeline_on_finish(${body})\n"value"\n}`;
    const empty = await run(program("on_finish_drain"));
    expect(empty.result).toBe("value");
    expect(empty.lifecycle.audits.entries).toMatchObject([
      { kind: "pipeline_finalized", payload: { reason: "no_unsettled" } },
    ]);
    const one = await run(
      program(`{ h, v ->
        h.handoff_to("p")
        let r = on_finish_drain(h, v)
        [r.status, r.iterations, r.return_value]
      }`),
    );
    expect(one.result).toBe("[completed, 2, value]");
  });

  test("lifecycle 42: two handoffs of the callback are both acknowledged", async () => {
    const two = await run(`${drain}pipeline main(task) {
      pipeline_on_finish({ h, v ->
        h.handoff_to("p")
        h.handoff_to("q")
        let r = on_finish_drain(h, v)
        [r.status, r.items_processed]
      })
    }`);
    expect(two.result).toBe("[completed, 2]");
    const { entries } = two.lifecycle.audits;
    const decisions = entries.filter((entry) => entry.kind === "drain_decision");
    expect(decisions).toHaveLength(2);
    expect(decisions[0]?.payload).toMatchObject({ action: "acknowledge", item: { category: "partial_handoff" } });
    expect(entries.filter((entry) => entry.kind === "pipeline_finalized")).toMatchObject([
      { payload: { reason: "drained" } },
    ]);
  });

  test("lifecycle 29: on_finish_block_until_settled waits, and falls back when the time is up", async () => {
    const program = (body: string): string => `import { on_finish_block_until_settled } from "std/lifecycle"
      pipeline main(task) {
        pipeline_on_finish(on_finish_block_until_settled(1s, { _h, v -> "fallback \${v}" }))
        ${body}
        "value"
      }`;
    const settled = await run(program(""));
    expect([settled.result, settled.elapsed]).toEqual(["value", 0]);
    expect(settled.lifecycle.audits.entries).toMatchObject([
      { kind: "pipeline_finalized", payload: { reason: "settled_within_timeout", timeout: "1s" } },
    ]);
    const inTime = await run(
      program(`harness.handoff_to("p")
        harness.handoff_to("q")
        let other = spawn {
          for id in ["envelope_1", "envelope_2"] {
            sleep(200)
            harness.acknowledge_handoff(id)
          }
        }`),
    );
    expect(inTime.result).toBe("value");
    expect(inTime.lifecycle.audits.entries.at(-1)).toMatchObject({ kind: "pipeline_finalized" });
    const late = await run(program('harness.handoff_to("p")'));
    expect([late.result, late.elapsed]).toEqual(["fallback value", 1000]);
    expect(late.lifecycle.audits.entries).toMatchObject([
      { kind: "settlement_timeout", payload: { timeout: "1s", result: { timed_out: true } } },
    ]);
  });

  test("lifecycle 29: on_finish_handoff_to hands on only what there is", async () => {
    const program = (body: string): string => `import { on_finish_handoff_to } from "std/lifecycle"
      pipeline main(task) {
        pipeline_on_finish({ h, v ->
          ${body}
          let cb = on_finish_handoff_to("night", {note: "n", origin: "mine"})
          let r = cb(h, v)
          v == r ? v : [r.status, r.envelope.to, r.envelope.payload.origin, keys(r.envelope.payload)]
        })
        "value"
      }`;
    const empty = await run(program(""));
    expect(empty.result).toBe("value");
    expect(empty.lifecycle.audits.entries).toMatchObject([
      { payload: { reason: "no_unsettled", handoff_skipped: "night" } },
    ]);
    expect((await run(program('h.handoff_to("first")'))).result).toBe(
      "[queued, night, mine, [note, origin, unsettled]]",
    );
  });

  test("helpers take nil and lacking buckets", async () => {
    const { result } = await run(`import { counts, is_empty, summary } from "std/lifecycle"
      pipeline main(task) { [counts(nil).queued, is_empty({}), summary(nil), is_empty({queued_triggers: [1]})] }`);
    expect(result).toBe("[0, true, no unsettled work, false]");
  });
});

describe("std/lifecycle/combinators", () => {
  const program = (
    body: string,
  ): string => `import { compose, first_available, if_unsettled, when, with_telemetry, with_timeout } from "std/lifecycle/combinators"
    fn call(cb, h, v) { return cb(h, v) }
    pipeline main(task) {
      let add = { _h, x -> x + 1 }
      let none = { _h, _x -> nil }
      ${body}
    }`;

  test("lifecycle 35: with_timeout takes equal for in time, greater for late", async () => {
    const { result } = await run(
      program(`mock_time(1000000)
      let slow = { _h, x ->
        advance_time(300)
        x
      }
      [call(with_timeout(slow, 300), harness, 7), call(with_timeout(slow, 299), harness, 7), call(with_timeout(slow, 100ms), harness, 7).timeout_ms]`),
    );
    expect(result).toBe("[7, {__timed_out: true, elapsed_ms: 300, return_value: 7, timeout_ms: 299}, 100]");
  });

  test("lifecycle 36: edge cases pass the value through", async () => {
    const { result } = await run(
      program(`let before = call(if_unsettled(add), harness, 1)
      harness.handoff_to("p")
      [before, call(if_unsettled(add), harness, 1), call(when({ _h, x -> x > 5 }, add), harness, 1), call(compose([]), harness, 1), call(compose("x"), harness, 1), call(compose([add, add]), harness, 1), call(first_available([]), harness, 1), call(first_available([none, add]), harness, 1)]`),
    );
    expect(result).toBe("[1, 2, 1, 1, 1, 3, nil, 2]");
  });

  test("with_telemetry puts start and end on record", async () => {
    const { lifecycle, result } = await run(
      program(`try { call(with_telemetry({ _h, _v -> throw {message: "bad"} }, "span"), harness, 1) }
      call(with_telemetry(add, 5), harness, 1)`),
    );
    expect(result).toBe("2");
    expect(lifecycle.audits.entries.map(({ kind, payload }) => [kind, payload])).toEqual([
      ["span_started", {}],
      ["span_errored", { error: "bad" }],
      ["lifecycle_callback_started", {}],
      ["lifecycle_callback_completed", { result_summary: "int:2" }],
    ]);
  });
});
