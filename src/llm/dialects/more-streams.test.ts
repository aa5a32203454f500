import { describe, expect, it } from "vitest";
import { show, stringifyJson } from "../../value/index.ts";
import { everyCut, failureOf, hear, summary } from "../testing/hear.ts";
import { geminiStream, ollamaStream } from "../testing/wire-fixtures.ts";
import { generateContent } from "./gemini.ts";
import { ollamaChat } from "./ollama.ts";
import { ollamaRaw } from "./ollama-raw.ts";

const gemini = generateContent("gemini");
const ollama = ollamaChat({ contextTokens: 4096, keepAlive: "30m" });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("Gemini stream", () => {
  it("puts thoughts, text, calls with their signatures and usage together", () => {
    const heard = hear(gemini, [geminiStream]);
    expect(heard.reply).toMatchObject({
      text: "Il fait beau ☀️",
      thinking: "Überlege… ",
      stopReason: "STOP",
      model: "gemini-2.5-flash",
      responseId: "resp-7",
      inputTokens: 19,
      outputTokens: 41,
      cacheReadTokens: 4,
    });
    expect(heard.reply.toolCalls.map((call) => `${call.id} ${call.name} ${show(call.arguments)}`)).toEqual([
      "gemini_tool_0 weather {city: Zürich}",
      "gemini_tool_1 weather {city: 東京}",
    ]);
    expect(heard.reply.signedReasoning.map((block) => stringifyJson(block))).toEqual([
      '{"signature":"c2ln","tool_call_id":"gemini_tool_0","type":"gemini_signature"}',
    ]);
    expect(heard.text).toBe("Il fait beau ☀️");
  });

  it("gives the same answer whichever byte the stream is cut at", () => {
    const whole = summary(hear(gemini, [geminiStream]));
    for (const chunks of everyCut(geminiStream)) expect(summary(hear(gemini, chunks))).toEqual(whole);
  });

  it("fails on an error inside the stream, on a blocked prompt, and on a stream that stops early", () => {
    const error = bytes('data: {"error": {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}}\n\n');
    expect(failureOf(() => hear(gemini, [error])).facts).toMatchObject({ reason: "rate_limit", kind: "transient" });
    const blocked = bytes('data: {"promptFeedback": {"blockReason": "SAFETY"}}\n\n');
    expect(failureOf(() => hear(gemini, [blocked])).facts).toMatchObject({
      reason: "content_policy",
      kind: "terminal",
    });
    const text = new TextDecoder().decode(geminiStream);
    const cut = bytes(text.slice(0, text.indexOf('"finishReason"')));
    expect(() => hear(gemini, [cut])).toThrow("unexpected EOF before finishReason");
  });
});

describe("Ollama stream", () => {
  it("puts thinking, text, calls and counts together", () => {
    const heard = hear(ollama, [ollamaStream]);
    expect(heard.reply).toMatchObject({
      text: "Grüße 🌍",
      thinking: "考え mehr",
      stopReason: "stop",
      inputTokens: 26,
      outputTokens: 298,
    });
    expect(heard.reply.toolCalls.map((call) => `${call.id} ${call.name} ${show(call.arguments)}`)).toEqual([
      "call_0 weather {city: Zürich}",
    ]);
  });

  it("gives the same answer whichever byte the stream is cut at", () => {
    const whole = summary(hear(ollama, [ollamaStream]));
    for (const chunks of everyCut(ollamaStream)) expect(summary(hear(ollama, chunks))).toEqual(whole);
  });

  it("reads what the completion endpoint streams alike, whichever byte it is cut at", () => {
    const line = (response: string, more = {}): string =>
      `${JSON.stringify({ model: "m", response, done: false, ...more })}\n`;
    const stream = bytes(
      ["<thi", "nk>Über</think>", "Grü", "ße 🌍"].map((text) => line(text)).join("") +
        line("", { done: true, done_reason: "stop", prompt_eval_count: 5, eval_count: 7 }),
    );
    const raw = ollamaRaw({ contextTokens: 4096, keepAlive: "30m" });
    const whole = hear(raw, [stream]);
    expect(whole.reply).toMatchObject({ text: "Grüße 🌍", thinking: "Über", inputTokens: 5, outputTokens: 7 });
    for (const chunks of everyCut(stream)) expect(summary(hear(raw, chunks))).toEqual(summary(whole));
  });

  it("A29: wants to see the end, reports an error line, and names an answer that its server lost", () => {
    const text = new TextDecoder().decode(ollamaStream);
    const cut = bytes(text.slice(0, text.indexOf('"done":true')));
    expect(() => hear(ollama, [cut])).toThrow("ollama stream error: unexpected EOF before done=true");
    const broken = bytes('{"error": "model requires more system memory"}\n');
    expect(failureOf(() => hear(ollama, [broken])).facts).toMatchObject({ reason: "server_error" });
    const empty = bytes('{"message": {"content": ""}, "done": true, "eval_count": 7}\n');
    expect(() => hear(ollama, [empty], { model: "m" })).toThrow(
      "[ollama_empty_content_parser_bug] ollama model m reported completion_tokens=7 but delivered no content",
    );
  });
});
