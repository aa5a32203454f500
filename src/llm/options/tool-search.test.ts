import { describe, expect, test } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";
import { stringifyJson } from "../../value/index.ts";
import { anthropicMessages } from "../dialects/anthropic.ts";
import { openAiResponses } from "../dialects/openai-responses.ts";
import { list, record } from "../fields.ts";
import { hear } from "../testing/hear.ts";
import { request } from "../testing/requests.ts";

const tools = `
  var tools = tool_define(tool_registry(), "anchor", "Always", {parameters: {}, handler: { _a -> "ok" }})
  tools = tool_define(tools, "deploy", "Deploy", {parameters: {}, defer_loading: true, namespace: "ops", handler: { _a -> "deployed" }})
  tools = tool_define(tools, "find", "Find", {parameters: {}, defer_loading: true, namespace: "crm", handler: { _a -> "found" }})`;

async function shown(options: string): Promise<string> {
  const { lines } = await runBody(`${tools}
    llm_mock({text: "ok"})
    let failed = try { llm_call("x", nil, {provider: "mock", tools: tools, ${options}}); nil } catch (e) { e }
    println(failed ?? llm_mock_calls()[0].tools.map({ t -> (t.type == "function" ? t.function.name : json_stringify(t)) + (t.defer_loading == true ? "*" : "") + (t.namespace == nil ? "" : "@" + t.namespace) }))`);
  return lines.join("\n");
}

describe("tool_search in a call", () => {
  test.each([
    [
      'model: "gpt-5.4-preview", tool_search: true',
      '[{"mode":"hosted","namespaces":["crm","ops"],"type":"tool_search"}, anchor, deploy*@ops, find*@crm]',
    ],
    [
      'model: "claude-opus-4-7", tool_search: "regex"',
      '[{"name":"tool_search_tool_regex","type":"tool_search_tool_regex_20251119"}, anchor, deploy*@ops, find*@crm]',
    ],
    [
      'model: "gpt-5.4", tool_search: {always_loaded: ["find"]}',
      '[{"mode":"hosted","namespaces":["crm","ops"],"type":"tool_search"}, anchor, deploy*@ops, find@crm]',
    ],
    [
      'model: "unheard-of", tool_search: {mode: "native"}, mock: {force_native_tool_search: true}',
      '[{"mode":"hosted","namespaces":["crm","ops"],"type":"tool_search"}, anchor, deploy*@ops, find*@crm]',
    ],
    // Where the provider does not search, a call alone shows everything.
    ['model: "gpt-4o", tool_search: true', "[anchor, deploy, find]"],
    ['model: "claude-opus-4-7", tool_search: "hybrid"', "[anchor, deploy, find]"],
    ['model: "claude-opus-4-7", tool_search: {strategy: { _q, _t -> [] }}', "[anchor, deploy, find]"],
    [
      'model: "gpt-4o", tool_search: {mode: "native"}',
      'tool_search: provider "mock" does not expose native tool-search for model "gpt-4o". Set `tool_search: { mode: "client" }` to use the client-executed fallback, or omit tool_search to ship tools eagerly.',
    ],
    [
      'model: "claude-opus-4-7", tool_search: {mode: "native", variant: "hybrid"}',
      'tool_search: variant "hybrid" is client-only; set mode: "client" or use "bm25"/"regex" for native provider tool search',
    ],
  ])("%s", async (options, expected) => {
    expect(await shown(options)).toBe(expected);
  });
});

test("A39: a loop leaves the search to a provider that can, and tells what it found", async () => {
  const { lines, events } = await runBody(`${tools}
    llm_mock({tool_calls: [{name: "deploy", arguments: {}}], blocks: [
      {type: "tool_search_query", id: "s1", name: "tool_search_tool_bm25", input: {query: "ship"}},
      {type: "tool_search_result", tool_use_id: "s1", content: {tool_references: [{type: "tool_reference", tool_name: "deploy"}]}},
    ]})
    llm_mock({text: "done"})
    let r = agent_loop("go", nil, {provider: "mock", model: "claude-opus-4-7", tools: tools, tool_search: true})
    println(llm_mock_calls()[0].tools.map({ t -> t.function?.name ?? t.type }))
    println(r.tools.successful)`);
  expect(lines).toEqual(["[tool_search_tool_bm25_20251119, anchor, deploy, find, agent_await_resumption]", "[deploy]"]);
  expect(events.filter(({ type }) => type.startsWith("tool_search"))).toMatchObject([
    { type: "tool_search_query", tool_use_id: "s1", query: { query: "ship" }, mode: "native", strategy: "bm25" },
    { type: "tool_search_result", tool_use_id: "s1", promoted: ["deploy"], mode: "native" },
  ]);
});

describe("on the wire", () => {
  const deferred = record({
    type: "function",
    function: record({ name: "deploy", description: "Deploy", parameters: record({ type: "object" }) }),
    namespace: "ops",
    defer_loading: true,
  });
  const search = record({ type: "tool_search_tool_bm25_20251119", name: "tool_search_tool_bm25" });

  test("Anthropic gets the search, the mark and the header that allows them", () => {
    const call = request({ provider: "anthropic", tools: [search, deferred] });
    expect(JSON.parse(stringifyJson(anthropicMessages.encode(call))).tools).toEqual([
      { type: "tool_search_tool_bm25_20251119", name: "tool_search_tool_bm25" },
      { name: "deploy", description: "Deploy", input_schema: { type: "object" }, defer_loading: true },
    ]);
    expect(anthropicMessages.headers(call)["anthropic-beta"]).toBe("advanced-tool-use-2025-11-20");
  });

  test("OpenAI gets the search and flat tools with the mark", () => {
    const call = request({ tools: [record({ type: "tool_search", mode: "hosted" }), deferred] });
    expect(JSON.parse(stringifyJson(openAiResponses.encode(call))).tools).toMatchObject([
      { type: "tool_search", mode: "hosted" },
      { type: "function", name: "deploy", namespace: "ops", defer_loading: true },
    ]);
  });

  test("what Anthropic searched for is told, and goes back with the turn as it came", () => {
    const lines = [
      { type: "message_start", message: { id: "m", model: "claude-opus-4-7", usage: { input_tokens: 1 } } },
      {
        type: "content_block_start",
        index: 0,
        content_block: { type: "server_tool_use", id: "s1", name: "tool_search_tool_bm25", input: {} },
      },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '{"query":' } },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '"ship"}' } },
      {
        type: "content_block_start",
        index: 1,
        content_block: {
          type: "tool_search_tool_result",
          tool_use_id: "s1",
          content: {
            type: "tool_search_tool_search_result",
            tool_references: [{ type: "tool_reference", tool_name: "deploy" }],
          },
        },
      },
      {
        type: "content_block_start",
        index: 2,
        content_block: { type: "tool_use", id: "t1", name: "deploy", input: {} },
      },
      { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 2 } },
      { type: "message_stop" },
    ];
    const bytes = new TextEncoder().encode(
      lines.map((line) => `event: ${line.type}\ndata: ${JSON.stringify(line)}\n\n`).join(""),
    );
    const { reply } = hear(anthropicMessages, [bytes]);
    expect(reply.toolCalls.map(({ name }) => name)).toEqual(["deploy"]);
    expect(JSON.parse(stringifyJson(list(reply.hosted ?? [])))).toMatchObject([
      { type: "tool_search_query", provider_type: "server_tool_use", input: { query: "ship" } },
      { type: "tool_search_result", tool_use_id: "s1" },
    ]);
    const again = request({
      provider: "anthropic",
      messages: [record({ role: "assistant", content: "", reasoning: list(reply.signedReasoning) })],
    });
    expect(JSON.parse(stringifyJson(anthropicMessages.encode(again))).messages[0].content).toMatchObject([
      { type: "server_tool_use", id: "s1", input: { query: "ship" } },
      { type: "tool_search_tool_result", tool_use_id: "s1" },
    ]);
  });
});
