import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../builtin/index.ts";
import { show, stringifyJson } from "../../value/index.ts";
import { noCapabilities } from "../catalog/capabilities.ts";
import { ModelFailure } from "../failure.ts";
import { list, record } from "../fields.ts";
import type { ModelReply, ModelRequest } from "../model.ts";
import { createLlmService } from "../service.ts";
import { type Answer, json, type ModelHost, modelHost, respond } from "../testing/model-host.ts";
import { request } from "../testing/requests.ts";
import { geminiStream, ollamaStream } from "../testing/wire-fixtures.ts";
import { exchange } from "../wire/exchange.ts";
import { routeTo } from "./routes.ts";

const aws = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  gemini: { GEMINI_API_KEY: "g-key" },
  vertex: { VERTEX_AI_ACCESS_TOKEN: "v-token", VERTEX_AI_PROJECT: "proj" },
  azure_openai: { AZURE_OPENAI_API_KEY: "a-key", AZURE_OPENAI_ENDPOINT: "https://res.openai.azure.com" },
  bedrock: aws,
  ollama: {},
  openai: { OPENAI_API_KEY: "o-key" },
  anthropic: { ANTHROPIC_API_KEY: "n-key" },
};

async function call(
  host: ModelHost,
  changes: Partial<ModelRequest> & { readonly provider: string },
): Promise<ModelReply> {
  const service = createLlmService({
    host,
    signAwsRequest: ({ region, service: name, credentials }) => ({
      authorization: `signed ${region}/${name} by ${credentials.accessKeyId} ${credentials.sessionToken ?? ""}`.trim(),
    }),
  });
  const asked = request(changes);
  const selection = { provider: asked.provider, model: asked.model, via: "the test" };
  const { signal } = new AbortController();
  const route = await routeTo(service, asked, selection, signal);
  const http = host.http as NonNullable<ModelHost["http"]>;
  return exchange({ ...route, http, clock: host.clock, request: asked, signal, listener: {} });
}

async function sent(
  changes: Partial<ModelRequest> & { readonly provider: string },
  answer: Answer = json(200, {}),
  environment = environments[changes.provider] ?? {},
): Promise<{
  readonly http: HttpRequest;
  readonly body: Record<string, unknown>;
  readonly reply: ModelReply | unknown;
}> {
  const host = modelHost(environment);
  host.answers.push(answer);
  const reply = await call(host, changes).catch((error: unknown) => error);
  const http = host.requests[0];
  if (http === undefined) throw reply;
  return { http, body: JSON.parse(String(http.body)), reply };
}

const tool = record({
  type: "function",
  function: record({
    name: "add",
    description: "Adds",
    parameters: record({
      type: "object",
      additionalProperties: false,
      properties: record({ a: record({ type: "integer" }) }),
    }),
  }),
});
const turn = [
  record({ role: "user", content: "add" }),
  record({
    role: "assistant",
    content: "ok",
    tool_calls: list([record({ id: "c1", name: "add", arguments: record({ a: 1 }) })]),
    reasoning: list([record({ type: "gemini_signature", signature: "sig", tool_call_id: "c1" })]),
  }),
  record({ role: "tool", tool_call_id: "c1", name: "add", content: "one" }),
];

describe("Gemini and Vertex requests", () => {
  it("go to the model's own address with the key in a header, and stream", async () => {
    const stream = respond(200, [geminiStream], { "content-type": "text/event-stream" });
    const { http, reply } = await sent({ provider: "gemini", model: "gemini-2.5-flash" }, stream);
    expect(http.url).toBe(
      "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    );
    expect(http.headers).toMatchObject({ "x-goog-api-key": "g-key", accept: "text/event-stream" });
    expect(reply).toMatchObject({ text: "Il fait beau ☀️" });
    const whole = await sent({ provider: "vertex", model: "gemini-2.5-pro", stream: false });
    expect(whole.http.url).toBe(
      "https://aiplatform.googleapis.com/v1/projects/proj/locations/us-central1/publishers/google/models/gemini-2.5-pro:generateContent",
    );
    expect(whole.http.headers.authorization).toBe("Bearer v-token");
  });

  it("carry turns, calls with their signatures, results, tools and settings in this wire's words", async () => {
    const { body } = await sent({
      provider: "gemini",
      model: "gemini-2.5-pro",
      system: "S",
      messages: turn,
      tools: [tool],
      toolChoice: "required",
      sampling: { temperature: 0.5, topP: 1, topK: 3, stop: ["X"] },
      outputFormat: { kind: "json_schema", schema: record({ type: "object" }), strict: true },
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: "S" }] },
      contents: [
        { role: "user", parts: [{ text: "add" }] },
        {
          role: "model",
          parts: [{ text: "ok" }, { functionCall: { name: "add", args: { a: 1 } }, thoughtSignature: "sig" }],
        },
        { role: "user", parts: [{ functionResponse: { name: "add", response: { result: "one" } } }] },
      ],
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 0.5,
        topP: 1,
        topK: 3,
        stopSequences: ["X"],
        responseMimeType: "application/json",
        responseJsonSchema: { type: "object" },
      },
      tools: [
        {
          functionDeclarations: [
            {
              name: "add",
              description: "Adds",
              parameters: { type: "object", properties: { a: { type: "integer" } } },
            },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: "ANY" } },
    });
  });

  it("A30: give thinking budgets to 2.5 models and modes for a tool choice", async () => {
    const budget = async (model: string, thinking: ModelRequest["thinking"]): Promise<unknown> => {
      const { body } = await sent({ provider: "gemini", model, thinking });
      return (body.generationConfig as Record<string, unknown>).thinkingConfig;
    };
    expect(await budget("gemini-2.5-flash", { mode: "disabled" })).toEqual({ thinkingBudget: 0 });
    expect(await budget("gemini-2.5-pro", { mode: "disabled" })).toBeUndefined();
    expect(await budget("gemini-2.5-pro", { mode: "adaptive" })).toEqual({ thinkingBudget: -1 });
    expect(await budget("gemini-2.5-pro", { mode: "effort", level: "low" })).toEqual({ thinkingBudget: 1024 });
    expect(await budget("gemini-2.5-pro", { mode: "effort", level: "medium" })).toEqual({ thinkingBudget: 8192 });
    expect(await budget("gemini-2.5-flash", { mode: "effort", level: "high" })).toEqual({ thinkingBudget: 24_576 });
    expect(await budget("gemini-2.5-pro", { mode: "effort", level: "high" })).toEqual({ thinkingBudget: 32_768 });
    expect(await budget("gemini-3-pro", { mode: "adaptive" })).toBeUndefined();
    const mode = async (toolChoice: NonNullable<ModelRequest["toolChoice"]>): Promise<unknown> =>
      (await sent({ provider: "gemini", tools: [tool], toolChoice })).body.toolConfig;
    expect(await mode("none")).toEqual({ functionCallingConfig: { mode: "NONE" } });
    expect(await mode("auto")).toEqual({ functionCallingConfig: { mode: "AUTO" } });
    expect(await mode(record({ type: "function", function: record({ name: "add" }) }))).toEqual({
      functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["add"] },
    });
  });

  it("carry media as inline data, or by its address", async () => {
    const content = list([
      record({ type: "image", base64: "aGk=", media_type: "image/jpeg" }),
      record({ type: "pdf", url: "https://files.test/a.pdf" }),
    ]);
    const { body } = await sent({ provider: "gemini", messages: [record({ role: "user", content })] });
    expect(body.contents).toEqual([
      {
        role: "user",
        parts: [
          { inline_data: { mime_type: "image/jpeg", data: "aGk=" } },
          { file_data: { mime_type: "application/pdf", file_uri: "https://files.test/a.pdf" } },
        ],
      },
    ]);
  });
});

describe("Ollama requests", () => {
  it("A29: name window and keep-alive: override, environment, catalogue, 32768", async () => {
    const settings = async (environment: Record<string, string>, overrides = record({})): Promise<unknown[]> => {
      const line = respond(200, [ollamaStream], { "content-type": "application/x-ndjson" });
      const { http, body, reply } = await sent({ provider: "ollama", model: "odd", overrides }, line, environment);
      expect(http.url).toBe("http://localhost:11434/api/chat");
      expect(reply).toMatchObject({ text: "Grüße 🌍" });
      return [(body.options as Record<string, unknown>).num_ctx, body.keep_alive];
    };
    expect(await settings({})).toEqual([32_768, "30m"]);
    expect(await settings({ OLLAMA_NUM_CTX: "1", OLLAMA_CONTEXT_LENGTH: "2048", OLLAMA_KEEP_ALIVE: "60" })).toEqual([
      2048, 60,
    ]);
    expect(await settings({ HARN_OLLAMA_NUM_CTX: "9" }, record({ num_ctx: 77, keep_alive: "1h" }))).toEqual([77, "1h"]);
  });

  it("go to the completion endpoint for models that are told better in one text, unless there are tools or images", async () => {
    const capabilities = { ...noCapabilities, recommendedEndpoint: "/api/generate-raw" };
    const image = list([record({ type: "image", base64: "aGk=", media_type: "image/png" })]);
    const paths = async (changes: Partial<ModelRequest>): Promise<string> =>
      new URL((await sent({ provider: "ollama", model: "qwen3:8b", capabilities, ...changes })).http.url).pathname;
    expect(await paths({})).toBe("/api/generate");
    expect(await paths({ tools: [tool] })).toBe("/api/chat");
    expect(await paths({ messages: [record({ role: "user", content: image })] })).toBe("/api/chat");
    expect(await paths({ capabilities: noCapabilities })).toBe("/api/chat");
  });

  it("carry plain contents, images beside them, calls as objects and the format", async () => {
    const content = list(["look", record({ type: "image", base64: "aGk=", media_type: "image/png" })]);
    const { body } = await sent({
      provider: "ollama",
      messages: [record({ role: "user", content }), ...turn.slice(1)],
      outputFormat: { kind: "json_object" },
      stream: false,
    });
    expect(body).toMatchObject({
      stream: true,
      format: "json",
      options: { num_predict: 100, min_p: 0.05, repeat_penalty: 1.05 },
      messages: [
        { role: "user", content: "look", images: ["aGk="] },
        { role: "assistant", content: "ok", tool_calls: [{ function: { name: "add", arguments: { a: 1 } } }] },
        { role: "tool", tool_name: "add", content: "one" },
      ],
    });
  });
});

describe("Azure requests", () => {
  it("name the deployment in the address and take a key or a token", async () => {
    const { http, body } = await sent({ provider: "azure_openai", model: "gpt-4o" });
    expect(http.url).toBe(
      "https://res.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
    );
    expect(http.headers["api-key"]).toBe("a-key");
    expect(body).not.toHaveProperty("model");
    const environment = {
      AZURE_OPENAI_AD_TOKEN: "token",
      AZURE_OPENAI_ENDPOINT: "https://res.openai.azure.com/",
      AZURE_OPENAI_DEPLOYMENT: "mine",
      AZURE_OPENAI_API_VERSION: "2025-01-01",
    };
    const other = await sent({ provider: "azure_openai", model: "gpt-4o" }, json(200, {}), environment);
    expect(other.http.url).toContain("/deployments/mine/chat/completions?api-version=2025-01-01");
    expect(other.http.headers).toMatchObject({ authorization: "Bearer token" });
  });
});

describe("Bedrock requests", () => {
  it("A30: are signed, carry text and tools, and neither images nor a tool choice", async () => {
    const content = list(["look", record({ type: "image", base64: "aGk=", media_type: "image/png" })]);
    const answer = json(200, {
      output: {
        message: {
          content: [{ text: "Bonjour" }, { toolUse: { toolUseId: "t1", name: "add", input: { a: 2 } } }],
        },
      },
      stopReason: "tool_use",
      usage: { inputTokens: 5, outputTokens: 6, cacheReadInputTokens: 2 },
    });
    const { http, body, reply } = await sent(
      {
        provider: "bedrock",
        model: "anthropic.claude-v2:1",
        system: "S",
        messages: [record({ role: "user", content }), ...turn.slice(1)],
        tools: [tool],
        toolChoice: "required",
      },
      answer,
    );
    expect(http.url).toBe("https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-v2%3A1/converse");
    expect(http.headers.authorization).toBe("signed eu-west-1/bedrock by AKID");
    expect(body).toMatchObject({
      system: [{ text: "S" }],
      inferenceConfig: { maxTokens: 100 },
      messages: [
        { role: "user", content: [{ text: "look" }] },
        {
          role: "assistant",
          content: [{ text: "ok" }, { toolUse: { toolUseId: "c1", name: "add", input: { a: 1 } } }],
        },
        { role: "user", content: [{ toolResult: { toolUseId: "c1", content: [{ text: "one" }] } }] },
      ],
    });
    expect(body.toolConfig as object).toEqual({ tools: [expect.objectContaining({ toolSpec: expect.anything() })] });
    const got = reply as ModelReply;
    expect(got).toMatchObject({ text: "Bonjour", stopReason: "tool_use", inputTokens: 5, cacheReadTokens: 2 });
    expect(got.toolCalls.map((made) => `${made.id} ${made.name} ${show(made.arguments)}`)).toEqual(["t1 add {a: 2}"]);
  });

  it("take credentials from the container when the environment has none, and say so when nobody has", async () => {
    const host = modelHost({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/creds" });
    host.answers.push(json(200, { AccessKeyId: "C", SecretAccessKey: "s", Token: "tok" }), json(200, {}));
    await call(host, { provider: "bedrock" });
    expect(host.requests[0]?.url).toBe("http://169.254.170.2/creds");
    expect(host.requests[1]?.headers.authorization).toBe("signed us-east-1/bedrock by C tok");
    const none = modelHost({ AWS_EC2_METADATA_DISABLED: "true" });
    await expect(call(none, { provider: "bedrock" })).rejects.toMatchObject({
      facts: { reason: "auth_failure" },
      message: expect.stringContaining("AWS_ACCESS_KEY_ID"),
    });
  });
});

describe("Responses requests", () => {
  const responses = {
    providerTools: [record({ type: "web_search" })],
    previousResponseId: "resp_0",
    store: false,
    background: undefined,
    truncation: "auto",
    compact: undefined,
    include: undefined,
    maxToolCalls: 3,
  };

  it("carry items, flat tools and their own settings, and read the output items", async () => {
    const answer = json(200, {
      id: "resp_1",
      status: "completed",
      model: "gpt-5",
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "short" }] },
        { type: "web_search_call", id: "ws_1", status: "completed" },
        { type: "function_call", call_id: "fc_1", name: "add", arguments: '{"a": 3}' },
        { type: "message", content: [{ type: "output_text", text: "Voilà" }] },
      ],
      usage: { input_tokens: 9, output_tokens: 8, input_tokens_details: { cached_tokens: 1 } },
    });
    const { http, body, reply } = await sent(
      {
        provider: "openai",
        model: "gpt-5",
        apiMode: "responses",
        system: "S",
        messages: turn,
        tools: [tool],
        thinking: { mode: "effort", level: "low" },
        outputFormat: { kind: "json_object" },
        responses,
      },
      answer,
    );
    expect(http.url).toBe("https://api.openai.com/v1/responses");
    expect(body).toMatchObject({
      instructions: "S",
      max_output_tokens: 100,
      reasoning: { effort: "low" },
      text: { format: { type: "json_object" } },
      previous_response_id: "resp_0",
      store: false,
      truncation: "auto",
      max_tool_calls: 3,
      tools: [{ type: "function", name: "add" }, { type: "web_search" }],
      input: [
        { role: "user", content: "add" },
        { role: "assistant", content: "ok" },
        { type: "function_call", call_id: "c1", name: "add", arguments: '{"a":1}' },
        { type: "function_call_output", call_id: "c1", output: "one" },
      ],
    });
    expect(body).not.toHaveProperty("stream");
    const got = reply as ModelReply;
    expect(got).toMatchObject({
      text: "Voilà",
      thinkingSummary: "short",
      stopReason: "completed",
      responseId: "resp_1",
      inputTokens: 9,
      cacheReadTokens: 1,
    });
    expect(got.toolCalls.map((made) => `${made.id} ${show(made.arguments)}`)).toEqual(["fc_1 {a: 3}"]);
    expect(got.blocks?.map((block) => JSON.parse(stringifyJson(block)).type)).toEqual([
      "reasoning_summary",
      "provider_tool_call",
      "tool_call",
      "output_text",
    ]);
    const compacting = { ...responses, compact: true };
    const other = await sent({ provider: "openai", apiMode: "responses", responses: compacting });
    expect(other.http.url).toBe("https://api.openai.com/v1/responses/compact");
  });
});

describe("refusals of every wire", () => {
  const refusals: readonly (readonly [provider: string, body: unknown])[] = [
    ["openai", { error: { message: "no", type: "x" } }],
    ["anthropic", { type: "error", error: { type: "x", message: "no" } }],
    ["gemini", { error: { code: 1, message: "no", status: "X" } }],
    ["vertex", { error: { code: 1, message: "no", status: "X" } }],
    ["azure_openai", { error: { code: "X", message: "no" } }],
    ["bedrock", { message: "no" }],
    ["ollama", { error: "no" }],
  ];

  it.each(refusals)("%s: 401, 429 with its wait, 500", async (provider, body) => {
    const failure = async (status: number, headers = {}): Promise<ModelFailure> => {
      const { reply } = await sent({ provider }, json(status, body, headers));
      if (!(reply instanceof ModelFailure)) throw new Error(`not refused: ${String(reply)}`);
      expect(reply.message).toContain(`${provider} HTTP ${status}`);
      expect(reply.message).toContain("no");
      return reply;
    };
    expect((await failure(401)).facts).toMatchObject({ kind: "terminal", reason: "auth_failure", category: "auth" });
    expect((await failure(429, { "retry-after": "2" })).facts).toMatchObject({
      kind: "transient",
      reason: "rate_limit",
      retryAfterMs: 2000,
    });
    expect((await failure(500)).facts).toMatchObject({ kind: "transient", reason: "server_error" });
  });

  it("A5: a missing key names its variables", async () => {
    await expect(call(modelHost(), { provider: "gemini" })).rejects.toMatchObject({
      value: expect.stringContaining("Missing API key: set GEMINI_API_KEY or GOOGLE_API_KEY environment variable"),
    });
    await expect(call(modelHost(), { provider: "azure_openai", model: "m" })).rejects.toThrow();
  });
});
