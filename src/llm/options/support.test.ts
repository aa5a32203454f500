import { expect, test } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";

const keys = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" };
const tools = `tool_define(tool_registry(), "add", "Adds", {parameters: {n: {type: "int"}}, handler: { _a -> 1 }})`;

/** What is said of options without a mock: the refused one, or nothing when the call goes out and fails there. */
async function refusals(rows: readonly string[]): Promise<readonly string[]> {
  const calls = rows.map((row) => `llm_call_safe("q", nil, ${row})`).join(", ");
  const body = `for answer in [${calls}] {
      let said = to_string(answer.error?.message)
      println(said.starts_with("option ") ? said.split(" is not")[0] : "-")
    }`;
  return (await runBody(body, { environment: keys })).lines;
}

test("A13: what a model cannot do is refused by name", async () => {
  const unknown = `provider: "local", model: "some-model", stream: false`;
  const claude = `provider: "anthropic", model: "claude-opus-4-7", stream: false`;
  const rows: readonly (readonly [string, string])[] = [
    [`{${unknown}, tools: ${tools}}`, "-"],
    [`{${unknown}, tools: ${tools}, tool_format: "native"}`, "option `tools`"],
    [`{${unknown}, thinking: true}`, "option `thinking`"],
    [`{${unknown}, thinking: false}`, "-"],
    [`{${unknown}, reasoning_effort: "low"}`, "option `reasoning_effort`"],
    [`{${unknown}, reasoning_effort: "none"}`, "-"],
    [`{${claude}, reasoning_effort: "low"}`, "option `reasoning_effort`"],
    [`{${unknown}, reasoning_policy: "high"}`, "-"],
    [`{${unknown}, interleaved_thinking: true}`, "option `interleaved_thinking`"],
    [`{${unknown}, cache: true}`, "option `cache`"],
    [`{${unknown}, cache: false}`, "-"],
    [`{${unknown}, vision: true}`, "option `vision`"],
    [`{${unknown}, audio: true}`, "option `audio`"],
    [`{${claude}, pdf: true}`, "-"],
    [`{${unknown}, pdf: true}`, "option `pdf`"],
    [`{${unknown}, output_format: "json"}`, "option `output_format`"],
    [`{${unknown}, response_format: "json"}`, "option `output_format`"],
    [`{${unknown}, json_schema: {type: "object"}}`, "option `output_format`"],
    [`{${unknown}, output_schema: {type: "object"}}`, "-"],
  ];
  expect(await refusals(rows.map(([row]) => row))).toEqual(rows.map(([, said]) => said));
});

test("what is not sent is told once, and nothing under a mock", async () => {
  const calls = `for _n in 1 to 2 {
      llm_call_safe("q", nil, {provider: "openai", model: "gpt-4o-mini", top_k: 4, stream: false})
      llm_call_safe("q", nil, {provider: "anthropic", model: "claude-opus-4-7", temperature: 0.5, prefill: "So", thinking: {budget_tokens: 9}, stream: false})
    }`;
  const { warnings } = await runBody(calls, { environment: keys });
  expect(warnings).toEqual([
    '[harn] warning: "top_k" is not supported by provider "openai" model "gpt-4o-mini", ignoring',
    '[harn] warning: temperature, top_p and top_k are not sent to provider "anthropic" model "claude-opus-4-7" while it thinks, ignoring',
    expect.stringContaining('"thinking.budget_tokens" is not supported by provider "anthropic"'),
    '[harn] warning: "prefill" is not supported by provider "anthropic" model "claude-opus-4-7", ignoring',
  ]);
  expect((await runBody(`llm_mock({text: "a", match: "*"})\n${calls}`, { environment: keys })).warnings).toEqual([]);
});

test("a model that thinks unless it is told not to is told so, and not between calls of tools", async () => {
  const sent: string[] = [];
  const rows = [
    "{}",
    "{thinking: true}",
    `{reasoning_policy: "auto", task: "agent"}`,
    `{reasoning_policy: "high", system: "S"}`,
    `{thinking: false, system: "S", prefill: "So"}`,
  ];
  const body = rows
    .map((row) => `llm_call_safe("q", nil, {provider: "local", model: "qwen3-8b", stream: false} + ${row})`)
    .join("\n");
  const { requests } = await runBody(body, {
    http: () => {
      throw new Error("no");
    },
  });
  for (const { body: text } of requests) {
    const { messages, chat_template_kwargs } = JSON.parse(String(text));
    sent.push(`${messages[0].role === "system" ? messages[0].content : "-"} ${JSON.stringify(chat_template_kwargs)}`);
  }
  expect(sent).toEqual([
    '/no_think {"enable_thinking":false}',
    '- {"enable_thinking":true}',
    '/no_think {"enable_thinking":false}',
    'S {"enable_thinking":true}',
    '/no_think\nS {"add_generation_prompt":false,"continue_final_message":true,"enable_thinking":false}',
  ]);
});

test("budget_usd limits what one call may cost; a nudge of one's own asks again", async () => {
  const { lines } = await runBody(
    `println(llm_call_safe("q", nil, {provider: "openai", model: "gpt-4o", budget_usd: 0.0001}).error?.category)
    for nudge in [true, false, "Numbers only!"] {
      llm_mock_clear()
      llm_mock({text: "no"})
      llm_mock({text: "{\\"n\\": 1}"})
      llm_call("q", nil, {provider: "mock", schema: {type: "object", required: ["n"]}, schema_retry_nudge: nudge})
      println(llm_mock_calls()[1].messages.map({ m -> substring(m.content, 0, 13) }))
    }`,
    { environment: keys },
  );
  expect(lines[0]).toBe("budget_exceeded");
  expect(lines[2]).toBe("[q]");
  expect(lines[3]).toBe("[q, Numbers only!]");
});
