import { expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

const tools = `
let tools = tool_define(tool_registry(), "ping", "Ping", {parameters: {n: {type: "int", required: false}}, handler: { _a -> "pong" }})
`;

test("transcript_projection leaves failed calls out of what the model is shown, and in the session", async () => {
  const { lines } = await runBody(`
    let tools = tool_define(tool_registry(), "flaky", "Fails once", {parameters: {}, handler: { a -> if a?.ok != true { throw "no" }
      return "fine" }})
    llm_mock({tool_calls: [{id: "a", name: "flaky", arguments: {}}]})
    llm_mock({tool_calls: [{id: "b", name: "flaky", arguments: {ok: true}}]})
    llm_mock({text: "done"})
    let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", transcript_projection: "clean_tool_repair"})
    println(llm_mock_calls().map({ c -> len(c.messages) }))
    println(len(transcript_messages(r.transcript)))
    println(transcript_events(r.transcript).filter({ e -> e.kind == "transcript.projection" }).map({ e -> e.metadata.dropped_count }))
  `);
  expect(lines).toEqual(["[1, 3, 3]", "6", "[0, 0, 2]"]);
});

test("a projection policy that is none is an error that lists them", async () => {
  const { lines } = await runBody(`agent_loop("go", nil, {provider: "mock", transcript_projection: "shrink"})`);
  expect(lines).toEqual([
    "ERROR agent_loop: `transcript_projection` policy must be one of raw, clean_tool_repair, squash_failed_calls, summary_prefix, custom; got shrink",
  ]);
});

test("context_callback rewrites messages and system for one turn", async () => {
  const { lines } = await runBody(`${tools}
    llm_mock({tool_calls: [{name: "ping", arguments: {}}]})
    llm_mock({text: "done"})
    let r = agent_loop("go", "Original.", {provider: "mock", tools: tools, tool_format: "native", context_callback: { ctx ->
      println([ctx.iteration, len(ctx.visible_messages), ctx.latest_tool_result?.contains("pong")])
      if ctx.iteration == 1 { return {system: "Rewritten.", messages: [{role: "user", content: "Only this."}]} }
      return nil
    }})
    println(llm_mock_calls().map({ c -> [c.system, len(c.messages)] }))
    println(len(transcript_messages(r.transcript)))
  `);
  expect(lines).toEqual(["[0, 1, nil]", "[1, 3, true]", "[[Original., 1], [Rewritten., 1]]", "4"]);
});

test("timestamp_messages and message_decorator change what is shown, not what is kept", async () => {
  const { lines } = await runBody(`
    llm_mock({text: "done"})
    let r = agent_loop("go", nil, {provider: "mock", timestamp_messages: true, message_decorator: { m, at -> m + {content: m.content + " #" + to_string(at.index)} }})
    let shown = llm_mock_calls()[0].messages[0].content
    println([shown.starts_with("["), shown.ends_with("Z] go #0")])
    println(transcript_messages(r.transcript)[0].content)
  `);
  expect(lines).toEqual(["[true, true]", "go"]);
});

test("prompts are taken from texts, closures and paths", async () => {
  const { lines } = await runBody(
    `
    llm_mock({text: "half"})
    llm_mock({text: "{\\"verdict\\": \\"continue\\"}"})
    llm_mock({text: "all ##DONE##"})
    llm_mock({text: "{\\"verdict\\": \\"done\\"}"})
    agent_loop("go", "S", {provider: "mock", loop_until_done: true, tool_format: "text", done_judge: true, prompts: {
      "agent.loop_contract": {text: "Say {{ done_sentinel }}."},
      "agent.completion_judge_system": "judge.prompt",
      "agent.completion_judge_feedback": { _b -> "More!" },
    }})
    let calls = llm_mock_calls()
    println(calls[0].system.contains("S\\n\\nSay ##DONE##."))
    println(calls[1].system)
    println(calls[2].messages[2].content)
  `,
    { files: { "/desk/judge.prompt": "You judge." } },
  );
  expect(lines).toEqual([
    "true",
    "You judge.",
    '<runtime_feedback kind="verify_completion">',
    "More!",
    "</runtime_feedback>",
  ]);
});

test("an unknown prompt id is named with those that there are", async () => {
  const { lines } = await runBody(`agent_loop("go", nil, {provider: "mock", prompts: {"agent.nope": {text: "x"}}})`);
  expect(lines[0]).toContain("ERROR agent_loop: unknown prompt id agent.nope; expected one of: agent.action_required");
});

test("shared_types, tool_examples and a required action stand in the system text", async () => {
  const { lines } = await runBody(`${tools}
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", shared_types: "type A = int",
      turn_policy: {require_action_or_yield: true, tool_examples: "ping({})"}})
    let system = llm_mock_calls()[0].system
    println([system.contains("## Shared types\\n\\ntype A = int"), system.contains("## Examples of calls\\n\\nping({})"), system.contains("at least one tool")])
  `);
  expect(lines).toEqual(["[true, true, true]"]);
});

test("the task ledger is shown, kept by its tool, and holds up the end", async () => {
  const { lines } = await runBody(`${tools}
    llm_mock({text: "finished"})
    llm_mock({tool_calls: [{name: "ledger", arguments: {action: "mark", id: "deliverable-1", status: "done"}}]})
    llm_mock({tool_calls: [{name: "ledger", arguments: {action: "mark", id: "deliverable-2", status: "dropped"}}]})
    llm_mock({tool_calls: [{name: "ledger", arguments: {action: "mark", id: "deliverable-2", status: "dropped", note: "out of scope"}}]})
    llm_mock({text: "finished now"})
    let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", root_task: "Ship", deliverables: ["one", "two"]})
    println([r.status, r.task_ledger.deliverables.map({ d -> d.status })])
    let calls = llm_mock_calls()
    println(calls[0].system.contains("[deliverable-2] (open) two"))
    println(calls[1].messages[2].content.contains("deliverable-1 (one); deliverable-2 (two)"))
    println(calls[3].messages[6].content.contains("requires a \`note\` explaining why"))
  `);
  expect(lines).toEqual(["[done, [done, dropped]]", "true", "true", "true"]);
});

test("loop_detect options hint, then replace, then skip", async () => {
  const { lines } = await runBody(`
    let runs = atomic(0)
    let tools = tool_define(tool_registry(), "stare", "Stare", {parameters: {}, handler: { _a -> atomic_add(runs, 1)
      "seen" }})
    for i in 0 to 3 { llm_mock({tool_calls: [{id: "c" + to_string(i), name: "stare", arguments: {}}]}) }
    llm_mock({text: "enough"})
    let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", loop_detect_warn: 2})
    println(atomic_get(runs))
    for m in transcript_messages(r.transcript).filter({ m -> m.role == "tool" }) {
      println([m.content.contains("seen"), m.content.contains("in a row"), m.content.contains("not made again")])
    }
  `);
  expect(lines).toEqual([
    "3",
    "[true, false, false]",
    "[true, true, false]",
    "[false, true, false]",
    "[false, true, true]",
  ]);
});

test("subagents adds the tools that pause and resume children", async () => {
  const { lines } = await runBody(`
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", subagents: true, tool_format: "native"})
    println(llm_mock_calls()[0].tools.map({ t -> t.function?.name ?? t.name }))
  `);
  expect(lines).toEqual(["[agent_await_resumption, subagent_pause, subagent_resume]"]);
});

test("A40: tool_caller wraps each call; what it throws is the call's error", async () => {
  const { lines } = await runBody(`${tools}
    llm_mock({tool_calls: [{id: "1", name: "ping", arguments: {n: 1}}, {id: "2", name: "ping", arguments: {n: 2}}]})
    llm_mock({text: "done"})
    let r = agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", tool_caller: { call, next ->
      println([call.tool_name, call.tool_args.n, call.turn.tool_call_index, call.schema.n.type])
      if call.tool_args.n == 2 { throw "not that" }
      let answer = next(call + {tool_args: {n: 10}})
      answer + {audit: {summary: "ok"}}
    }})
    println([r.tools.successful, r.tools.rejected])
    println(transcript_messages(r.transcript)[3].content.contains("not that"))
  `);
  expect(lines).toEqual(["[ping, 1, 0, int]", "[ping, 2, 1, int]", "[[ping], [ping]]", "true"]);
});

test("a tool_caller that answers no dict ends the loop", async () => {
  const { lines } = await runBody(`${tools}
    llm_mock({tool_calls: [{name: "ping", arguments: {}}]})
    agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", tool_caller: { _call, _next -> 3 }})
  `);
  expect(lines).toEqual(["ERROR agent_loop: tool_caller must return a dict; got int"]);
});

test("audits are told and written down: before the next call, or beside it", async () => {
  const { events, lines } = await runBody(`${tools}
    for wish in [false, true] {
      llm_mock({tool_calls: [{id: "1", name: "ping", arguments: {}}]})
      llm_mock({text: "done"})
      agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", prefetch_next_turn: wish, tool_caller: { call, next ->
        next(call) + {audit: {summary: "ok"}, _audit_flush: { -> println(["flushed", call.turn.prefetch_next_turn]) }}
      }})
    }
  `);
  expect(lines).toEqual(["[flushed, false]", "[flushed, true]"]);
  expect(events.filter((event) => event.type === "tool_call_audit").map((event) => event)).toHaveLength(2);
});

test("A6: a model that nothing is known of leaves a capability gap; going against what is known is an override", async () => {
  const { events } = await runBody(`${tools}
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", model: "foo-bar", tools: tools})
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", model: "gpt-4o", tools: tools, tool_format: "text", tool_format_override_reason: "because"})
  `);
  const told = events.flatMap((event) =>
    event.type === "capability_gap" || event.type === "tool_format_override" ? [event] : [],
  );
  expect(told).toMatchObject([
    { type: "capability_gap", model: "foo-bar", fallback_tool_format: "text" },
    {
      type: "tool_format_override",
      requested_format: "text",
      recommended_format: "native",
      override_reason: "because",
    },
  ]);
});

test("a search for tools answers with scores, by words, patterns, both, or a closure of the program", async () => {
  const { lines } = await runBody(`
    var t = tool_define(tool_registry(), "ping", "Always here", {parameters: {}, handler: { _a -> "pong" }})
    t = tool_define(t, "weave_basket", "Weave a wicker basket", {parameters: {}, defer_loading: true, handler: { _a -> 1 }})
    t = tool_define(t, "forge_nail", "Forge a nail for the basket", {parameters: {}, defer_loading: true, handler: { _a -> 1 }})
    let own = { query, registry, config -> [{name: "forge_nail", why: query}, "ping", registry.tools[0].name] }
    for options in [{strategy: "bm25"}, {strategy: "regex"}, {variant: "hybrid"}, {limit: 1}, {strategy: nil}, {strategy: own}, {strategy: {name: "mine", handler: own}}] {
      llm_mock_clear()
      llm_mock({tool_calls: [{name: "__harn_tool_search", arguments: {query: "basket"}}]})
      llm_mock({text: "ready"})
      let r = agent_loop("go", nil, {provider: "mock", tools: t, tool_format: "native", tool_search: {mode: "client"} + options, tool_search_strategy: "strategy" in options && options.strategy == nil ? "regex" : nil})
      let answer = json_parse(transcript_messages(r.transcript)[2].content.split("\\n")[1])
      let asked = r.transcript.events.find({ e -> e.kind == "tool_search_query" })
      println([answer.tool_names, answer.ranked.map({ row -> [row.score == nil ? "-" : row.score > 0, row.snippet == "", row.why] }), asked.metadata.strategy])
    }
  `);
  const found = (rows: string, strategy: string) => `[[weave_basket, forge_nail], ${rows}, ${strategy}]`;
  const both = "[[true, false, nil], [true, false, nil]]";
  expect(lines).toEqual([
    found(both, "bm25"),
    found(both, "regex"),
    found(both, "hybrid"),
    "[[weave_basket], [[true, false, nil]], bm25]",
    found(both, "regex"),
    "[[forge_nail, weave_basket], [[-, false, basket], [-, false, nil]], custom]",
    "[[forge_nail, weave_basket], [[-, false, basket], [-, false, nil]], mine]",
  ]);
});

test("compact_keep_first keeps the beginning, and compaction takes a closure of the program", async () => {
  const { lines } = await runBody(`
    for options in [{compact_threshold: 0, compact_keep_first: 1, compact_keep_last: 1}, {compaction: {strategy: "custom", keep_last: 1, token_threshold: 0, custom_compactor: { _m -> "in short" }}}] {
      let s = agent_session_open("s" + uuid())
      for n in 1 to 6 { agent_session_inject(s, {role: n % 2 == 1 ? "user" : "assistant", content: "turn " + to_string(n)}) }
      llm_mock_clear()
      llm_mock({text: "done"})
      agent_loop("go", nil, {provider: "mock", session_id: s} + options)
      println(llm_mock_calls()[0].messages.map({ m -> substring(m.content, 0, 36).replace("\\n", "|") }))
    }
  `);
  expect(lines[0]).toMatch(/^\[turn 1, \[auto-compacted 5 older messages/);
  expect(lines[1]).toContain("older messages]|in");
});
