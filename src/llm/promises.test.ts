// What was promised of model calls and their mocks from the outset. Tests carry the promise's number.
import { expect, test } from "vitest";
import { runBody } from "../agents/testing/programs.ts";
import type { HttpResponse } from "../builtin/index.ts";

const schema = `let schema = {type: "object", properties: {n: {type: "integer"}}, required: ["n"]}`;
const keys = { OPENAI_API_KEY: "key" };

const respond = (status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse => ({
  status,
  statusText: "",
  url: "",
  headers: { "content-type": "application/json", ...headers },
  body: (async function* () {
    yield new TextEncoder().encode('{"error": {"message": "no"}}');
  })(),
});

test("A3: auto infers the provider; a slash is OpenRouter's, a colon Ollama's, and the rest the default's", async () => {
  const { lines, requests } = await runBody(
    `println([llm_infer_provider("vendor/model"), llm_infer_provider("model:7b"), llm_infer_provider("zzz")])
    llm_call_safe("q", nil, {provider: "auto", model: "vendor/model"})`,
    { environment: { OPENROUTER_API_KEY: "key" }, http: () => respond(400) },
  );
  expect(lines).toEqual(["[openrouter, ollama, anthropic]"]);
  expect(new URL(requests[0]?.url ?? "").hostname).toBe("openrouter.ai");
});

test("A8: what the members of the family give, when it goes well and when it does not", async () => {
  const { lines } = await runBody(`${schema}
    let answer = { text -> llm_mock({text: text}) }
    llm_mock({text: "hi"})
    println(llm_call_safe("q", nil, {provider: "mock"}).keys())
    llm_mock({error: {category: "timeout", message: "slow"}})
    let failed = llm_call_safe("q", nil, {provider: "mock"})
    println([failed.ok, failed.response, failed.error.category])
    answer("{\\"n\\": 1}")
    println(llm_call_structured("q", schema, {provider: "mock"}))
    answer("{\\"n\\": 1}")
    println(llm_call_structured_safe("q", schema, {provider: "mock"}))
    answer("no")
    let refused = llm_call_structured_safe("q", schema, {provider: "mock", retries: 0})
    println([refused.ok, refused.data, refused.error.category])
    answer("{\\"n\\": 1}")
    let good = llm_call_structured_result("q", schema, {provider: "mock"})
    println(good.keys().join(" "))
    println([good.ok, good.data, good.error, good.error_category, good.attempts, good.repaired, good.extracted_json])
    answer("no")
    let bad = llm_call_structured_result("q", schema, {provider: "mock", retries: 0})
    println([bad.ok, bad.data, bad.error, bad.error_category, bad.attempts, bad.raw_text])`);
  expect(lines).toEqual([
    "[error, ok, response]",
    "[false, nil, timeout]",
    "{n: 1}",
    "{data: {n: 1}, error: nil, ok: true}",
    "[false, nil, schema_validation]",
    "attempts data error error_category extracted_json model ok provider raw_text repaired usage",
    "[true, {n: 1}, , nil, 1, false, false]",
    "[false, nil, response did not contain parseable JSON, missing_json, 1, no]",
  ]);
});

test("A9: one retry for a plain call, three for a structured one; each adds one user turn and drops the bad answer", async () => {
  const { lines } = await runBody(`${schema}
    for _i in 1 to 10 { llm_mock({text: "no"}) }
    llm_call_safe("q", nil, {provider: "mock", output_schema: schema, output_validation: "error"})
    println(len(llm_mock_calls()))
    llm_call_structured_safe("q", schema, {provider: "mock"})
    println(llm_mock_calls().map({ c -> c.messages.map({ m -> m.role }).join(" ") }).join(", "))`);
  expect(lines).toEqual(["2", "user, user user, user, user user, user user, user user"]);
});

test("A10: when the retries are used up, `error` throws while `warn` and `off` give the answer", async () => {
  const { lines } = await runBody(`${schema}
    for mode in ["error", "warn", "off"] {
      llm_mock({text: "no"})
      let r = llm_call_safe("q", nil, {provider: "mock", output_schema: schema, output_validation: mode, schema_retries: 0})
      println([mode, r.ok, r.response?.text])
    }`);
  expect(lines).toEqual(["[error, false, nil]", "[warn, true, no]", "[off, true, no]"]);
});

test("A12: an effort and a way of thinking exclude each other; {enabled: false} turns thinking off", async () => {
  const { lines } = await runBody(`
    llm_mock({text: "a"})
    println(try { llm_call("q", nil, {provider: "mock", reasoning_effort: "low", thinking: true}) })
    llm_call("q", nil, {provider: "mock", thinking: {enabled: false}})
    println(llm_mock_calls()[0].thinking)`);
  expect(lines).toEqual([
    "Result.Err(reasoning_effort cannot be combined with a non-disabled thinking option)",
    "{mode: disabled}",
  ]);
});

test("A13: what a model does not support is an error, unless a mock answers in its place", async () => {
  const { lines } = await runBody(`
    let ask = { -> llm_call_safe("q", nil, {provider: "ollama", model: "unlisted", vision: true}) }
    println(ask().error.message)
    llm_mock({text: "fine"})
    println(ask().response.text)`);
  expect(lines).toEqual([
    "option `vision` is not supported by `unlisted` (provider `ollama`). See `harn providers matrix` for compatibility.",
    "fine",
  ]);
});

test("A14: Responses is OpenAI's, and its options need it", async () => {
  const { lines } = await runBody(`
    println(try { llm_call("q", nil, {provider: "anthropic", api_mode: "responses"}) })
    println(try { llm_call("q", nil, {provider: "mock", previous_response_id: "r"}) })
    println(try { llm_call("q", nil, {provider: "mock", provider_tools: [{type: "web_search"}]}) })`);
  expect(lines).toEqual([
    'Result.Err(api_mode: "responses" is only supported by provider "openai"; got provider "anthropic")',
    'Result.Err(Responses-only options require api_mode: "responses")',
    'Result.Err(provider_tools requires api_mode: "responses")',
  ]);
});

test("A16: waits double up to the fourth time, a server may ask for a minute at most, and a mock does not wait", async () => {
  const retried = (headers: Readonly<Record<string, string>>, body = "") =>
    runBody(
      `${body}
      llm_call_safe("q", nil, {provider: "openai", llm_retries: 6, llm_backoff_ms: 100, stream: false})`,
      { environment: keys, fliesThroughTimers: true, http: () => respond(500, headers) },
    );
  expect((await retried({})).waits).toEqual([100, 200, 400, 800, 1600, 1600]);
  expect((await retried({ "retry-after": "3600" })).waits).toEqual(Array(6).fill(60_000));
  const mocked = await runBody(
    `llm_mock({error: {category: "server_error"}})
    llm_mock({text: "again"})
    println(llm_call("q", nil, {provider: "mock", llm_retries: 1}).text)`,
    { fliesThroughTimers: true },
  );
  expect([mocked.lines, mocked.waits]).toEqual([["again"], []]);
});

test("A17: a budget below what may come back fails before anything is sent, and says by how much", async () => {
  const { lines } = await runBody(`
    let e = llm_call_safe("q", nil, {provider: "mock", budget: {max_output_tokens: 1000}}).error
    println(e.keys().join(" "))
    println([e.category, e.limit, e.limit_value, e.projected_output_tokens, len(llm_mock_calls())])`);
  expect(lines).toEqual([
    "category kind limit limit_value message model projected_cost_usd projected_input_tokens projected_output_tokens provider reason session_cost_usd",
    "[budget_exceeded, max_output_tokens, 1000, 16384, 0]",
  ]);
});

test("A19: stop_reason is the provider's own word; the option `transcript` is gone and says what to do", async () => {
  const { lines } = await runBody(`
    llm_mock({text: "x", stop_reason: "odd_reason"})
    println(llm_call("q", nil, {provider: "mock"}).stop_reason)
    println(to_string(unwrap_err(try { llm_call("q", nil, {provider: "mock", transcript: {}}) })).split(".")[0])`);
  expect(lines).toEqual(["odd_reason", "llm_call / agent_loop: the `transcript` option was removed"]);
});

test("A22: with nothing prepared a mock echoes, calls the first native tool, and wraps its end where it is asked to", async () => {
  const { lines } = await runBody(`
    println(llm_call("two words", nil, {provider: "mock"}).text)
    let tools = tool_define(tool_registry(), "ping", "Ping", {parameters: {n: {type: "int"}}, handler: { _a -> "pong" }})
    println(llm_call("q", nil, {provider: "mock", tools: tools, tool_format: "native"}).tool_calls.map({ c -> [c.name, c.arguments] }))
    println(llm_call("q", "end with <done>", {provider: "mock"}).text.split("\\n"))`);
  expect(lines).toEqual([
    "Mock response to 2-word prompt: two words",
    "[[ping, {n: 0}]]",
    "[<assistant_prose>Mock response to 1-word prompt: q</assistant_prose>, <done>##DONE##</done>]",
  ]);
});

test("A23: once the queue is empty, a provider other than the mock is really asked", async () => {
  const run = await runBody(
    `llm_mock({text: "prepared"})
    println(llm_call("q", nil, {provider: "openai"}).text)
    println(llm_call_safe("q", nil, {provider: "openai"}).error.reason)`,
    { environment: keys, http: () => respond(401) },
  );
  expect([run.lines, run.requests.length]).toEqual([["prepared", "auth_failure"], 1]);
});

test("A25: calls of a mock are numbered from one, and its tokens are counted when nobody says them", async () => {
  const { lines } = await runBody(`
    llm_mock({text: "x", tool_calls: [{name: "a", arguments: {}}, {name: "b"}]})
    let r = llm_call("grün", nil, {provider: "mock"})
    println([r.native_tool_calls.map({ c -> c.id }), r.input_tokens, r.output_tokens])
    println(try { llm_mock_pop_scope() })`);
  // `grün`, a line feed, `user`: ten bytes of UTF-8.
  expect(lines).toEqual(["[[mock_call_1, mock_call_2], 10, 30]", "Result.Err(llm_mock_pop_scope: no scope to pop)"]);
});

test("A2: HARN_LLM_PROVIDER beats what a model implies, and not the option", async () => {
  const { requests } = await runBody(
    `llm_call_safe("q", nil, {model: "gpt-4o"})
    llm_call_safe("q", nil, {model: "gpt-4o", provider: "openai"})`,
    { environment: { ...keys, HARN_LLM_PROVIDER: "groq", GROQ_API_KEY: "key" }, http: () => respond(400) },
  );
  expect(requests.map(({ url }) => new URL(url).hostname)).toEqual(["api.groq.com", "api.openai.com"]);
});

test("A4: providers without a model of their own begin with claude-sonnet-4-6", async () => {
  const { requests } = await runBody(`llm_call_safe("q", nil, {provider: "groq", stream: false})`, {
    environment: { GROQ_API_KEY: "key" },
    http: () => respond(400),
  });
  expect(JSON.parse(String(requests[0]?.body)).model).toBe("claude-sonnet-4-6");
});

test("A24: clearing the mocks ends the replay of a file, whose prompts without an answer are named", async () => {
  const fixtures = { text: '{"text": "from the file", "match": "*known*"}\n', name: "f" };
  const { lines } = await runBody(
    `println(llm_call("a known one", nil, {provider: "mock"}).text)
    println(llm_call_safe("another", nil, {provider: "mock"}).error.message)
    llm_mock_clear()
    println(llm_call("another", nil, {provider: "mock"}).text)`,
    { llm: { fixtures } },
  );
  expect(lines[0]).toBe("from the file");
  expect(lines[1]).toMatch(/^No --llm-mock fixture matched prompt: "/);
  expect(lines[2]).toBe("Mock response to 1-word prompt: another");
});

test("A31: what is wrong with a block of media is said before anything is sent", async () => {
  const { lines } = await runBody(`
    let ask = { block -> llm_call_safe("q", nil, {provider: "mock", messages: [{role: "user", content: [block]}]}).error?.message }
    println(ask({type: "image", media_type: "image/png"}))
    println(ask({type: "image", url: "u", base64: "b", media_type: "image/png"}))
    println(ask({type: "image", base64: "b"}))
    println(ask({type: "pdf"}))
    println(ask({type: "image", url: "https://x.test/a.png", media_type: "image/png"}))`);
  expect(lines).toEqual([
    "llm_call image content requires exactly one of url or base64",
    "llm_call image content requires exactly one of url or base64",
    "llm_call image content requires media_type",
    "llm_call pdf content requires exactly one of url, base64, or file_id",
    "nil",
  ]);
});
