// What was promised of workers, channels, pools and daemons where several rooms meet. Tests carry the promise's number.
import { describe, expect, it } from "vitest";
import { memoryHost } from "../host/testing/index.ts";
import { memoryReader } from "../modules/index.ts";
import { compileProgram, openRuntime, runProgram, standardCatalog } from "./index.ts";

/** What the body of a pipeline prints; an error that comes out is the last line. */
async function printed(body: string): Promise<string[]> {
  let output = "";
  const { runtime, close } = openRuntime({
    host: memoryHost(),
    name: "main.harn",
    output: (stream, text) => {
      if (stream === "stdout") output += text;
    },
  });
  const text = `pipeline main(task) {\n${body}\n}\n`;
  const compiled = compileProgram(
    { path: "main.harn", text },
    { reader: memoryReader({}), catalog: standardCatalog, checks: false },
  );
  const result = await runProgram(runtime.machine, compiled);
  await close();
  const lines = output.split("\n").filter((line) => line !== "");
  return result.kind === "error" ? [...lines, `ERROR ${String(result.error.value)}`] : lines;
}

const start = `
  mock_time(1000)
  fn start(conditions) {
    llm_mock({tool_calls: [{name: "agent_await_resumption", arguments: {reason: "wait", conditions: conditions}}]})
    let w = __host_sub_agent_run(__host_sub_agent_request("do it", {provider: "mock", background: true}))
    __host_worker_wait(w)
    return w
  }
  fn now(w) { return __host_worker_list().find({ x -> x.id == w.id }) }
`;
const opened = `{kind: "issues.opened", provider: "github"}`;

describe("workers that are parked", () => {
  it("P30: are resumed by their trigger, with the event's payload", async () => {
    const lines = await printed(`${start}
      let w = start({trigger: ${opened}})
      let id = now(w).suspension.auto_resume_trigger.id
      println([id.starts_with("auto_resume_" + w.id), trigger_list()[0].kind, trigger_list()[0].handler_kind])
      llm_mock({text: "fine"})
      let fired = trigger_fire(id, {provider: "github", kind: "issues.opened", n: 1})
      println(fired.status)
      println([__host_worker_wait(w).status, trigger_list()[0].state])
      println(contains(llm_mock_calls()[1].messages.map({ m -> m.content }).last(), "n: 1"))
    `);
    expect(lines).toEqual(["[true, auto_resume, auto_resume]", "dispatched", "[completed, terminated]", "true"]);
  });

  it.each([
    ["fail", "[failed, auto-resume timeout expired]", "1 []"],
    ["resume_with_summary", "[completed, nil]", "2 []"],
    ["resume_with_input", "[completed, nil]", "2 [auto_resume.timeout]"],
  ])("P30: %s when the time is up", async (action, state, asked) => {
    const lines = await printed(`${start}
      let w = start({trigger: ${opened}, timeout: {duration_minutes: 5, on_timeout: "${action}"}})
      llm_mock({text: "fine"})
      advance_time(299000)
      println(now(w).status)
      advance_time(1001)
      // Waiting lets others run; a mocked sleep does not.
      for _n in 1 to 20 { __host_worker_wait(w) }
      let seen = now(w)
      println([seen.status, seen.error])
      let calls = llm_mock_calls()
      let told = calls.last().messages.filter({ m -> m.content.contains("auto_resume.timeout") }).map({ _m -> "auto_resume.timeout" })
      println(to_string(len(calls)) + " " + to_string(told))
    `);
    expect(lines).toEqual(["suspended", state, asked]);
  });

  it("P40: conditions without a trigger register none", async () => {
    const lines = await printed(`${start}
      for conditions in [{on_event: "deploy"}, {timeout: {duration_minutes: 1}}] {
        let w = start(conditions)
        println([now(w).status, now(w).suspension?.auto_resume_trigger])
      }
      println(len(trigger_list()))
    `);
    expect(lines).toEqual(["[suspended, nil]", "[suspended, nil]", "0"]);
  });

  it("P41: a trigger that is none is HARN-SUS-007, an action that is none HARN-SUS-008; the worker is parked", async () => {
    const lines = await printed(`${start}
      let gate = channel("gate")
      let tools = tool_define(tool_registry(), "hold", "Hold", {parameters: {}, handler: { _a -> receive(gate) }})
      for conditions in [{trigger: {kind: "x"}}, {trigger: ${opened}, timeout: {duration_minutes: 1, on_timeout: "shrug"}}] {
        llm_mock({tool_calls: [{name: "hold", arguments: {}}]})
        let w = __host_sub_agent_run(__host_sub_agent_request("go", {provider: "mock", background: true, tools: tools}))
        sleep(1ms)
        try { __host_worker_suspend(w, "later", {conditions: conditions}) } catch (e) { println(to_string(e)) }
        println(__host_worker_list().find({ x -> x.id == w.id }).status)
        send(gate, "on")
      }
    `);
    expect(lines).toEqual([
      "Runtime error: HARN-SUS-007: auto_resume: failed to parse conditions.trigger for registration: trigger_register: missing string field `provider`",
      "suspended",
      "Runtime error: HARN-SUS-008: auto_resume: unsupported conditions.timeout.on_timeout `shrug`; expected resume_with_summary, resume_with_input, or fail",
      "suspended",
    ]);
  });

  it("P31, lifecycle 45: are listed as unsettled, by id, with who parked them and the session of the audit", async () => {
    const lines = await printed(`${start}
      let a = start({trigger: ${opened}})
      let b = start(nil)
      let items = harness.unsettled_state().suspended_subagents
      println(items.map({ i -> [i.handle == a.id || i.handle == b.id, i.reason, i.initiator, i.status, i.conditions == nil, i.auto_resume_trigger == nil] }))
      println(items.all({ i -> i.session_id == a.audit.session_id || i.session_id == b.audit.session_id }))
      println(items[0].handle < items[1].handle)
    `);
    expect(lines).toEqual([
      "[[true, wait, self_initiated, suspended, false, false], [true, wait, self_initiated, suspended, true, true]]",
      "true",
      "true",
    ]);
  });

  it("P35: InterruptAndSuspend leaves the reason of those that are parked, and asks no hook", async () => {
    const lines = await printed(`${start}
      let parked = start(nil)
      let gate = channel("gate")
      let tools = tool_define(tool_registry(), "hold", "Hold", {parameters: {}, handler: { _a -> receive(gate) }})
      llm_mock({tool_calls: [{name: "hold", arguments: {}}]})
      let busy = __host_sub_agent_run(__host_sub_agent_request("go", {provider: "mock", background: true, tools: tools}))
      sleep(1ms)
      register_session_hook("PreSuspend", { _e -> {block: true, reason: "no"} })
      let t = trigger_register({id: "panic", kind: "stop", provider: "cron", handler: {kind: "interrupt_and_suspend", reason: "fire", target_agents: [parked.id, busy.id]}})
      let fired = trigger_fire(t.id, {provider: "cron", kind: "stop"})
      println(fired.result?.targets?.map({ x -> x.outcome }))
      println([now(parked).suspension.reason, now(busy).suspension.reason, now(busy).suspension.initiator])
    `);
    expect(lines).toEqual(["[already_suspended, suspended]", "[wait, fire, triggered]"]);
  });
});

describe("channels", () => {
  it("P15, P16: a bare name is the tenant's; the same id twice is a duplicate that calls nobody", async () => {
    const lines = await printed(`
      let seen = atomic(0)
      trigger_register({id: "t", kind: "channel.emit", provider: "channel", match: {events: ["channel:pr.merged"]}, handler: { _e -> atomic_add(seen, 1) }})
      let a = emit_channel("pr.merged", {n: 1}, {id: "one"})
      let b = emit_channel("pr.merged", {n: 2}, {id: "one"})
      println([a.name_resolved, a.topic, a.duplicate])
      println([b.duplicate, b.event_id == a.event_id, b.payload, atomic_get(seen)])
    `);
    expect(lines).toEqual([
      "[tenant:default:pr.merged, channels.tenant.default.pr.merged, false]",
      "[true, true, {n: 1}, 1]",
    ]);
  });

  it("P17: names and scopes that cannot be meant", async () => {
    const lines = await printed(`
      for name in ["pipeline:x", "org:o:x", "a b"] {
        try { emit_channel(name, 1) } catch (e) { println(to_string(e).split(" ")[2]) }
      }
      agent_session_open("s1")
      try { emit_channel("session:x", 1, {scope: "tenant"}) } catch (e) { println(to_string(e)) }
    `);
    expect(lines).toEqual([
      "HARN-CHN-001",
      "HARN-CHN-002",
      "HARN-CHN-003",
      "Runtime error: HARN-CHN-003 channel scope prefix 'session' conflicts with options.scope 'tenant'",
    ]);
  });

  it("P18: stored events from a cursor, so many, scope by scope", async () => {
    const lines = await printed(`
      let receipts = [1, 2, 3].map({ n -> emit_channel("a", n) })
      emit_channel("session:a", 9)
      println(channel_events("a").map({ e -> e.payload }))
      println(channel_events("a", {from_cursor: receipts[0].cursor}).map({ e -> e.payload }))
      println(channel_events("a", {limit: 2}).map({ e -> e.payload }))
      println(channel_events("session:a").map({ e -> e.payload }))
    `);
    expect(lines).toEqual(["[1, 2, 3]", "[2, 3]", "[1, 2]", "[9]"]);
  });

  it("P19: a batch is one call; what is left fires, or is dropped, when its window is over", async () => {
    const lines = await printed(`
      mock_time(0)
      for action in ["fire_partial", "discard"] {
        trigger_register({id: action, kind: "channel.emit", provider: "channel", match: {events: ["channel:" + action]},
          batch: {count: 3, window: "10m", expire_action: action}, handler: { e -> println(action + " " + to_string(len(e.batch))) }})
        for n in 1 to 4 { emit_channel(action, n) }
      }
      advance_time(600001)
      flush_trigger_aggregations()
    `);
    expect(lines).toEqual(["fire_partial 3", "discard 3", "fire_partial 1"]);
  });

  it("P20, P21: filters compare JSON and pass when they are none; a handler that fails fails no emit", async () => {
    const lines = await printed(`
      for row in [["same", "{\\"n\\": 1}"], ["missing", "{\\"q\\": 1}"], ["broken", "{nope"]] {
        trigger_register({id: row[0], kind: "channel.emit", provider: "channel", match: {events: ["channel:f"]}, filter: row[1], handler: { _e -> println(row[0]) }})
      }
      trigger_register({id: "zz", kind: "channel.emit", provider: "channel", match: {events: ["channel:f"]}, retry: {max: 1}, handler: { _e -> throw "no" }})
      println(emit_channel("f", {n: 1}).inserted)
    `);
    expect(lines.sort()).toEqual(["broken", "same", "true"]);
  });

  it("P42: the tenant's selector hears every tenant; another selector beside it is listened to as well", async () => {
    const lines = await printed(`
      trigger_register({id: "t", kind: "channel.emit", provider: "channel", match: {events: ["channel:a", "channel:b"]}, handler: { e -> println(e.provider_payload.name_resolved) }})
      emit_channel("tenant:other:a", 1)
      emit_channel("b", 1)
    `);
    expect(lines).toEqual(["tenant:other:a", "tenant:default:b"]);
  });

  it("P43: a guardrail that blocks keeps the event out; one that warns lets it pass", async () => {
    const lines = await printed(`
      channel_guardrail_register({kind: "custom", id: "g", applies_to: "secret", scan_fn: { _p, _c -> {verdict: "block", reason: "no"} }})
      channel_guardrail_register({kind: "custom", id: "w", applies_to: "open", scan_fn: { _p, _c -> "warn" }})
      trigger_register({id: "t", kind: "channel.emit", provider: "channel", match: {events: ["channel:secret"]}, handler: { _e -> println("heard") }})
      let r = emit_channel("secret", 1)
      println([r.blocked, r.block_reason, len(channel_events("secret"))])
      println([emit_channel("open", 1).inserted, len(channel_events("open"))])
    `);
    expect(lines).toEqual(["[true, no, 0]", "[true, 1]"]);
  });

  it("P44: a duplicate leaves a second receipt of the emit, and none of a match", async () => {
    const lines = await printed(`
      trigger_register({id: "t", kind: "channel.emit", provider: "channel", match: {events: ["channel:a"]}, handler: { _e -> nil }})
      emit_channel("a", 1, {id: "x"})
      emit_channel("a", 2, {id: "x"})
      let latest = event_log.latest("lifecycle.channel.audit")
      println([latest])
    `);
    // Two of emits and one of a match.
    expect(lines).toEqual(["[3]"]);
  });
});

describe("pools and daemons", () => {
  it("P11: what a pool has not finished is unsettled: the queue in its order, then what runs", async () => {
    const lines = await printed(`
      let gate = channel("gate")
      let pool = __pool_create({name: "p", max_concurrent: 1, queue: "fifo"})
      let tasks = [1, 2, 3].map({ _n -> __pool_submit(pool.id, { -> receive(gate) }) })
      println(harness.unsettled_state().pool_pending_tasks.map({ i -> i.status }))
    `);
    expect(lines).toEqual(["[queued, queued, running]"]);
  });

  it("P46: the old names of a daemon's configuration are gone", async () => {
    const lines = await printed(`
      try { daemon_spawn({prompt: "x", persist_path: "d"}) } catch (e) { println(to_string(e)) }
      try { daemon_spawn({task: "x", state_dir: "d"}) } catch (e) { println(to_string(e)) }
    `);
    expect(lines).toEqual([
      "Runtime error: daemon_spawn: config must include `task`",
      "Runtime error: daemon_spawn: config must include `persist_path`",
    ]);
  });
});
