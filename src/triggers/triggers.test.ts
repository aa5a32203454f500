import { describe, expect, test } from "vitest";
import { run as runProgram } from "../lifecycle/testing/run.ts";
import { scenarios } from "./harness/scenarios.ts";

const say = "harness.stdio.println";

async function lines(body: string): Promise<readonly string[]> {
  const kinds = `fn kinds(topic) {
    let events = event_log.subscribe(topic)
    return (1 to event_log.latest(topic)).map({ _n -> events.next().value.kind }).to_list()
  }`;
  const { lines, result } = await runProgram(`${kinds}\n${body}`);
  return result.startsWith("error:") ? [...lines, result] : lines;
}

const register = (id: string, handler: string, more = ""): string =>
  `trigger_register({id: "${id}", kind: "k", provider: "webhook", events: ["k"], handler: ${handler}${more}})`;
const fire = (id: string, event = "evt"): string =>
  `trigger_fire("${id}", {provider: "webhook", kind: "k", id: "${event}"})`;
const once = ', retry: {max: 1, backoff: "immediate"}';
const kinds = (topic: string): string => `kinds("${topic}")`;
const request = (key: string, event: string, at = '"2026-05-01T10:00:00Z"'): string =>
  `event_log.emit("trigger.cancel.requests", "dispatch_cancel_requested",
    {binding_key: "${key}", event_id: "${event}", requested_at: ${at}, requested_by: "op", audit_id: nil})`;

describe("registration", () => {
  test("triggers 6, 47: an id is taken for good", async () => {
    expect(await lines(`${register("a", "{ _e -> 1 }")}\n${say}(try { ${register("a", "{ _e -> 2 }")} })`)).toEqual([
      "Result.Err(Runtime error: trigger stdlib: duplicate trigger id 'a')",
    ]);
  });

  test.each(["persona://x", "foo", "ftp://somewhere"])("triggers 46: the handler %s is refused", async (handler) => {
    expect(await lines(`${say}(try { ${register("a", `"${handler}"`)} })`)).toEqual([
      "Result.Err(Runtime error: trigger_register: `handler` string must use `a2a://` or `worker://` URI syntax)",
    ]);
  });
});

describe("firing", () => {
  test("triggers 9: provider and kind are needed, the rest has defaults", async () => {
    const body = `let h = ${register("a", "{ e -> [e.id, e.dedupe_key, e.trace_id, e.tenant_id, e.headers, e.signature_status.state] }")}
      let r = trigger_fire(h, {provider: "webhook", kind: "k"}).result
      ${say}([starts_with(r[0], "trigger_evt_"), starts_with(r[1], "synthetic:webhook:k:"), starts_with(r[2], "trace_"), r[3], r[4], r[5]])
      ${say}(try { trigger_fire(h, {kind: "k"}) })
      ${say}(try { trigger_fire(h, {provider: "webhook"}) })`;
    expect(await lines(body)).toEqual([
      "[true, true, true, nil, {}, unsigned]",
      "Result.Err(Runtime error: trigger_fire: trigger event is missing string field `provider`)",
      "Result.Err(Runtime error: trigger_fire: trigger event is missing string field `kind`)",
    ]);
  });

  test("triggers 10: a closure's result comes back, and the outbox tells of it", async () => {
    expect(
      await lines(`${register("a", "{ _e -> {ok: true} }")}
        let d = ${fire("a")}
        ${say}("\${d.status} \${d.result}")
        ${say}(${kinds("trigger.outbox")})`),
    ).toEqual(["dispatched {ok: true}", "[dispatch_started, dispatch_succeeded]"]);
  });

  test("triggers 11: a predicate that says no keeps the handler from running", async () => {
    const body = `${register("a", `{ _e -> ${say}("ran") }`, ", when: { _e -> false }")}
      ${say}(${fire("a")}.status)
      let skipped = event_log.subscribe("trigger.outbox").next().value
      ${say}("\${skipped.kind} \${skipped.payload.skip_stage} \${skipped.payload.detail}")`;
    expect(await lines(body)).toEqual(["dispatched", "dispatch_skipped predicate {predicate: <closure>, reason: nil}"]);
  });

  test("triggers 12: two attempts, one wait, a dead letter", async () => {
    const body = `${register("a", '{ _e -> throw "bang" }', ', retry: {max: 2, backoff: "immediate"}')}
      let d = ${fire("a")}
      ${say}("\${d.status} \${d.error}")
      ${say}(${kinds("trigger.attempts")})`;
    expect(await lines(body)).toEqual(["dlq bang", "[attempt_recorded, retry_scheduled, attempt_recorded]"]);
  });

  test("triggers 15, 16: a replay that succeeds resolves the dead letter", async () => {
    const body = `let healthy = atomic(0)
      ${register(
        "a",
        `{ _e ->
        if atomic_get(healthy) == 0 { throw "down" }
        "up"
      }`,
        once,
      )}
      ${fire("a")}
      ${say}(trigger_replay("evt").status)
      ${say}(trigger_inspect_dlq()[0].retry_history.map({ r -> r.status }))
      atomic_set(healthy, 1)
      let d = trigger_replay("evt")
      ${say}("\${d.status} \${d.result} \${d.replay_of_event_id} \${len(trigger_inspect_dlq())}")
      ${say}(try { trigger_replay("never") })`;
    expect(await lines(body)).toEqual([
      "dlq",
      "[dlq, replay_dlq]",
      "dispatched up evt 0",
      "Result.Err(Runtime error: trigger_replay: unknown event id 'never')",
    ]);
  });

  test("a replay's handler knows that it is one", async () => {
    const body = `${register("a", "{ _e -> handler_context().replay_of_event_id }")}
      ${say}(${fire("a")}.result)
      ${say}(trigger_replay("evt").result)
      ${say}(handler_context())`;
    expect(await lines(body)).toEqual(["nil", "evt", "nil"]);
  });
});

describe("cancelling", () => {
  test("triggers 17: a request keeps the handler from running, but not that of a replay", async () => {
    const body = `${register("a", `{ _e -> ${say}("ran") }`)}
      ${fire("a")}
      ${request("a@v1", "evt")}
      let d = ${fire("a")}
      ${say}("\${d.status} \${d.error}")
      ${say}(trigger_replay("evt").status)`;
    expect(await lines(body)).toEqual([
      "ran",
      "cancelled trigger cancel request cancelled dispatch before attempt 1",
      "ran",
      "dispatched",
    ]);
  });

  test("triggers 45: a request without a time cancels nothing", async () => {
    expect(
      await lines(`${register("a", "{ _e -> 1 }")}\n${request("a@v1", "evt", "nil")}\n${say}(${fire("a")}.status)`),
    ).toEqual(["dispatched"]);
  });

  test("a request that comes while the handler runs ends it, and its cleanup runs", async () => {
    const body = `${register(
      "a",
      `{ _e ->
        try { sleep(1h) } finally { ${say}("cleaned up") }
      }`,
      once,
    )}
      spawn { sleep(20)
        ${request("a@v1", "evt")} }
      let d = ${fire("a")}
      ${say}("\${d.status} \${d.error}")`;
    expect(await lines(body)).toEqual(["cleaned up", "cancelled trigger cancel request cancelled local handler"]);
  });

  test("triggers 48: a request ends the wait for the next attempt", async () => {
    const body = `${register("a", '{ _e -> throw "down" }')}
      spawn { sleep(100)
        ${request("a@v1", "evt")} }
      let d = ${fire("a")}
      ${say}("\${d.status} \${d.error}")`;
    expect(await lines(body)).toEqual(["cancelled dispatcher shutdown cancelled retry wait"]);
  });
});

describe("people and budgets", () => {
  test("run-records 41: a handler that asks a person ends as waiting; dispatched again it finds the answer", async () => {
    const body = `${register("a", '{ _e -> "${ask_user("first?")} ${ask_user("second?")}" }')}
      let d = ${fire("a")}
      ${say}("\${d.status} \${d.result.waiting}")
      let id = hitl_pending()[0].request_id
      ${say}(id)
      event_log.emit("hitl.questions", "hitl.response_received", {request_id: id, answer: "yes"}, {request_id: id})
      ${say}(${fire("a")}.status)
      let other = hitl_pending()[0].request_id
      ${say}(other)
      event_log.emit("hitl.questions", "hitl.response_received", {request_id: other, answer: "sure"}, {request_id: other})
      ${say}(trigger_replay("evt").result)`;
    expect(await lines(body)).toEqual([
      "waiting true",
      "hitl_question_evt_1",
      "waiting",
      "hitl_question_evt_2",
      "yes sure",
    ]);
  });

  test("triggers 42: retry_later leaves the event for later, and says so", async () => {
    const body = `llm_mock({text: "x"})
      ${register(
        "a",
        "{ _e -> 1 }",
        `, budget: {on_budget_exhausted: "retry_later"}, when_budget: {tokens_max: 0}, when: { _e ->
        llm_call("x", nil, {provider: "mock"})
        true
      }`,
      )}
      let d = ${fire("a")}
      ${say}("\${d.status} \${d.result.deferred}")
      ${say}(event_log.subscribe("trigger.outbox").next().value.payload.detail.deferred)
      ${say}(${kinds("trigger.attempts")})`;
    expect(await lines(body)).toEqual(["waiting true", "true", "[budget_deferred]"]);
  });

  test("triggers 43: a decision too many asks an operator", async () => {
    const body = `${register("a", "{ _e -> 1 }", ", budget: {max_autonomous_decisions_per_day: 1}")}
      ${fire("a")}
      let d = ${fire("a", "second")}
      ${say}("\${d.status} \${d.result.approval_required} \${d.result.reason}")
      ${say}(hitl_pending({kinds: ["approval"]})[0].approvers)`;
    expect(await lines(body)).toEqual(["waiting true daily_autonomy_budget_exceeded", "[operator]"]);
  });

  test("triggers 44: the fifth failure in a row opens the circuit", async () => {
    const body = `${register("a", '{ _e -> throw "down" }', ', retry: {max: 9, backoff: "immediate"}')}
      ${say}(${fire("a")}.error)`;
    expect(await lines(body)).toEqual([
      "destination circuit opened for local:<closure> after 5 consecutive failures: down",
    ]);
  });
});

describe("worker queues", () => {
  test("triggers 19, 37: a job is what a worker:// handler gives, is listed at the end, and can be acknowledged", async () => {
    const body = `${register("a", '"worker://triage"')}
      ${say}(${fire("a")}.result)
      ${say}(harness.unsettled_state().queued_triggers.map({ t -> "\${t.id} \${t.event_id}" }))
      ${say}(harness.acknowledge_trigger("worker://triage/1").status)
      ${say}(harness.counts().queued)`;
    expect(await lines(body)).toEqual([
      "{job_event_id: 1, queue: triage, response_topic: worker.triage.responses}",
      "[worker://triage/1 evt]",
      "acknowledged",
      "0",
    ]);
  });

  test("a queue without a name is refused, for good", async () => {
    expect(await lines(`${register("a", '"worker://"', once)}\n${say}(${fire("a")}.error)`)).toEqual([
      "worker queue name cannot be empty",
    ]);
  });
});

describe("trust", () => {
  test("dispatches are decisions; the chain of them holds, and a promotion changes the tier", async () => {
    const body = `${register("bot", "{ _e -> handler_context().autonomy_tier }", ', autonomy_tier: "suggest"')}
      ${say}(${fire("bot")}.result)
      trust_record("bot", "trust.promote", "lead", "success", "act_auto")
      ${say}(${fire("bot", "second")}.result)
      ${say}(trust_query({agent: "bot"}).map({ r -> "\${r.action} \${r.outcome} \${r.chain_index}" }))
      let report = trust_graph_verify_chain()
      ${say}("\${report.verified} \${report.total}")
      event_log.emit("trust_graph", "trust_recorded", trust_query({})[0] + {agent: "forged"})
      ${say}(trust_graph_verify_chain().broken_at_event_id)`;
    expect(await lines(body)).toEqual([
      "suggest",
      "act_auto",
      "[webhook.k success 1, trust.promote success 2, webhook.k success 3]",
      "true 3",
      "4",
    ]);
  });

  test("corrections are kept and found", async () => {
    const body = `let c = {actor_id: "bot", from_decision: "merge", to_decision: "wait", reason: "too early", applied_by: "lead"}
      ${say}(correction_record(c).scope)
      corrections.record(c + {scope: "all"})
      ${say}(correction_query({scope: "all"}).map({ r -> r.to_decision }))
      ${say}(try { correction_record({actor_id: "x"}) })`;
    expect(await lines(body)).toEqual([
      "this_run",
      "[wait]",
      "Result.Err(Runtime error: correction_record: correction record missing field `from_decision`)",
    ]);
  });
});

describe("scenarios", () => {
  test.each(Object.keys(scenarios))("%s", async (name) => {
    expect(await lines(`let r = trigger_test_harness("${name}")\n${say}("\${r.ok} \${r.stub} \${r.fixture}")`)).toEqual(
      [`true false ${name}`],
    );
  });
});

describe("handlers that are other parts of the runtime", () => {
  test("a pool gets the task that the factory makes of the event", async () => {
    const handler = (pool: string, factory: string): string =>
      `{kind: "spawn_to_pool", pool: "${pool}", task_factory: ${factory}, key_from: "event.kind"}`;
    const body = `let p = __pool_create({name: "kiln"})
      ${register("a", handler("kiln", '{ e -> { -> "made " + e.id } }'), once)}
      ${register("b", handler("none", "{ e -> { -> 1 } }"), once)}
      ${register("c", handler("kiln", "{ _e -> 5 }"), once)}
      let d = ${fire("a")}
      ${say}("\${d.status} \${d.result.pool} \${d.result.key}")
      ${say}(${fire("b")}.error)
      ${say}(${fire("c")}.error)`;
    expect(await lines(body)).toEqual([
      "dispatched kiln k",
      "Runtime error: pool: pool 'none' not found; create it with pool_create first",
      "trigger 'c': SpawnToPool task_factory must return a closure, got int",
    ]);
  });

  test("workers that are named and unknown are told of, and nobody is suspended", async () => {
    const body = `${register("a", '{kind: "interrupt_and_suspend", target_agents: ["w1"], reason: "halt"}', once)}
      ${say}(${fire("a")}.result)
      ${say}(pipeline_lifecycle_audit_log_take().map({ a -> a.payload.outcome }))`;
    expect(await lines(body)).toEqual([
      "{reason: halt, scope_kind: concrete, skipped_count: 1, status: broadcast, suspended_count: 0, target_count: 1, targets: [{outcome: unknown, worker_id: w1}]}",
      "[unknown, broadcast]",
    ]);
  });

  test("an agent elsewhere cannot be called from here, and trying again would not help", async () => {
    expect(
      await lines(
        `${register("a", '"a2a://example.test/x"')}\nlet d = ${fire("a")}\n${say}("\${d.status} \${d.error}")`,
      ),
    ).toEqual(["failed the handler needs a client for remote agents (a2a://), which this runtime does not have"]);
  });
});

test("the runtime context names the dispatch", async () => {
  const body = `${register("a", "{ _e -> let c = runtime_context()\n[c.trigger_id, c.binding_key, c.trigger_event_id, c.provider, c.tenant_id] }")}
    ${say}(${fire("a")}.result)
    ${say}(runtime_context().trigger_id)`;
  expect(await lines(body)).toEqual(["[a, a@1, evt, webhook, nil]", "nil"]);
});
