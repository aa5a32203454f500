// Every option of a model call, held against what is sent. What belongs to no request (retries, routes, budgets, schemas, caches) has tests
// of its own; `elsewhere` says where.
import { describe, expect, it } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";
import { type HttpRequest, type HttpResponse, optionKeys } from "../../builtin/index.ts";

const keys = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" };

function respond(): HttpResponse {
  const answer = { choices: [{ message: { content: "hi" } }], content: [{ type: "text", text: "hi" }], output: [] };
  return {
    status: 200,
    statusText: "",
    url: "",
    headers: { "content-type": "application/json" },
    body: (async function* () {
      yield new TextEncoder().encode(JSON.stringify(answer));
    })(),
  };
}

type Row = readonly [options: string, expected: object];

/** What each of the calls sends, in order. */
async function sent(base: string, rows: readonly Row[]): Promise<readonly HttpRequest[]> {
  const calls = rows.map(([options]) => `llm_call("hi", nil, ${base} + ${options})`);
  const run = await runBody(calls.join("\n"), { environment: keys, http: respond });
  expect(run.lines).toEqual([]);
  expect(run.requests).toHaveLength(rows.length);
  return run.requests;
}

function bodyOf(request: HttpRequest | undefined): unknown {
  const body = request?.body ?? "";
  return JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
}

async function check(base: string, rows: readonly Row[]): Promise<void> {
  const requests = await sent(base, rows);
  for (const [at, [options, expected]] of rows.entries())
    expect({ options, body: bodyOf(requests[at]) }).toMatchObject({ options, body: expected });
}

const tools = `tool_define(tool_registry(), "add", "Adds", {parameters: {n: {type: "int"}}, handler: { _a -> 1 }})`;
const schema = `{type: "object", properties: {n: {type: "integer"}}}`;
const schemaFormat = { response_format: { type: "json_schema", json_schema: { name: "response", strict: true } } };
const system = (content: unknown): object => ({ messages: [{ role: "system", content }, { role: "user" }] });

const openAiRows: readonly Row[] = [
  [`{model: "gpt-4o"}`, { model: "gpt-4o" }],
  [`{model: nil, model_tier: "mid"}`, { model: "gpt-4o-mini" }],
  [`{max_tokens: 7}`, { max_tokens: 7 }],
  [`{}`, { max_tokens: 16384 }],
  [`{temperature: 0.5, top_p: 0.25}`, { temperature: 0.5, top_p: 0.25 }],
  [`{frequency_penalty: 0.5, presence_penalty: 0.25}`, { frequency_penalty: 0.5, presence_penalty: 0.25 }],
  [`{stop: ["END"], seed: 3}`, { stop: ["END"], seed: 3 }],
  [`{logprobs: true, top_logprobs: 2}`, { logprobs: true, top_logprobs: 2 }],
  [`{messages: [{role: "user", content: "mine"}]}`, { messages: [{ role: "user", content: "mine" }] }],
  [`{system: "S"}`, system("S")],
  [
    `{system: "S", system_preamble: "P", system_prefix: ["a", "b"], system_context: {label: "C", text: "c"}, system_prompt_parts: {parts: ["d", {text: "e", enabled: false}]}, system_appendix: "A", system_suffix: "Z"}`,
    system("P\n\na\n\nb\n\n## C\nc\n\nd\n\nS\n\nA\n\nZ"),
  ],
  [`{prefill: "So"}`, { messages: [{ role: "user" }, { role: "assistant", content: "So" }] }],
  [`{output_schema: ${schema}, output_format: "json_schema"}`, schemaFormat],
  [`{json_schema: ${schema}}`, schemaFormat],
  [`{schema: ${schema}, response_format: "json"}`, schemaFormat],
  [`{output_format: {schema: ${schema}, strict: false}}`, { response_format: { json_schema: { strict: false } } }],
  [`{output_format: "json"}`, { response_format: { type: "json_object" } }],
  [`{response_format: "json"}`, { response_format: { type: "json_object" } }],
  [
    `{tools: ${tools}, tool_format: "native", tool_choice: "required"}`,
    { tools: [{ function: { name: "add" } }], tool_choice: "required" },
  ],
  [`{tools: ${tools}, tool_format: "text"}`, system(expect.stringContaining("### add"))],
  [`{openai: {user: "me"}}`, { user: "me" }],
  [`{model: "gpt-5.4", reasoning_effort: "low"}`, { reasoning_effort: "low" }],
  [`{model: "gpt-5.4", thinking: {mode: "effort", level: "high"}}`, { reasoning_effort: "high" }],
  [`{model: "gpt-5.4", reasoning_policy: "medium"}`, { reasoning_effort: "medium" }],
  [`{model: "gpt-5.4", thinking_policy: "low"}`, { reasoning_effort: "low" }],
  [`{model: "gpt-5.4", reasoning_policy: "auto", reasoning_task: "verify"}`, { reasoning_effort: "low" }],
  [
    `{model: "gpt-5.4", reasoning_policy: "auto", task_kind: "code", problem_scale: "large"}`,
    { reasoning_effort: "high" },
  ],
  [
    `{model: "gpt-5.4", reasoning_policy: "auto", task: "agent", reasoning_scale: "small"}`,
    { reasoning_effort: "low" },
  ],
  [
    `{messages: [{role: "user", content: [{type: "image", url: "https://x.invalid/i.png", media_type: "image/png"}]}], vision: true}`,
    { messages: [{ content: [{ type: "image_url", image_url: { url: "https://x.invalid/i.png" } }] }] },
  ],
];

const responsesRows: readonly Row[] = [
  [`{api: "responses", max_tokens: 9}`, { input: [{ role: "user" }], max_output_tokens: 9 }],
  [`{previous_response_id: "r1"}`, { previous_response_id: "r1" }],
  [`{response_store: false}`, { store: false }],
  [`{responses_store: true}`, { store: true }],
  [`{store: true}`, { store: true }],
  [`{background: true, truncation: "auto"}`, { background: true, truncation: "auto" }],
  [`{include: ["a"], max_tool_calls: 2}`, { include: ["a"], max_tool_calls: 2 }],
  [`{provider_tools: [{type: "web_search"}]}`, { tools: [{ type: "web_search" }] }],
  [`{hosted_tools: [{type: "web_search"}]}`, { tools: [{ type: "web_search" }] }],
  [`{compact: true}`, {}],
];

const claude = `{provider: "anthropic", model: "claude-opus-4-6", stream: false, schema_retries: 0}`;
const claudeRows: readonly Row[] = [
  [`{top_k: 5}`, { top_k: 5 }],
  [`{cache: true}`, { cache_control: { type: "ephemeral" } }],
  [`{stop: ["END"]}`, { stop_sequences: ["END"] }],
  [`{thinking: {budget_tokens: 2000}}`, { thinking: { type: "enabled", budget_tokens: 2000 } }],
  [`{thinking: true}`, { thinking: { type: "enabled", budget_tokens: 10000 } }],
  [`{model: "claude-opus-4-7", thinking: "adaptive"}`, { thinking: { type: "adaptive" } }],
  [`{output_schema: ${schema}, output_format: "json_schema"}`, { tool_choice: { name: "json_response" } }],
  [
    `{messages: [{role: "user", content: [{type: "pdf", base64: "aGk=", media_type: "application/pdf"}]}], pdf: true}`,
    { messages: [{ content: [{ type: "document" }] }] },
  ],
  [`{anthropic: {metadata: {user_id: "u"}}}`, { metadata: { user_id: "u" } }],
];

describe("every option of a model call", () => {
  it("stands in an OpenAI chat request", () =>
    check(`{provider: "openai", model: "gpt-4o-mini", stream: false, schema_retries: 0}`, openAiRows));

  it("stands in a Responses request", () =>
    check(`{provider: "openai", model: "gpt-5.4", api_mode: "responses"}`, responsesRows));

  it("stands in an Anthropic request", () => check(claude, claudeRows));

  it("stands in headers and addresses", async () => {
    const rows: readonly Row[] = [
      [`{interleaved_thinking: true, thinking: true}`, {}],
      [`{anthropic_beta_features: ["mine-1"]}`, {}],
    ];
    const requests = await sent(claude, rows);
    expect(requests.map((request) => request.headers?.["anthropic-beta"])).toEqual([
      expect.stringContaining("interleaved-thinking"),
      "mine-1",
    ]);
    const compacted = await sent(`{provider: "openai", model: "gpt-5.4", api_mode: "responses"}`, [
      [`{compact: true}`, {}],
    ]);
    expect(compacted[0]?.url).toMatch(/\/responses\/compact$/);
  });

  it("is a limit of time for the whole request", async () => {
    const { waits, lines } = await runBody(
      `for given in [{timeout: 5}, {timeout_ms: 1500}] {
        println(llm_call_safe("hi", nil, {provider: "openai", stream: false} + given).error?.category)
      }`,
      {
        environment: keys,
        fliesThroughTimers: true,
        http: () => ({
          ...respond(),
          body: (async function* () {
            yield await new Promise<Uint8Array>(() => {});
          })(),
        }),
      },
    );
    expect([waits, lines]).toEqual([
      [5000, 2000],
      ["timeout", "timeout"],
    ]);
  });
});

it("_iteration is no part of what an answer is kept under; metadata goes to whoever stands in for the model", async () => {
  const { lines } = await runBody(`
    let key = { o -> __llm_cache_key("q", nil, {provider: "mock", model: "m"} + o) }
    println([key({_iteration: 1}) == key({_iteration: 2}), key({temperature: 0.1}) == key({temperature: 0.2})])
    agent_loop("q", nil, {provider: "mock", metadata: {team: "a"}, llm_caller: { call -> println(call.opts.metadata)
      {ok: true, value: {text: "fine"}} }})`);
  expect(lines).toEqual(["[true, false]", "{team: a}"]);
});

const wanted = `let schema = {type: "object", properties: {n: {type: "integer"}}, required: ["n"]}
  let answers = { texts -> llm_mock_clear()
    for text in texts { llm_mock({text: text}) } }`;

it("repair hands a bad answer back once, with what is wrong with it", async () => {
  const { lines } = await runBody(`${wanted}
    for repair in [true, {model: "gpt-4o"}, {enabled: false}] {
      answers(["n is four", "{\\"n\\": 4}"])
      let r = llm_call_structured_result("q", schema, {provider: "mock", model: "m", retries: 0, repair: repair})
      println([r.ok, r.data, r.repaired, r.error_category])
    }
    println(llm_mock_calls().map({ c -> c.messages[0].content.contains("n is four") }))`);
  expect(lines).toEqual([
    "[true, {n: 4}, true, nil]",
    "[true, {n: 4}, true, nil]",
    "[false, nil, false, missing_json]",
    "[false]",
  ]);
});

it("llm_repair decides whether schema_recover asks a model, and which", async () => {
  const { lines, requests } = await runBody(
    `${wanted}
    for repair in [true, false, {enabled: false}] {
      answers(["{\\"n\\": 4}"])
      let r = schema_recover("n is 4", schema, {provider: "mock", llm_repair: repair})
      println([r.ok, r.stage, r.attempts, r.error, r.error_category])
    }
    llm_mock_clear()
    schema_recover("n is 4", schema, {provider: "openai", model: "gpt-4o", stream: false, llm_repair: {model: "gpt-4o-mini", temperature: 0.5}})`,
    { environment: keys, http: respond },
  );
  const failed = "[false, failed, 2, the text holds no JSON, schema_validation]";
  expect(lines).toEqual(["[true, llm_repair, 3, , nil]", failed, failed]);
  expect(bodyOf(requests[0])).toMatchObject({ model: "gpt-4o-mini", temperature: 0.5 });
});

it("schema_recover mends small slips before the model is asked again", async () => {
  const { lines } = await runBody(`${wanted}
    for text in ["{\\"n\\": 4,}", "{\\"n\\": \\"4\\"}", "no"] {
      for wish in [true, false] {
        answers([text, "{\\"n\\": 5}"])
        let r = llm_call("q", nil, {provider: "mock", output_schema: schema, schema_retries: 1, schema_recover: wish})
        println([r.data, len(llm_mock_calls())])
      }
    }`);
  expect(lines).toEqual(["[{n: 4}, 1]", "[{n: 5}, 2]", "[{n: 4}, 1]", "[{n: 5}, 2]", "[{n: 5}, 2]", "[{n: 5}, 2]"]);
});

/** Options whose effect is not in one request, and the files whose tests hold it. */
const elsewhere: Readonly<Record<string, string>> = {
  _iteration: "above",
  audio: "support.test.ts",
  anthropic_beta_features: "above, in headers",
  interleaved_thinking: "above, in headers",
  timeout: "above",
  timeout_ms: "above",
  metadata: "above",
  stream: "dialects/streams.test.ts",
  api_mode: "above, the base of the Responses rows",
  provider: "above, the base of all rows",
  transcript: "promises.test.ts, A19: removed",
  budget: "promises.test.ts, A17",
  budget_usd: "support.test.ts",
  session_id: "agents/sessions",
  tool_search: "tool-search.test.ts",
  idle_timeout: "call/call.test.ts",
  llm_retries: "call/call.test.ts",
  llm_backoff_ms: "call/call.test.ts",
  output_validation: "promises.test.ts, A10",
  schema_retries: "promises.test.ts, A9",
  schema_retry_nudge: "support.test.ts",
  schema_stream_abort: "call/schema-watch.test.ts",
  retries: "promises.test.ts, A8",
  repair: "above",
  llm_repair: "above",
  schema_recover: "above",
  structural_experiment: "call/experiment.test.ts",
  fallback_chain: "call/fallback.test.ts",
  fallback_strategy: "call/routes.test.ts",
  strategy: "call/routes.test.ts",
  prefer: "call/routes.test.ts",
  route_policy: "call/routes.test.ts",
  routing: "call/routes.test.ts",
};

/** Dicts named after a provider are laid over what is sent to it: tried above for two. */
const providers = (
  "azure_openai bedrock cerebras dashscope deepseek fake fireworks gemini groq huggingface local mlx mock ollama openrouter tgi together " +
  "vertex vllm"
).split(" ");

it("no option is left out", () => {
  const rows = [...openAiRows, ...responsesRows, ...claudeRows].map(([options]) => options).join(" ");
  const known = optionKeys("LlmCallOptions") ?? [];
  const missing = known.filter(
    (key) => !new RegExp(`\\b${key}:`).test(rows) && !Object.hasOwn(elsewhere, key) && !providers.includes(key),
  );
  expect(missing).toEqual([]);
});
