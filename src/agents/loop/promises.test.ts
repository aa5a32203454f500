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
