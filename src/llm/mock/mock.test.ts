import { describe, expect, it } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";

async function lines(body: string): Promise<readonly string[]> {
  return (await runBody(body)).lines;
}

describe("prepared answers", () => {
  it("A20, A21: come from the queue first, then from the first pattern that fits all strings of the messages", async () => {
    expect(
      await lines(`
  llm_mock({text: "p1", match: "*apple*"})
  llm_mock({text: "p2", match: "*apple*", consume_match: true})
  llm_mock({text: "exact", match: "pear\\nuser"})
  llm_mock({text: "queued"})
  fn ask(p) { println(llm_call(p, "apple", {provider: "mock"}).text) }
  ask("apple pie")
  ask("apple pie")
  ask("apple pie")
  ask("pear")
  ask("pears")`),
    ).toEqual(["queued", "p1", "p1", "exact", "Mock response to 1-word prompt: pears"]);
  });

  it("are consumed when they ask to be, and set aside by scopes", async () => {
    expect(
      await lines(`
  fn ask() { println(llm_call("q", nil, {provider: "mock"}).text) }
  llm_mock({text: "once", match: "*", consume_match: true})
  ask()
  llm_mock({text: "outer"})
  llm_mock_push_scope()
  ask()
  llm_mock({text: "inner"})
  ask()
  println(len(llm_mock_calls()))
  llm_mock_pop_scope()
  println(len(llm_mock_calls()))
  ask()
  println(try { llm_mock_pop_scope() })`),
    ).toEqual([
      "once",
      "Mock response to 1-word prompt: q",
      "inner",
      "2",
      "1",
      "outer",
      "Result.Err(llm_mock_pop_scope: no scope to pop)",
    ]);
  });

  it("carry errors of known categories only", async () => {
    expect(
      await lines(`
  println(try { llm_mock({error: {category: "sunspots"}}) })
  println(try { llm_mock({error: {message: "m"}}) })
  println(try { llm_mock({error: "m"}) })
  println(try { llm_mock({error: {category: "timeout", retry_after_ms: -1}}) })
  llm_mock({error: {category: "rate_limit", message: "slow", retry_after_ms: 20}})
  let e = unwrap_err(try { llm_call("q", nil, {provider: "mock", model: "m"}) })
  println(e)`),
    ).toEqual([
      "Result.Err(llm_mock: unknown error category `sunspots`)",
      "Result.Err(llm_mock: error.category is required)",
      "Result.Err(llm_mock: error must be a dict {category, message, retry_after_ms?})",
      "Result.Err(llm_mock: error.retry_after_ms must be a non-negative int, got int)",
      "{category: rate_limit, kind: transient, message: slow, model: m, provider: mock, reason: rate_limit, retry_after_ms: 20}",
    ]);
  });

  it("give what was not said a default", async () => {
    expect(
      await lines(`
  llm_mock({})
  let r = llm_call("abc", nil, {provider: "mock"})
  println("[\${r.text}] \${r.model} \${r.provider} \${r.input_tokens} \${r.output_tokens} \${r?.stop_reason} \${r.blocks}")
  let tools = tool_define(tool_registry(), "t", "d", {parameters: {s: "string", i: "int", f: "float", b: "bool", l: "list", d: "dict", o: {type: "string", required: false}}, handler: { a -> a }})
  let c = llm_call("use it", nil, {provider: "mock", tools: tools})
  println("\${c.tool_calls} \${c.output_tokens}")`),
    ).toEqual([
      "[] mock mock 8 30 nil []",
      "[{arguments: {b: false, d: {}, f: 0.0, i: 0, l: [], s: }, id: mock_call_1, name: t, type: tool_call}] 20",
    ]);
  });

  it("change nothing when a program writes into what it was given", async () => {
    expect(
      await lines(`
  llm_call("q", nil, {provider: "mock"})
  var calls = llm_mock_calls()
  calls[0].messages[0].content = "changed"
  var trace = agent_trace()
  trace[0].type = "changed"
  println("\${llm_mock_calls()[0].messages[0].content} \${agent_trace()[0].type}")`),
    ).toEqual(["q llm_call"]);
  });
});
