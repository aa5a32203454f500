import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

const prelude = `
fn add_tools(runs) {
  return tool_define(tool_registry(), "add", "Adds", {parameters: {a: {type: "integer"}, b: {type: "integer", default: 5}}, handler: { x ->
    atomic_add(runs, 1)
    x.a + (x?.b ?? 0)
  }})
}
`;

async function lines(body: string): Promise<readonly string[]> {
  return (await runBody(`${prelude}\npipeline main(task) {\n${body}\n}`)).lines;
}

describe("a loop", () => {
  it("ends by itself at a text without calls, and shows the model each result", async () => {
    const run = await runBody(`${prelude}
pipeline main(task) {
  llm_mock({text: "Adding.", tool_calls: [{name: "add", arguments: {a: 2, b: 3}}]})
  llm_mock({text: "It is 5."})
  let r = agent_loop("What is 2 + 3?", "Be brief.", {provider: "mock", tools: add_tools(atomic(0)), tool_format: "native"})
  println("\${r.status} \${r.stop_reason} [\${r.visible_text}] \${r.llm.iterations} \${r.tools.successful}")
  for m in llm_mock_calls()[1].messages { println("\${m.role}: \${json_stringify(m.content)}") }
}`);
    expect(run.lines).toEqual([
      "done natural [It is 5.] 2 [add]",
      'user: "What is 2 + 3?"',
      'assistant: "Adding."',
      'tool: "[result of add]\\n5\\n[end of add result]\\n"',
    ]);
    expect(
      run.events.map(
        (event) =>
          `${event.type}${event.type === "loop_checkpoint" ? ` ${event.kind}` : ""} ${"iteration" in event ? event.iteration : ""}`,
      ),
    ).toEqual([
      "iteration_start 1",
      "loop_checkpoint iteration_start 1",
      "loop_checkpoint pre_compact 1",
      "loop_checkpoint post_compact 1",
      "loop_checkpoint pre_tool_dispatch 1",
      "iteration_end 1",
      "loop_checkpoint post_tool_dispatch 1",
      "iteration_start 2",
      "loop_checkpoint iteration_start 2",
      "loop_checkpoint pre_compact 2",
      "loop_checkpoint post_compact 2",
      "loop_checkpoint pre_tool_dispatch 2",
      "iteration_end 2",
      "loop_checkpoint post_tool_dispatch 2",
      "loop_checkpoint loop_exit 2",
    ]);
  });

  it("binds arguments of declared tools by name, whatever their order, and fills constant defaults", async () => {
    expect(
      await lines(`
  tool greet(name: string, greeting: string = "Hello", mark: string = "!") -> string {
    description "Greets"
    "\${greeting} \${name}\${mark}"
  }
  llm_mock({tool_calls: [{name: "greet", arguments: {mark: "?", name: "Ada"}}]})
  llm_mock({text: "done"})
  let r = agent_loop("greet", nil, {provider: "mock", tools: greet, tool_format: "native"})
  println(transcript_messages(r.transcript)[2].content)`),
    ).toEqual(["[result of greet]", "Hello Ada?", "[end of greet result]", ""]);
  });

  it("answers a call with missing arguments or of an unknown tool, and goes on", async () => {
    expect(
      await lines(`
  llm_mock({tool_calls: [{name: "add", arguments: {}}, {name: "ghost", arguments: {}}]})
  llm_mock({text: "sorry"})
  let runs = atomic(0)
  let r = agent_loop("go", nil, {provider: "mock", tools: add_tools(runs), tool_format: "native"})
  println("\${r.status} \${r.tools.rejected} runs=\${atomic_get(runs)}")
  println(contains(transcript_messages(r.transcript)[2].content, "missing required parameter(s): a"))
  println(contains(transcript_messages(r.transcript)[3].content, "Tool 'ghost' is not available"))`),
    ).toEqual(["done [add, ghost] runs=0", "true", "true"]);
  });

  it("speaks the text protocol: contract in the system text, calls in tags, results as user turns", async () => {
    expect(
      await lines(`
  llm_mock({text: "<assistant_prose>Let me add.</assistant_prose>\\n<tool_call>\\nadd({ a: 2, b: 3 })\\n</tool_call>"})
  llm_mock({text: "<assistant_prose>It is 5.</assistant_prose>\\n<done>##DONE##</done>"})
  let r = agent_loop("go", "Be brief.", {provider: "mock", tools: add_tools(atomic(0)), tool_format: "text", loop_until_done: true})
  let calls = llm_mock_calls()
  println("\${r.status} \${r.stop_reason} [\${r.visible_text}] \${r.tools.mode} \${calls[0].tools}")
  println(contains(calls[0].system, "### add"))
  println(contains(calls[0].system, "<done>##DONE##</done>"))
  println("\${calls[1].messages[2].role}: \${calls[1].messages[2].content}")`),
    ).toEqual([
      "done sentinel [It is 5.] text nil",
      "true",
      "true",
      "user: [result of add]",
      "5",
      "[end of add result]",
      "",
    ]);
  });

  it("ends at the limit, as stuck, over its token budget, or with the provider's error", async () => {
    expect(
      await lines(`
  fn run(label, mocks, opts) {
    llm_mock_clear()
    for m in mocks { llm_mock(m) }
    let r = agent_loop("go", nil, {provider: "mock", session_id: label, llm_retries: 0} + opts)
    println("\${label}: \${r.status} [\${r.stop_reason}] \${r.llm.iterations} \${r?.error?.category} \${r.acp_stop_reason}")
  }
  let call = {tool_calls: [{name: "add", arguments: {a: 1}}], input_tokens: 60, output_tokens: 50}
  run("limit", [call, call], {tools: add_tools(atomic(0)), tool_format: "native", max_iterations: 2})
  run("stuck", [{text: "hm"}, {text: "hm"}], {loop_until_done: true, max_nudges: 1})
  run("tokens", [call, call], {tools: add_tools(atomic(0)), tool_format: "native", token_budget: 100})
  run("error", [{error: {category: "auth", message: "no"}}], {})
  run("money", [{text: "x"}], {budget: {total_budget_usd: 0.0}})
  run("cut", [{text: "x", stop_reason: "max_tokens"}], {})`),
    ).toEqual([
      "limit: budget_exhausted [] 2 nil max_turn_requests",
      "stuck: stuck [max_nudges] 2 nil end_turn",
      "tokens: budget_exhausted [token_budget] 1 nil max_turn_requests",
      "error: provider_error [provider_error] 0 auth end_turn",
      "money: budget_exhausted [budget_exhausted] 0 budget_exceeded max_turn_requests",
      "cut: done [natural] 1 nil max_tokens",
    ]);
  });

  it("says on standard error that a provider's error ended it", async () => {
    const run = await runBody(`
  llm_mock({error: {category: "auth", message: "no such key\\nask for one"}})
  println(agent_loop("go", nil, {provider: "mock"}).text)`);
    expect([run.lines, run.warnings]).toEqual([
      [""],
      ["[harn] warning: agent_loop ended with provider_error: no such key"],
    ]);
  });

  it("refuses options that it cannot mean", async () => {
    expect(
      await lines(`
  for opts in [{profile: "x"}, {max_iterations: 0}, {max_concurrent_tools: 0}, {done_sentinel: ""}, {persistent: true}, {llm_caller: 1}, {tools: 5}] {
    println(try { agent_loop("go", nil, {provider: "mock"} + opts) })
  }`),
    ).toEqual([
      "Result.Err(agent_loop: profile must be one of tool_using, researcher, verifier, completer)",
      "Result.Err(agent_loop: `max_iterations` must be a positive integer; got 0)",
      "Result.Err(agent_loop: `max_concurrent_tools` must be >= 1; got 0)",
      "Result.Err(agent_loop: `done_sentinel` must be a non-empty string or nil; got empty string)",
      "Result.Err(agent_loop: the `persistent` option was removed. Use `loop_until_done: true` instead.)",
      "Result.Err(agent_loop: `llm_caller` must be a closure or nil; got int)",
      "Result.Err(tools: expected a tool registry or a list of tools, got int)",
    ]);
  });

  it("refuses options of a kind that would have no effect", async () => {
    expect(
      await lines(`
  for opts in [{max_iterations: "3"}, {max_iterations: 2.5}, {token_budget: "x"}, {loop_until_done: "yes"}, {done_judge: 5}, {stop_after_successful_tools: 5}, {session_id: 5}, {skills: 5}, {tool_format: "zzz"}, {tools: ["add"]}, {max_nudges: nil}] {
    llm_mock_clear()
    llm_mock({text: "ok"})
    println(try { agent_loop("go", nil, {provider: "mock"} + opts).status })
  }`),
    ).toEqual([
      "Result.Err(agent_loop: `max_iterations` must be a positive integer; got string)",
      "Result.Err(agent_loop: `max_iterations` must be a positive integer; got float)",
      "Result.Err(agent_loop: `token_budget` must be a number or nil; got string)",
      "Result.Err(agent_loop: `loop_until_done` must be a bool or nil; got string)",
      "Result.Err(agent_loop: `done_judge` must be a dict, bool, or nil; got int)",
      "Result.Err(agent_loop: `stop_after_successful_tools` must be a string, a list, or nil; got int)",
      "Result.Err(agent_loop: `session_id` must be a string or nil; got int)",
      "Result.Err(agent_loop: `skills` must be a skill registry, a list of skills, or nil; got int)",
      'Result.Err(tool_format: expected "native" or "text", got "zzz")',
      "Result.Err(tools[0]: expected a tool or a tool registry, got string)",
      "Result.Ok(done)",
    ]);
  });

  it("goes on with a session's turns, and leaves no session behind as the current one", async () => {
    expect(
      await lines(`
  llm_mock({text: "Noted."})
  llm_mock({text: "Blue."})
  let s = agent_session_open("s")
  agent_loop("I like blue", "Painter.", {provider: "mock", session_id: s})
  let r = agent_loop("What do I like?", nil, {provider: "mock", session_id: s})
  println("\${len(llm_mock_calls()[1].messages)} \${starts_with(llm_mock_calls()[1].system, "Painter.")} \${agent_session_length(s)} \${agent_session_current_id()}")`),
    ).toEqual(["3 true 4 nil"]);
  });

  it("lets handlers start loops of their own, each in its session", async () => {
    expect(
      await lines(`
  let inner = tool_define(tool_registry(), "ask", "Asks", {parameters: {}, handler: { _a ->
    agent_loop("inner", nil, {provider: "mock", session_id: "inner"}).visible_text + " in " + agent_session_current_id()
  }})
  llm_mock({tool_calls: [{name: "ask", arguments: {}}]})
  llm_mock({text: "from inside"})
  llm_mock({text: "from outside"})
  let r = agent_loop("outer", nil, {provider: "mock", session_id: "outer", tools: inner, tool_format: "native"})
  println(r.visible_text)
  println(transcript_messages(r.transcript)[2].content)`),
    ).toEqual(["from outside", "[result of ask]", "from inside in outer", "[end of ask result]", ""]);
  });
});
