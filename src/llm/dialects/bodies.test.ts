import { describe, expect, it } from "vitest";
import { stringifyJson } from "../../value/index.ts";
import { findCapabilities } from "../catalog/capabilities.ts";
import { list, record } from "../fields.ts";
import type { ModelRequest } from "../model.ts";
import { request } from "../testing/requests.ts";
import { anthropicMessages } from "./anthropic.ts";
import { openAiChat } from "./openai-chat.ts";

const tool = record({
  type: "function",
  function: record({ name: "add", description: "Adds", parameters: record({ type: "object" }) }),
});
const history = [
  record({ role: "system", content: "inline" }),
  record({
    role: "user",
    content: list([
      record({ type: "text", text: "look" }),
      record({ type: "image", base64: "aGk=", media_type: "image/png", detail: "low" }),
    ]),
  }),
  record({
    role: "assistant",
    content: "",
    tool_calls: list([
      record({ id: "c1", name: "add", arguments: record({ a: 1 }) }),
      record({ id: "c2", name: "add", arguments: record({ a: 2 }) }),
    ]),
    reasoning: list([record({ type: "thinking", thinking: "hm", signature: "s" })]),
  }),
  record({ role: "tool", name: "add", tool_call_id: "c1", content: "one" }),
  record({ role: "tool_result", tool_use_id: "c2", content: "two", tag: "own" }),
  record({ role: "user", content: "go on" }),
];

function openAi(changes: Partial<ModelRequest>): unknown {
  return JSON.parse(stringifyJson(openAiChat.encode(request(changes))));
}

function claude(model: string, changes: Partial<ModelRequest> = {}): Record<string, unknown> {
  const capabilities = findCapabilities("anthropic", model, []);
  return JSON.parse(
    stringifyJson(anthropicMessages.encode(request({ provider: "anthropic", model, capabilities, ...changes }))),
  );
}

describe("OpenAI chat bodies", () => {
  it("carry system, blocks, calls as JSON text, and results under role tool", () => {
    expect(openAi({ system: "S", messages: history, tools: [tool], toolChoice: "auto", prefill: "So" })).toMatchObject({
      messages: [
        { role: "system", content: "S" },
        { role: "system", content: "inline" },
        {
          role: "user",
          content: [
            { type: "text", text: "look" },
            { type: "image_url", image_url: { url: "data:image/png;base64,aGk=", detail: "low" } },
          ],
        },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: '{"a":1}' } }, { id: "c2" }],
        },
        { role: "tool", tool_call_id: "c1", name: "add", content: "one" },
        { role: "tool", tool_call_id: "c2", content: "two" },
        { role: "user", content: "go on" },
        { role: "assistant", content: "So" },
      ],
      tools: [{ type: "function", function: { name: "add" } }],
      tool_choice: "auto",
    });
  });

  it("name the token limit, effort and sampling as the model takes them", () => {
    const capabilities = findCapabilities("openai", "o3", []);
    const body = openAi({
      model: "o3",
      capabilities,
      thinking: { mode: "effort", level: "high" },
      sampling: { temperature: 1, topK: 5, seed: 3, stop: ["x"] },
    });
    expect(body).toMatchObject({ max_completion_tokens: 100, reasoning_effort: "high", seed: 3, stop: ["x"] });
    expect(body).not.toHaveProperty("max_tokens");
    expect(body).not.toHaveProperty("top_k");
    expect(
      openAi({
        provider: "openrouter",
        capabilities: findCapabilities("openrouter", "deepseek/deepseek-v4-pro", []),
        thinking: { mode: "enabled", budgetTokens: 99 },
        outputFormat: { kind: "json_object" },
      }),
    ).toMatchObject({
      reasoning: { max_tokens: 99 },
      provider: { require_parameters: true },
      response_format: { type: "json_object" },
    });
    const together = findCapabilities("together", "zai-org/glm-5", []);
    for (const mode of ["enabled", "disabled"] as const)
      expect(
        openAi({ provider: "together", capabilities: together, thinking: { mode, budgetTokens: undefined } }),
      ).toMatchObject({ reasoning: { enabled: mode === "enabled" } });
  });

  it("ask for a schema by response_format", () => {
    expect(
      openAi({ outputFormat: { kind: "json_schema", schema: record({ type: "object" }), strict: true } }),
    ).toMatchObject({
      response_format: {
        type: "json_schema",
        json_schema: { name: "response", strict: true, schema: { type: "object" } },
      },
    });
  });
});

describe("Anthropic bodies", () => {
  it("keep the marks of blocks up to which the prompt may be kept", () => {
    const cache_control = record({ type: "ephemeral" });
    const content = list([record({ type: "text", text: "a", cache_control }), record({ type: "text", text: "b" })]);
    const body = claude("claude-sonnet-4-6", { messages: [record({ role: "user", content })] });
    expect(body).toMatchObject({
      messages: [
        {
          content: [
            { text: "a", cache_control: { type: "ephemeral" } },
            { type: "text", text: "b" },
          ],
        },
      ],
    });
  });

  it("move system texts to the top, gather results of one turn, and give signed thinking back", () => {
    const body = claude("claude-sonnet-4-6", {
      system: "S",
      messages: history,
      tools: [tool],
      toolChoice: record({ type: "any" }),
      cache: true,
    });
    expect(body).toMatchObject({
      system: "S\n\ninline",
      cache_control: { type: "ephemeral" },
      tools: [{ name: "add", description: "Adds", input_schema: { type: "object" } }],
      tool_choice: { type: "any" },
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "look" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "s" },
            { type: "tool_use", id: "c1", name: "add", input: { a: 1 } },
            { type: "tool_use", id: "c2" },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "c1", content: "one" },
            { type: "tool_result", tool_use_id: "c2", content: "two" },
          ],
        },
        { role: "user", content: "go on" },
      ],
    });
  });

  it("A28: turn a schema into a forced tool", () => {
    const format = { kind: "json_schema", schema: record({ type: "object" }), strict: true } as const;
    expect(claude("claude-sonnet-4-6", { outputFormat: format })).toMatchObject({
      tools: [{ name: "json_response", input_schema: { type: "object" } }],
      tool_choice: { type: "tool", name: "json_response" },
    });
    const capabilities = findCapabilities("anthropic", "claude-sonnet-4-6", []);
    const answer = record({
      content: list([record({ type: "tool_use", id: "t", name: "json_response", input: record({ ok: true }) })]),
      stop_reason: "tool_use",
    });
    const reply = anthropicMessages.readReply(
      answer,
      request({ provider: "anthropic", outputFormat: format, capabilities }),
    );
    expect(reply).toMatchObject({ text: '{"ok":true}', toolCalls: [] });
  });

  it("A28: drop sampling beside thinking and on new models, prefill from 4.6 on, and never send zero tokens", () => {
    expect(
      claude("claude-sonnet-4-20250514", { sampling: { temperature: 0.5, seed: 1 }, maxTokens: 0, prefill: "P" }),
    ).toMatchObject({
      temperature: 0.5,
      max_tokens: 8192,
      messages: [{ role: "user" }, { role: "assistant", content: "P" }],
    });
    expect(
      claude("claude-sonnet-4-20250514", {
        sampling: { temperature: 0.5 },
        thinking: { mode: "enabled", budgetTokens: undefined },
      }),
    ).toMatchObject({ thinking: { type: "enabled", budget_tokens: 10_000 } });
    expect(
      claude("claude-sonnet-4-20250514", {
        sampling: { temperature: 0.5 },
        thinking: { mode: "enabled", budgetTokens: 5 },
      }),
    ).not.toHaveProperty("temperature");
    expect(
      claude("claude-opus-4-7", {
        sampling: { temperature: 0.5 },
        prefill: "P",
        thinking: { mode: "enabled", budgetTokens: 5 },
      }),
    ).toMatchObject({ thinking: { type: "adaptive" }, messages: [{ role: "user", content: "hello" }] });
    expect(claude("claude-opus-4-7", { sampling: { temperature: 0.5 } })).not.toHaveProperty("temperature");
    expect(claude("claude-opus-4-7", { thinking: { mode: "effort", level: "none" } })).toMatchObject({
      thinking: { type: "adaptive" },
    });
  });

  it("say which version and which betas", () => {
    const call = request({
      provider: "anthropic",
      betaFeatures: ["files-2025", "files-2025"],
      interleavedThinking: true,
      thinking: { mode: "adaptive" },
    });
    expect(anthropicMessages.headers(call)).toEqual({
      "anthropic-version": "2023-06-01",
      "anthropic-beta": "interleaved-thinking-2025-05-14,files-2025",
    });
    expect(anthropicMessages.headers(request())).toEqual({ "anthropic-version": "2023-06-01" });
  });
});
