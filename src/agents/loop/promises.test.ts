// What was promised of tools, loops and sessions from the outset. Tests carry the promise's number.
import { expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

const ping = `let tools = tool_define(tool_registry(), "ping", "Ping", {parameters: {n: {type: "int"}}, handler: { a -> if a.n == 13 { return {blocked: true} }
  "pong" }})`;

test("A32: what tool_define refuses; a tool that is defined again moves to the end", async () => {
  const { lines } = await runBody(`
    let none = tool_registry()
    for config in [{params: {}}, {parameters: {}, executor: "moon"}, {parameters: {}}, {parameters: {}, executor: "host_bridge", handler: { _a -> 1 }}] {
      try { tool_define(none, "x", "X", config)
        println("fine") } catch (e) { println(substring(to_string(e), 0, 50)) }
    }
    var r = tool_define(none, "a", "A", {parameters: {}, handler: { _a -> 1 }})
    r = tool_define(r, "b", "B", {parameters: {}, handler: { _a -> 1 }})
    r = tool_define(r, "a", "again", {parameters: {}, handler: { _a -> 1 }})
    println(tool_list(r).map({ t -> t.name + " " + t.description }))
  `);
  expect(lines).toHaveLength(5);
  expect(lines.slice(0, 4)).not.toContain("fine");
  expect(lines[0]).toContain("use 'parameters', not 'params'");
  expect(lines[4]).toBe("[b B, a again]");
});

test("A33, A36: the schema is made of `parameters`; what is missing is named, and types are not looked at", async () => {
  const { lines } = await runBody(`${ping}
    llm_mock({tool_calls: [{name: "ping", arguments: {}}, {name: "ping", arguments: {n: "text"}}]})
    llm_mock({text: "done"})
    let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native"})
    let schema = llm_mock_calls()[0].tools.find({ t -> t.function?.name == "ping" }).function.parameters
    println([schema.properties.n.type, schema.required, schema.additionalProperties])
    println(transcript_messages(r.transcript)[2].content.contains("Tool 'ping' is missing required parameter(s): n. Provide all required parameters and try again."))
    println([r.tools.successful, r.tools.rejected])
  `);
  expect(lines).toEqual(["[integer, [n], false]", "true", "[[ping], [ping]]"]);
});

test("A37: brackets around results and errors; a handler that says no counts as rejected", async () => {
  const { lines } = await runBody(`${ping}
    let bad = tool_define(tools, "fail", "Fail", {parameters: {}, handler: { _a -> throw "no" }})
    for call in [{name: "ping", arguments: {n: 1}}, {name: "fail", arguments: {}}, {name: "ping", arguments: {}}, {name: "ping", arguments: {n: 13}}] {
      let o = agent_dispatch_tool_call(call, bad)
      println([o.ok, o.error_category, o.observation?.replace("\\n", "|")])
    }
  `);
  expect(lines).toEqual([
    "[true, nil, [result of ping]|pong|[end of ping result]|]",
    "[false, generic, [error from fail]|Thrown: no|[end of fail error]|]",
    "[false, schema_validation, nil]",
    "[false, tool_rejected, [result of ping]|{blocked: true}|[end of ping result]|]",
  ]);
});

test("A41: events and checkpoints of a turn with a tool and of one with text", async () => {
  const { events } = await runBody(`${ping}
    llm_mock({tool_calls: [{name: "ping", arguments: {n: 1}}]})
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native"})
  `);
  const told = events.flatMap((event) =>
    event.type === "loop_checkpoint" ? [event.kind] : event.type.startsWith("iteration_") ? [event.type] : [],
  );
  const turn = [
    "iteration_start",
    "iteration_start",
    "pre_compact",
    "post_compact",
    "pre_tool_dispatch",
    "iteration_end",
    "post_tool_dispatch",
  ];
  expect(told).toEqual([...turn, ...turn, "loop_exit"]);
});

test("A43: one text turn more than max_nudges is stuck, with nothing between them", async () => {
  const { lines } = await runBody(`
    for _n in 1 to 3 { llm_mock({text: "hm"}) }
    let r = agent_loop("go", nil, {provider: "mock", tool_format: "text", loop_until_done: true, max_nudges: 2})
    println([r.status, r.stop_reason, r.llm.iterations])
    println(transcript_messages(r.transcript).map({ m -> m.role }))
  `);
  expect(lines).toEqual(["[stuck, max_nudges, 3]", "[user, assistant, assistant, assistant]"]);
});

test("A44: a native loop that called no tool is asked once before it ends", async () => {
  const { lines } = await runBody(`${ping}
    llm_mock({text: "done"})
    llm_mock({text: "really"})
    let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", loop_until_done: true})
    println([r.status, r.stop_reason, r.llm.iterations])
    println(transcript_messages(r.transcript)[2].content.contains("completion_confirmation"))
  `);
  expect(lines).toEqual(["[done, natural, 2]", "true"]);
});

test("A49: required tools that did not succeed: first they are asked for, then the loop has failed", async () => {
  const { lines } = await runBody(`${ping}
    llm_mock({text: "done"})
    llm_mock({text: "done"})
    let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", max_iterations: 2, require_successful_tools: ["ping"]})
    println([r.status, r.stop_reason, r.missing_required_tools, type_of(r.error), r.error_envelope.missing_required_tools])
    println(transcript_messages(r.transcript)[2].content.contains("kind=\\"required_tools\\""))
  `);
  expect(lines).toEqual(["[failed, missing_required_tools, [ping], string, [ping]]", "true"]);
});

test("A52: calls written as text in a native loop: dropped, taken once, taken", async () => {
  const { lines } = await runBody(`${ping}
    for wish in ["reject", "allow_once", "allow"] {
      llm_mock_clear()
      for _n in 1 to 2 { llm_mock({text: "<tool_call>\\nping({n: 1})\\n</tool_call>"}) }
      llm_mock({text: "done"})
      let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", native_tool_fallback: wish, max_iterations: 3})
      println([wish, len(r.tools.successful)])
    }
  `);
  expect(lines).toEqual(["[reject, 0]", "[allow_once, 1]", "[allow, 2]"]);
});

test("A54: compaction leaves one user message in the place of older ones, in the words of its strategy", async () => {
  const { lines } = await runBody(`
    for strategy in ["truncate", "observation_mask"] {
      let s = agent_session_open()
      for n in 1 to 10 { agent_session_inject(s, {role: n % 2 == 1 ? "user" : "assistant", content: "m" + to_string(n)}) }
      println([agent_session_compact(s, {token_threshold: 0, keep_last: 4, compact_strategy: strategy}), agent_session_length(s)])
      let first = agent_session_snapshot(s).messages[0]
      println([first.role, first.content.split("\\n")[0]])
    }
  `);
  expect(lines).toEqual([
    "[5, 5]",
    "[user, [auto-compacted 6 older messages via truncate strategy]]",
    "[5, 5]",
    "[user, [auto-compacted 6 older messages via observation masking]]",
  ]);
});

test("A58: forks, trims and resets; an unknown session is named", async () => {
  const { lines } = await runBody(`
    let s = agent_session_open()
    for n in 1 to 4 { agent_session_inject(s, {role: "user", content: to_string(n)}) }
    let f = agent_session_fork(s)
    let g = agent_session_fork_at(s, 2)
    println([agent_session_length(f), agent_session_length(g), agent_session_snapshot(f).parent_id == s])
    println([agent_session_trim(s, 1), agent_session_length(s), agent_session_length(f)])
    agent_session_reset(s)
    println(agent_session_length(s))
    try { agent_session_trim("nobody", 1) } catch (e) { println(to_string(e)) }
  `);
  expect(lines).toEqual(["[4, 2, true]", "[1, 1, 4]", "0", "agent_session_trim: unknown session id 'nobody'"]);
});

test("A64: host mocks: the latest first, parameters as a subset, and what nobody answers", async () => {
  const { lines } = await runBody(`
    host_mock("shelf", "find", {book: "any"})
    host_mock("shelf", "find", {book: "first"}, {row: 1})
    println(host_call("shelf.find", {row: 1, column: 2}).book)
    println(host_call("shelf.find", {row: 2}).book)
    try { host_call("shelf.burn", {}) } catch (e) { println(to_string(e)) }
  `);
  expect(lines.slice(0, 2)).toEqual(["first", "any"]);
  expect(lines[2]).toContain("host_call: unsupported operation shelf.burn");
});

test("A42: how a loop says that it ended: at the sentinel, by itself, after a turn, with a tool", async () => {
  const { lines } = await runBody(`${ping}
    let show = { r -> println([r.status, r.stop_reason, r.llm.iterations]) }
    let run = { more -> agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native"} + more) }
    let call = { -> llm_mock({tool_calls: [{name: "ping", arguments: {n: 1}}]}) }
    llm_mock({text: "##DONE##"})
    show(agent_loop("go", nil, {provider: "mock", loop_until_done: true}))
    llm_mock({text: "done"})
    show(agent_loop("go", nil, {provider: "mock"}))
    call()
    show(run({post_turn_callback: { _p -> true }}))
    call()
    show(run({post_turn_callback: { _p -> {stop: true, stop_reason: "enough"} }}))
    call()
    show(run({stop_after_successful_tools: ["ping"]}))
  `);
  expect(lines).toEqual([
    "[done, sentinel, 1]",
    "[done, natural, 1]",
    "[done, post_turn_stop, 1]",
    "[done, enough, 1]",
    "[done, natural, 1]",
  ]);
});

test("A55: a session is compacted by a model as well, a hard limit is held, and an unknown key is named", async () => {
  const { lines } = await runBody(`
    let s = agent_session_open("s")
    for n in 1 to 20 { agent_session_inject(s, {role: n % 2 == 1 ? "user" : "assistant", content: "word " + to_string(n)}) }
    llm_mock({text: "SUMMARY"})
    println(agent_session_compact(s, {compact_strategy: "llm", token_threshold: 0, keep_last: 2, provider: "mock"}))
    println(agent_session_snapshot(s).messages[0].content.replace("\\n", "|"))
    for n in 1 to 20 { agent_session_inject(s, {role: "user", content: "more " + to_string(n)}) }
    llm_mock({text: "SHORT"})
    agent_session_compact(s, {token_threshold: 0, keep_last: 1, hard_limit_tokens: 5, provider: "mock"})
    println(agent_session_snapshot(s).messages[0].content.replace("\\n", "|"))
    println(try { agent_session_compact(s, json_parse("{\\"compact\\": true}")) } catch (e) { substring(e, 0, 48) })`);
  expect(lines).toEqual([
    "3",
    "[auto-compacted 18 older messages]|SUMMARY",
    "[auto-compacted 1 older messages]|SHORT",
    "agent_session_compact: unknown option key 'compa",
  ]);
});

test("A54: hooks may keep a conversation from being compacted, and hear of it afterwards", async () => {
  const { lines } = await runBody(`
    let s = agent_session_open("s")
    for n in 1 to 20 { agent_session_inject(s, {role: "user", content: "w" + to_string(n)}) }
    register_session_hook("PostCompact", { p -> println([p.event, p.mode, p.archived_messages, p.session.id]) })
    println(agent_session_compact(s, {token_threshold: 0, keep_last: 5}))
    register_session_hook("PreCompact", { p -> {block: true, reason: "not " + to_string(p.message_count)} })
    println(agent_session_compact(s, {token_threshold: 0, keep_last: 2}))`);
  expect(lines).toEqual(["[PostCompact, manual, 15, s]", "6", "6"]);
});

test("A54: callbacks mask and compress, and a policy says what is to be kept", async () => {
  const { lines } = await runBody(`
    let long = "a line of an observation\\n".repeat(40)
    let s = agent_session_open("s")
    agent_session_inject(s, {role: "user", content: long})
    agent_session_inject(s, {role: "user", content: "keep me"})
    agent_session_inject(s, {role: "assistant", content: "", tool_calls: [{id: "c", name: "x", arguments: {}}]})
    agent_session_inject(s, {role: "tool_result", tool_use_id: "c", content: long})
    agent_session_compact(s, {token_threshold: 0, keep_last: 3, mask_callback: { _m -> "MASKED" }, tool_output_max_chars: 50,
      compress_callback: { t -> "CUT from " + to_string(len(t)) }, policy: {instructions: "Be brief.", preserve: ["names"], scope: "summary"}})
    let messages = agent_session_snapshot(s).messages
    println(messages[0].content.replace("\\n", "|"))
    println(messages[3].content)
    println(agent_session_snapshot(s).events.filter({ e -> e.kind == "compaction" })[0].metadata.instruction_mode)
    println(try { agent_session_compact(s, {token_threshold: 0, keep_last: 1, scope: "moon"}) } catch (e) { to_string(e) })`);
  expect(lines).toEqual([
    "[auto-compacted 1 older messages via observation masking]|[user] MASKED||[compaction directives]|Be brief.|Preserve: names",
    "CUT from 1000",
    "extend",
    "Runtime error: unknown compaction scope 'moon' (expected model_visible, summary, transcript)",
  ]);
});

test("A57: nothing is left out when signed reasoning would go with it", async () => {
  const { lines } = await runBody(`
    let t = transcript_from_messages([
      {role: "user", content: "go"},
      {role: "assistant", content: "", tool_calls: [{id: "c", name: "x", arguments: {}}], reasoning: [{type: "thinking", thinking: "hm", signature: "s"}]},
      {role: "tool", tool_call_id: "c", name: "x", content: "[error from x]\\nno"},
      {role: "assistant", content: "", tool_calls: [{id: "d", name: "x", arguments: {}}]},
      {role: "tool", tool_call_id: "d", name: "x", content: "[result of x]\\nyes"},
    ])
    let kept = transcript_project(t, "clean_tool_repair")
    println([len(kept.messages), kept.provider_safety_blocked])
    let dropped = transcript_project(t, {policy: "clean_tool_repair", respect_provider_signatures: false})
    println([len(dropped.messages), dropped.provider_safety_blocked])`);
  expect(lines).toEqual(["[5, true]", "[3, false]"]);
});

test("A69: os_hardened lets no process start, whatever HARN_HANDLER_SANDBOX says", async () => {
  const { lines } = await runBody(
    `println(try { with_execution_policy({sandbox_profile: "os_hardened"}, { -> exec("true") }) } catch (e) { e })`,
    { environment: { HARN_HANDLER_SANDBOX: "off" } },
  );
  expect(lines.join("")).toContain('needs confinement by the operating system (sandbox_profile "os_hardened")');
});

test("A47: what interrupts before calls are made drops them without results; what waits for the end of the step is seen next", async () => {
  const { lines, events } = await runBody(`${ping}
    let s = agent_session_open("s")
    register_checkpoint_hook(["pre_compact"], { at -> if at.iteration == 1 {
      __host_agent_session_push_bridge_injection(s, {body: "stop that", mode: "interrupt_immediate"})
      __host_agent_session_push_bridge_injection(s, {body: "and mind this", mode: "finish_step"})
      __host_agent_session_push_bridge_injection(s, {body: "for the file", mode: "audit_only"})
    }
    nil })
    llm_mock({text: "calling", tool_calls: [{name: "ping", arguments: {n: 1}}]})
    llm_mock({text: "understood"})
    let r = agent_loop("go", nil, {provider: "mock", session_id: s, tools: tools, tool_format: "native"})
    println([r.status, r.tools.calls, transcript_messages(r.transcript).map({ m -> m.role + ":" + m.content })])
    println(llm_mock_calls().map({ c -> [c.system?.contains("stop that") ?? false, c.system?.contains("mind this") ?? false, c.system?.contains("file") ?? false] }))
    println(__host_agent_session_pending_injections(s))
  `);
  expect(lines).toEqual([
    "[done, [], [user:go, assistant:calling, assistant:understood]]",
    "[[false, false, false], [true, true, false]]",
    "{injections: [], pendingCount: 0}",
  ]);
  const dropped = events.flatMap((event) =>
    event.type === "loop_checkpoint" && event.dispatch_skipped ? [event] : [],
  );
  expect(dropped.map(({ iteration, kind, delivered }) => [iteration, kind, delivered])).toEqual([
    [1, "pre_tool_dispatch", 1],
  ]);
});

test("a delivery at the end of what would have been the last turn makes for another", async () => {
  const { lines } = await runBody(`
    let s = agent_session_open("s")
    register_session_hook("PostTurn", { _p -> nil })
    register_checkpoint_hook(["pre_tool_dispatch"], { at -> if at.iteration == 1 {
      __host_agent_session_push_bridge_injection(s, {body: "one more thing", mode: "finish_step", ttl_turns: 1})
    }
    nil })
    llm_mock({text: "done"})
    llm_mock({text: "that too"})
    let r = agent_loop("go", nil, {provider: "mock", session_id: s})
    println([r.status, r.text, llm_mock_calls()[1].system?.contains("one more thing")])
  `);
  expect(lines).toEqual(["[done, that too, true]"]);
});

test("the reminder of an output that was cut is shown once, with the turn that follows", async () => {
  const { lines } = await runBody(`
    let tools = tool_define(tool_registry(), "long", "Long", {parameters: {}, handler: { _a -> "line\\n".repeat(400) }})
    register_tool_hook({pattern: "long", max_output: 200})
    llm_mock({tool_calls: [{name: "long", arguments: {}}]})
    llm_mock({tool_calls: [{name: "agent_await_nothing", arguments: {}}]})
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native"})
    println(llm_mock_calls().map({ c -> c.system?.contains("was cut") ?? false }))
  `);
  expect(lines).toEqual(["[false, true, false]"]);
});

test("a reminder that is injected into a session is an event, and no message", async () => {
  const { lines } = await runBody(`
    let s = agent_session_open("s")
    agent_session_inject(s, transcript_reminder_event({body: "mind", ttl_turns: 1}))
    agent_session_inject(s, transcript_reminder_event({body: "mind too", ttl_turns: 2}))
    println([len(agent_session_snapshot(s).messages), agent_session_snapshot(s).events.map({ e -> e.kind })])
    println(__host_agent_session_apply_reminder_post_turn(s, 1))
    try { __host_agent_session_apply_reminder_post_turn("none", 1) } catch (e) { println(e) }
    agent_session_inject(s, {role: "assistant", content: "a"})
    println([__host_agent_session_pop_last_assistant(s), __host_agent_session_pop_last_assistant(s)])
    let id = __host_agent_session_push_bridge_injection(s, {body: "b"})
    println(__host_agent_session_pending_injections(s).injections.map({ i -> [i.kind, i.mode, i.body, i.id == id] }))
    println([__host_agent_session_revoke_reminder(s, id).status, __host_agent_session_revoke_reminder(s, id).status])
    println(__host_agent_session_drain_bridge_injections(s, "audit_only"))
    for bad in [{ -> __host_agent_session_push_bridge_injection(s, {body: ""}) }, { -> __host_agent_session_push_bridge_injection(s, {body: "b", mode: "soon"}) }, { -> __host_agent_reminder_providers_fire(s, "Never") }] {
      try { bad() } catch (e) { println(e) }
    }
    println(__host_agent_reminder_providers_fire(s, "PostToolUse", {tool_name: "x", truncated: true}).reports.map({ r -> [r.provider, r.deduped_count] }))
  `);
  expect(lines.slice(0, 8)).toEqual([
    "[0, [system_reminder, system_reminder]]",
    "{decremented_count: 1, expired_count: 1, remaining_count: 1}",
    "Runtime error: agent_session_apply_reminder_post_turn: unknown session id 'none'",
    "[true, false]",
    "[[reminder, audit_only, b, true]]",
    "[revoked, already_revoked]",
    "{delivered: 0, reason: none}",
    "__host_agent_session_push_bridge_injection: HARN-RMD-001: `body` must be a non-empty string",
  ]);
  expect(lines[8]).toContain("unsupported checkpoint `soon`");
  expect(lines.slice(9)).toEqual([
    "Runtime error: __host_agent_reminder_providers_fire: unknown reminder provider event `Never`",
    "[[tool_output_truncated, 0]]",
  ]);
});

test("a structural validator takes a turn back, and what it decides is told", async () => {
  const { lines, events } = await runBody(`
    for text in ["one", "two"] { llm_mock({text: text}) }
    let r = agent_loop("go", nil, {provider: "mock", structural_validator: { turn, next ->
      if turn.tool_args.attempts > 0 { return next(turn) }
      {result: {vetoed: true, rule: "mine", diagnostic: "too short", recommended_action: "say more", feedback: "More.", max_attempts: 2}}
    }})
    println([r.text, r.llm.iterations])`);
  expect(lines).toEqual(["[two, 2]"]);
  const told = events.filter((event) => event.type === "structural_validator_decision");
  expect(told).toMatchObject([
    { iteration: 1, rule: "mine", diagnostic: "too short", vetoed: true, skipped: false, attempts: 0, max_attempts: 2 },
  ]);
  expect(events.find((event) => event.type === "iteration_end")).toMatchObject({
    iteration_info: { structural_validator_attempts: 1, structural_validator_rule: "mine" },
  });
});
