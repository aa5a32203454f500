import { describe, expect, it } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";
import type { HttpResponse } from "../../builtin/index.ts";
import { formatFixtures, type ModelCallEvent } from "../index.ts";
import { json, streamed } from "../testing/model-host.ts";
import { anthropicStream, openAiStream } from "../testing/wire-fixtures.ts";

const keys = { ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef", OPENAI_API_KEY: "sk-openai-0123456789abcdef" };

/** Answers in order. */
function inTurn(...answers: readonly (() => HttpResponse)[]): () => HttpResponse {
  const left = [...answers];
  return () => {
    const next = left.shift();
    if (next === undefined) throw new Error("connect ECONNREFUSED");
    return next();
  };
}

const chat = (content: string): HttpResponse =>
  json(200, {
    choices: [{ message: { content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 2 },
  });

describe("a real call", () => {
  it("goes where the catalogue says, with the key of the environment, and streams", async () => {
    const run = await runBody(
      `
  let r = llm_call("hi", "S", {model: "sonnet", max_tokens: 50})
  println("\${r.text} | \${r.provider} \${r.model} \${r.stop_reason} \${r.input_tokens}/\${r.output_tokens} \${r.cache_read_tokens}")
  println(r.tool_calls)
  println(r.blocks.map({ b -> b.type }))
  println("\${llm_session_cost().call_count} \${llm_session_cost().total_cost > 0.0} \${llm_usage().output_tokens}")`,
      { environment: keys, http: () => streamed(anthropicStream, [50, 333]) },
    );
    expect(run.lines).toEqual([
      "Ça va: 日本 🎌 | anthropic claude-sonnet-4-6 tool_use 25/89 100",
      "[{arguments: {days: 9007199254740993, location: São Paulo}, id: toolu_01, name: get_weather, type: tool_call}]",
      "[reasoning, output_text, tool_call]",
      "1 true 89",
    ]);
    expect(run.requests[0]).toMatchObject({
      method: "POST",
      url: "https://api.anthropic.com/v1/messages",
      headers: { "x-api-key": keys.ANTHROPIC_API_KEY, "anthropic-version": "2023-06-01" },
    });
  });

  it("says which variable is missing, and never sends without it", async () => {
    const run = await runBody(`
  println(try { llm_call("hi", nil, {provider: "openai"}) })
  println(llm_call_safe("hi", nil, {model: "claude-sonnet-4-6"}).error.category)
  println(llm_call_safe("hi", nil, {provider: "gemini"}).error.message.split("\\n")[0])
  println(llm_call_safe("hi", nil, {provider: "nowhere"}).error.message)`);
    expect(run.lines[0]).toBe(
      "Result.Err(Missing API key: set OPENAI_API_KEY environment variable (provider 'openai' selected via the provider option)",
    );
    expect(run.lines[1]).toMatch(
      /^No LLM providers configured\. Set one of these env vars: ANTHROPIC_API_KEY, OPENAI_API_KEY/,
    );
    expect(run.lines.slice(2)).toEqual([
      "auth",
      "Missing API key: set GEMINI_API_KEY or GOOGLE_API_KEY environment variable (provider 'gemini' selected via the provider option)",
      "unknown provider 'nowhere' (provider: nowhere)",
    ]);
    expect(run.requests).toEqual([]);
  });

  it("sends no limit of tokens that is none", async () => {
    const run = await runBody(
      `
  for limit in json_parse("[-1, 0, \\"many\\"]") {
    println(try { llm_call("hi", nil, {provider: "openai", max_tokens: limit}) })
  }`,
      { environment: keys },
    );
    expect(run.lines).toEqual(
      ["-1", "0", "string"].map((got) => `Result.Err(max_tokens: expected a positive integer, got ${got})`),
    );
    expect(run.requests).toEqual([]);
  });

  it("tries again after passing failures: Retry-After first, else doubling waits", async () => {
    const run = await runBody(
      `println(llm_call("hi", nil, {provider: "openai", llm_retries: 3, llm_backoff_ms: 100, stream: false}).text)`,
      {
        environment: keys,
        fliesThroughTimers: true,
        http: inTurn(
          () => json(500, {}),
          () => json(429, {}, { "retry-after": "3" }),
          () => json(503, {}),
          () => chat("at last"),
        ),
      },
    );
    expect(run.lines).toEqual(["at last"]);
    expect(run.waits).toEqual([100, 3000, 400]);
    expect(run.requests).toHaveLength(4);
    expect(run.warnings.map((line) => line.replace(/\(.*\), r/, "(…), r"))).toEqual([
      "[harn] warning: LLM call failed (…), retrying in 100ms (attempt 1/3)",
      "[harn] warning: LLM call failed (…), retrying in 3000ms (attempt 2/3)",
      "[harn] warning: LLM call failed (…), retrying in 400ms (attempt 3/3)",
    ]);
  });

  it("does not try again what will not pass, nor without retries", async () => {
    const refused = await runBody(
      `println(llm_call_safe("hi", nil, {provider: "openai", llm_retries: 3}).error.reason)`,
      { environment: keys, http: () => json(400, { error: { message: "bad" } }) },
    );
    expect([refused.lines, refused.requests.length]).toEqual([["invalid_request"], 1]);
    const once = await runBody(
      `
  let e = llm_call_safe("hi", nil, {provider: "openai"}).error
  println("\${e.kind} \${e.reason} \${e.category} \${e.provider} \${e.model} \${e.retry_after_ms}")`,
      { environment: keys, http: () => json(429, {}, { "retry-after": "2" }) },
    );
    expect([once.lines, once.requests.length]).toEqual([
      ["transient rate_limit rate_limit openai gpt-4o-mini 2000"],
      1,
    ]);
  });

  it("A18: is refused by HARN_LLM_CALLS_DISABLED, while mocks answer", async () => {
    const run = await runBody(
      `
  println(try { llm_call("hi", nil, {provider: "openai"}) })
  llm_mock({text: "prepared"})
  println(llm_call("hi", nil, {provider: "openai"}).text)
  println(llm_call("hi", nil, {provider: "mock"}).text)`,
      { environment: { ...keys, HARN_LLM_CALLS_DISABLED: "yes" } },
    );
    expect(run.lines).toEqual([
      "Result.Err(LLM calls are disabled by HARN_LLM_CALLS_DISABLED; provider `openai` would make a real LLM request)",
      "prepared",
      "Mock response to 1-word prompt: hi",
    ]);
  });

  it("keeps keys out of results, errors, events and recordings", async () => {
    const events: ModelCallEvent[] = [];
    const run = await runBody(
      `
  let r = llm_call("hi", nil, {provider: "openai", stream: false})
  println(json_stringify(r))
  println(json_stringify(llm_call_safe("hi", nil, {provider: "openai"})))
  println(json_stringify([llm_config(), llm_info(), llm_provider_status(), agent_trace()]))`,
      {
        environment: keys,
        http: inTurn(
          () => chat("ok"),
          () => json(401, { error: { message: `Incorrect API key provided: ${keys.OPENAI_API_KEY}` } }),
        ),
        llm: { recordsFixtures: true, observers: [(event) => events.push(event)] },
      },
    );
    const everything = JSON.stringify([run.lines, events, formatFixtures(run.llm.recorded ?? [])]);
    expect(everything).not.toContain("0123456789abcdef");
    expect(events.map((event) => event.kind)).toEqual([
      "model-call-start",
      "model-call-end",
      "model-call-start",
      "model-call-error",
    ]);
  });
});

describe("selection", () => {
  const ask = async (environment: Readonly<Record<string, string>>, options: string): Promise<readonly string[]> =>
    (
      await runBody(`let o = llm_resolved_options(${options})\n  println("\${o.provider} \${o.model}")`, {
        environment,
      })
    ).lines;

  it("takes the option, then the environment, then what the model implies, then the default", async () => {
    expect(await ask({ HARN_LLM_PROVIDER: "groq" }, '{provider: "openai", model: "sonnet"}')).toEqual([
      "openai claude-sonnet-4-6",
    ]);
    expect(await ask({ HARN_LLM_PROVIDER: "groq" }, '{model: "gpt-4o"}')).toEqual(["groq gpt-4o"]);
    expect(await ask({}, '{model: "gpt-4o"}')).toEqual(["openai gpt-4o"]);
    expect(await ask({}, '{provider: "auto", model: "qwen/qwen3-coder"}')).toEqual(["openrouter qwen/qwen3-coder"]);
    expect(await ask({}, '{model: "llama3.2:latest"}')).toEqual(["ollama llama3.2:latest"]);
    expect(await ask({ HARN_DEFAULT_PROVIDER: "zai" }, '{model: "who-knows"}')).toEqual(["zai who-knows"]);
    expect(await ask(keys, "{}")).toEqual(["anthropic claude-sonnet-4-6"]);
    expect(await ask({}, "{}")).toEqual(["ollama llama3.2"]);
    expect(await ask({}, '{provider: "groq"}')).toEqual(["groq claude-sonnet-4-6"]);
    expect(await ask({ HARN_LLM_MODEL: "gpt-4.1" }, "{}")).toEqual(["openai gpt-4.1"]);
    expect(await ask({ HARN_LLM_MODEL: "gpt-4.1" }, '{provider: "anthropic"}')).toEqual([
      "anthropic claude-sonnet-4-6",
    ]);
    expect(await ask({ LOCAL_LLM_BASE_URL: "http://x:1", LOCAL_LLM_MODEL: "phi" }, '{model_tier: "small"}')).toEqual([
      "local Qwen/Qwen3.5-9B",
    ]);
    expect(await ask({}, '{model: "hf:org/model"}')).toEqual(["huggingface org/model"]);
  });
});

describe("structured calls", () => {
  const schema = `{type: "object", required: ["n"], properties: {n: {type: "integer"}}}`;

  it("ask a provider without schema support in the system text", async () => {
    const run = await runBody(
      `println(llm_call_structured("n?", ${schema}, {provider: "local", model: "phi", stream: false}))`,
      { http: () => chat('Sure: ```json\n{"n": 4}\n```') },
    );
    expect(run.lines).toEqual(["{n: 4}"]);
    const body = JSON.parse(String(run.requests[0]?.body));
    expect(body.messages[0].content).toContain('"required":["n"]');
    expect(body).not.toHaveProperty("response_format");
  });

  it("send the original messages and one correction, never the bad answer", async () => {
    const run = await runBody(`println(llm_call_structured("n?", ${schema}, {provider: "openai", stream: false}))`, {
      environment: keys,
      http: inTurn(
        () => chat('{"n": "four"}'),
        () => chat('{"n": 4}'),
      ),
    });
    expect(run.lines).toEqual(["{n: 4}"]);
    const second = JSON.parse(String(run.requests[1]?.body));
    expect(second.messages).toHaveLength(2);
    expect(second.messages[1].content).toContain("Required keys: n.");
    expect(second.response_format.json_schema.strict).toBe(true);
  });

  it("need a schema that is one", async () => {
    const run = await runBody(`
  println(try { llm_call_structured("n?") })
  let five: any = 5
  println(try { llm_call_structured("n?", five) })`);
    expect(run.lines).toEqual([
      "Result.Err(llm_call_structured: missing required `schema` argument (a JSON Schema dict))",
      "Result.Err(llm_call_structured: `schema` must be a dict (JSON Schema), got int)",
    ]);
  });
});

describe("streams of parts", () => {
  it("give deltas as they come, and the reason last", async () => {
    const run = await runBody(
      `
  for part in llm_stream_call("hi", nil, {provider: "openai"}) {
    println("[\${part.delta}] [\${part.partial}] \${part.finish_reason}")
  }`,
      { environment: keys, http: () => streamed(openAiStream, [400, 700]) },
    );
    expect(run.lines).toEqual([
      "[Grüße, ] [Grüße, ] nil",
      "[世界 🌍] [Grüße, 世界 🌍] nil",
      "[] [Grüße, 世界 🌍] tool_calls",
    ]);
  });

  it("throw what went wrong", async () => {
    const run = await runBody(
      `
  let r = try { for part in llm_stream_call("hi", nil, {provider: "openai"}) { println(part.delta) } }
  println(unwrap_err(r).category)`,
      { environment: keys, http: () => json(529, {}) },
    );
    expect(run.lines).toEqual(["overloaded"]);
  });
});

describe("channels of text", () => {
  it("give the pieces, then end", async () => {
    const run = await runBody(`for piece in llm_stream("hi", nil, {provider: "openai"}) { println("[\${piece}]") }`, {
      environment: keys,
      http: () => streamed(openAiStream, [400, 700]),
    });
    expect(run.lines).toEqual(["[Grüße, ]", "[世界 🌍]"]);
  });

  it("give a failure as the last piece", async () => {
    const run = await runBody(`for piece in llm_stream("hi", nil, {provider: "openai"}) { println(piece) }`, {
      environment: keys,
      http: () => json(400, { error: { message: "no" } }),
    });
    expect(run.lines).toEqual(["error: openai HTTP 400 Bad Request [invalid_request]: no"]);
  });
});

describe("A24: fixture files", () => {
  const fixtures = {
    text: '{"text": "first"}\n\n{"text": "matched", "match": "*apples*"}\n{"error": {"category": "timeout", "message": "slow"}}\n',
    name: "run.llm-mock.jsonl",
  };

  it("answer before the program's own mocks, and alone while they are in force", async () => {
    const run = await runBody(
      `
  llm_mock({text: "own"})
  println(llm_call("a", nil, {provider: "openai"}).text)
  println(llm_call_safe("b", nil, {provider: "openai"}).error.category)
  println(llm_call("apples", nil, {provider: "openai"}).text)
  println(llm_call("c", nil, {provider: "openai"}).text)
  println(llm_call_safe("pears", nil, {provider: "openai"}).error.message)
  llm_mock_clear()
  println(llm_call("d", nil, {provider: "mock"}).text)`,
      { llm: { fixtures } },
    );
    expect(run.lines).toEqual([
      "first",
      "timeout",
      "matched",
      "own",
      'No --llm-mock fixture matched prompt: "pears\\nuser"',
      "Mock response to 1-word prompt: d",
    ]);
  });

  it("are refused with the line at fault", async () => {
    await expect(runBody("", { llm: { fixtures: { text: '{"text": "ok"}\nnope\n', name: "f" } } })).rejects.toThrow(
      "f line 2: expected a JSON object",
    );
    await expect(
      runBody("", { llm: { fixtures: { text: '{"error": {"category": "odd"}}', name: "f" } } }),
    ).rejects.toThrow("f line 1: unknown error category `odd`");
  });

  it("can be written from a run and replayed", async () => {
    const recorded = await runBody(`println(llm_call("hi", nil, {provider: "openai"}).tool_calls)`, {
      environment: keys,
      http: () => streamed(openAiStream),
      llm: { recordsFixtures: true },
    });
    const text = formatFixtures(recorded.llm.recorded ?? []);
    expect(JSON.parse(text)).toMatchObject({
      text: "Grüße, 世界 🌍",
      tool_calls: [{ name: "weather", args: { city: "Zürich" } }, { name: "read_file" }],
    });
    const replayed = await runBody(
      `let r = llm_call("hi", nil, {provider: "openai"})\n  println("\${r.text} \${r.thinking} \${r.input_tokens} \${r.stop_reason} \${r.tool_calls[0].arguments}")`,
      { llm: { fixtures: { text, name: "f" } } },
    );
    expect(replayed.lines).toEqual(["Grüße, 世界 🌍 Let me think — 考え 31 tool_calls {city: Zürich}"]);
  });
});
