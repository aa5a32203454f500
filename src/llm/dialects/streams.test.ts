import { describe, expect, it } from "vitest";
import { show, stringifyJson } from "../../value/index.ts";
import { everyCut, failureOf, hear, summary } from "../testing/hear.ts";
import { anthropicErrorStream, anthropicStream, openAiStream } from "../testing/wire-fixtures.ts";
import { anthropicMessages } from "./anthropic.ts";
import { openAiChat } from "./openai-chat.ts";

describe("OpenAI chat stream", () => {
  it("A26: puts text, thoughts, interleaved calls and late usage together", () => {
    const heard = hear(openAiChat, [openAiStream]);
    expect(heard.reply).toMatchObject({
      text: "Grüße, 世界 🌍",
      thinking: "Let me think — 考え",
      stopReason: "tool_calls",
      model: "gpt-4o-mini-2024-07-18",
      responseId: "chatcmpl-9",
      inputTokens: 31,
      outputTokens: 12,
      cacheReadTokens: 8,
    });
    expect(heard.reply.toolCalls.map((call) => `${call.id} ${call.name} ${show(call.arguments)}`)).toEqual([
      "call_a weather {city: Zürich}",
      "call_b read_file {path: a.txt}",
    ]);
    expect(heard.text).toBe("Grüße, 世界 🌍");
    expect(heard.calls).toEqual(["weather", "read_file"]);
  });

  it("gives the same answer whichever byte the stream is cut at", () => {
    const whole = summary(hear(openAiChat, [openAiStream]));
    for (const chunks of everyCut(openAiStream)) expect(summary(hear(openAiChat, chunks))).toEqual(whole);
  });

  it("tells a cut stream from a short answer", () => {
    const events = new TextDecoder().decode(openAiStream).split("\n\n");
    const cut = new TextEncoder().encode(events.slice(0, 5).join("\n\n"));
    expect(() => hear(openAiChat, [cut])).toThrow("unexpected EOF before finish_reason");
  });

  it("A27: reads <think> across pieces, and takes a reasoning-only answer for the text", () => {
    const pieces = ["<thi", "nk>in", "ner</th", "ink>out <b", ">"];
    const stream = pieces
      .map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
      .join("");
    const end = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }] })}\n\n`;
    expect(hear(openAiChat, [new TextEncoder().encode(stream + end)]).reply).toMatchObject({
      text: "out <b>",
      thinking: "inner",
    });
    const only = `data: ${JSON.stringify({ choices: [{ delta: { reasoning: "all of it" }, finish_reason: "stop" }] })}\n\n`;
    expect(hear(openAiChat, [new TextEncoder().encode(only)]).reply).toMatchObject({
      text: "all of it",
      thinking: "all of it",
    });
  });

  it("A27: fails on an answer of tokens without content, and on an error inside the stream", () => {
    const empty = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }], usage: { completion_tokens: 5 } })}\n\n`;
    expect(() => hear(openAiChat, [new TextEncoder().encode(empty)])).toThrow(
      "reported completion_tokens=5 but delivered no content, reasoning, or tool calls",
    );
    const broken = `data: ${JSON.stringify({ error: { message: "upstream is busy", type: "rate_limit_exceeded", code: 429 } })}\n\n`;
    const failure = failureOf(() => hear(openAiChat, [new TextEncoder().encode(broken)]));
    expect(failure.facts).toMatchObject({ kind: "transient", reason: "rate_limit", category: "rate_limit" });
  });

  it("A26: takes broken call arguments for none, and keeps large integers exact", () => {
    const call = (args: string): string =>
      `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: args } }] }, finish_reason: "tool_calls" }] })}\n\n`;
    expect(
      show(hear(openAiChat, [new TextEncoder().encode(call('{"a": '))]).reply.toolCalls[0]?.arguments ?? null),
    ).toBe("{}");
    expect(
      show(
        hear(openAiChat, [new TextEncoder().encode(call('{"a": 9007199254740993}'))]).reply.toolCalls[0]?.arguments ??
          null,
      ),
    ).toBe("{a: 9007199254740993}");
  });
});

describe("Anthropic messages stream", () => {
  it("puts thinking with its signature, text, a call and usage together", () => {
    const heard = hear(anthropicMessages, [anthropicStream]);
    expect(heard.reply).toMatchObject({
      text: "Ça va: 日本 🎌",
      thinking: "Überlegen… wohl ja",
      stopReason: "tool_use",
      model: "claude-sonnet-4-6",
      responseId: "msg_01",
      inputTokens: 25,
      outputTokens: 89,
      cacheReadTokens: 100,
      cacheWriteTokens: 7,
    });
    expect(heard.reply.toolCalls.map((call) => `${call.id} ${call.name} ${show(call.arguments)}`)).toEqual([
      "toolu_01 get_weather {days: 9007199254740993, location: São Paulo}",
    ]);
    expect(heard.reply.signedReasoning.map((block) => stringifyJson(block))).toEqual([
      '{"signature":"c2ln","thinking":"Überlegen… wohl ja","type":"thinking"}',
    ]);
    expect(heard.calls).toEqual(["get_weather"]);
  });

  it("gives the same answer whichever byte the stream is cut at", () => {
    const whole = summary(hear(anthropicMessages, [anthropicStream]));
    for (const chunks of everyCut(anthropicStream)) expect(summary(hear(anthropicMessages, chunks))).toEqual(whole);
  });

  it("A28: fails on an error event, and on a stream that stops early", () => {
    const failure = failureOf(() => hear(anthropicMessages, [anthropicErrorStream]));
    expect(failure.facts).toMatchObject({ kind: "transient", reason: "server_error", category: "overloaded" });
    expect(failure.message).toContain("Overloaded (type: overloaded_error)");
    const text = new TextDecoder().decode(anthropicStream);
    const cut = text.slice(0, text.indexOf("event: message_delta"));
    expect(() => hear(anthropicMessages, [new TextEncoder().encode(cut)])).toThrow(
      "unexpected EOF before message_stop",
    );
  });
});
