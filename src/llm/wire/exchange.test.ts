import { describe, expect, it } from "vitest";
import { Raise, show } from "../../value/index.ts";
import { anthropicMessages } from "../dialects/anthropic.ts";
import { openAiChat } from "../dialects/openai-chat.ts";
import { ModelFailure } from "../failure.ts";
import { record } from "../fields.ts";
import type { ModelReply, ModelRequest } from "../model.ts";
import { type Answer, json, type ModelHost, modelHost, respond, streamed } from "../testing/model-host.ts";
import { request } from "../testing/requests.ts";
import { anthropicStream, openAiStream } from "../testing/wire-fixtures.ts";
import { exchange } from "./exchange.ts";

function start(
  host: ModelHost,
  changes: Partial<ModelRequest> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelReply> {
  const call = request(changes);
  const dialect = call.provider === "anthropic" ? anthropicMessages : openAiChat;
  return exchange({
    http: host.http as NonNullable<ModelHost["http"]>,
    clock: host.clock,
    dialect,
    request: call,
    url: "https://models.test/v1/chat",
    headers: { authorization: "Bearer sk-test-0123456789abcdef" },
    signal,
    listener: {},
  });
}

async function failureOf(promise: Promise<unknown>): Promise<ModelFailure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ModelFailure) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

async function answered(answer: Answer, changes: Partial<ModelRequest> = {}): Promise<ModelReply> {
  const host = modelHost();
  host.answers.push(answer);
  return start(host, changes);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("an exchange", () => {
  it("reads streams of both dialects, and a plain body that answers a streaming request", async () => {
    expect((await answered(streamed(openAiStream, [7, 300, 301]))).text).toBe("Grüße, 世界 🌍");
    expect((await answered(streamed(anthropicStream, [11]), { provider: "anthropic" })).text).toBe("Ça va: 日本 🎌");
    const body = {
      id: "x",
      choices: [
        {
          message: { content: "plain", tool_calls: [{ id: "c", function: { name: "f", arguments: "{oops" } }] },
          finish_reason: "stop",
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    };
    const plain = await answered(json(200, body));
    expect(plain).toMatchObject({ text: "plain", inputTokens: 3, stopReason: "stop" });
    expect(show(plain.toolCalls[0]?.arguments ?? null)).toContain("__parse_error");
  });

  it("sends the key as a header, and nothing of it anywhere else", async () => {
    const host = modelHost();
    host.answers.push(streamed(openAiStream));
    await start(host);
    const [sent] = host.requests;
    expect(sent?.headers.authorization).toBe("Bearer sk-test-0123456789abcdef");
    expect(String(sent?.body)).not.toContain("sk-test");
  });

  const table: readonly (readonly [status: number, body: unknown, kind: string, reason: string, category: string])[] = [
    [400, { error: { message: "bad field", type: "invalid_request_error" } }, "terminal", "invalid_request", "generic"],
    [
      400,
      { error: { message: "prompt is too long: 210000 tokens > 200000 maximum" } },
      "terminal",
      "context_overflow",
      "generic",
    ],
    [400, { error: { message: "stopped by content policy" } }, "terminal", "content_policy", "generic"],
    [
      401,
      { error: { message: "invalid x-api-key", type: "authentication_error" } },
      "terminal",
      "auth_failure",
      "auth",
    ],
    [403, {}, "terminal", "auth_failure", "auth"],
    [404, { error: { message: "no such model" } }, "terminal", "model_unavailable", "not_found"],
    [408, {}, "transient", "timeout", "timeout"],
    [429, { error: { message: "slow down" } }, "transient", "rate_limit", "rate_limit"],
    [400, { error: { message: "x", code: "insufficient_quota" } }, "transient", "rate_limit", "rate_limit"],
    [500, {}, "transient", "server_error", "server_error"],
    [503, {}, "transient", "server_error", "overloaded"],
    [504, {}, "transient", "timeout", "timeout"],
    [
      529,
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "transient",
      "server_error",
      "overloaded",
    ],
    [418, {}, "terminal", "unknown", "generic"],
  ];
  it.each(table)("A15: takes status %i with %o for %s %s (%s)", async (status, body, kind, reason, category) => {
    const failure = await failureOf(answered(json(status, body)));
    expect(failure.facts).toMatchObject({ kind, reason, category });
    expect(failure.message).toMatch(new RegExp(`^openai HTTP ${status}`));
  });

  it("A15: says what the provider said, without what looks like a key", async () => {
    const body = {
      error: {
        message: "Incorrect API key provided: sk-proj-abcdef1234567890. Use Bearer abcdefghijklmnop.",
        type: "invalid_request_error",
        code: "invalid_api_key",
      },
    };
    const failure = await failureOf(answered(json(401, body)));
    expect(failure.message).toBe(
      "openai HTTP 401 Unauthorized [auth_failure]: Incorrect API key provided: [redacted]. Use Bearer [redacted] (type: invalid_request_error, code: invalid_api_key)",
    );
    const long = await failureOf(answered(respond(500, [text("x".repeat(5000))])));
    expect(long.message.length).toBeLessThan(2200);
  });

  it("A15: reads Retry-After in seconds and as a date, up to a minute", async () => {
    const wait = async (value: string): Promise<number | undefined> =>
      (await failureOf(answered(json(429, {}, { "Retry-After": value })))).facts.retryAfterMs;
    expect(await wait("2.5")).toBe(2500);
    expect(await wait("600")).toBe(60_000);
    expect(await wait(new Date(1_700_000_000_000 + 7000).toUTCString())).toBe(7000);
    expect(await wait("soon")).toBeUndefined();
  });

  it("tells a broken connection, a stream that breaks off, and a body that is no JSON", async () => {
    expect((await failureOf(answered(new Error("connect ECONNREFUSED")))).facts).toMatchObject({
      reason: "network_error",
      category: "transient_network",
      kind: "transient",
    });
    expect(
      (
        await failureOf(
          answered(
            respond(200, [openAiStream.subarray(0, 200), new Error("socket hang up")], {
              "content-type": "text/event-stream",
            }),
          ),
        )
      ).facts.reason,
    ).toBe("network_error");
    expect(
      (
        await failureOf(
          answered(respond(200, [openAiStream.subarray(0, 200)], { "content-type": "text/event-stream" })),
        )
      ).message,
    ).toContain("unexpected EOF");
    expect(
      (await failureOf(answered(respond(200, [text("<html>")], { "content-type": "text/html" })))).facts.reason,
    ).toBe("network_error");
  });

  it("gives up when its time is over, in the answer as before it, even if the host does not notice", async () => {
    for (const answer of [
      "hang",
      respond(200, [openAiStream.subarray(0, 100), "hang"], { "content-type": "text/event-stream" }),
    ] as const) {
      const host = modelHost();
      host.answers.push(answer);
      const pending = failureOf(start(host, { timeoutMs: 5000 }));
      await settle();
      host.clock.advance(5000);
      expect((await pending).facts).toMatchObject({
        reason: "timeout",
        category: "timeout",
        kind: "transient",
        message: "openai request timed out after 5s",
      });
      expect(host.clock.pending).toBe(0);
    }
  });

  it("stops at once when the caller aborts, and passes the abort on", async () => {
    const host = modelHost();
    host.answers.push(respond(200, [openAiStream.subarray(0, 100), "hang"], { "content-type": "text/event-stream" }));
    const controller = new AbortController();
    const pending = start(host, {}, controller.signal);
    await settle();
    controller.abort();
    await expect(pending).rejects.toSatisfy((error) => error instanceof Raise && error.kind === "cancelled");
    expect(host.requests[0]?.signal?.aborted).toBe(true);
    expect(host.clock.pending).toBe(0);
  });
});

describe("request bodies", () => {
  it("lay the provider's own option over everything", async () => {
    const host = modelHost();
    host.answers.push(streamed(openAiStream));
    await start(host, { overrides: record({ max_tokens: 7, extra: true }) });
    expect(JSON.parse(String(host.requests[0]?.body))).toMatchObject({
      max_tokens: 7,
      extra: true,
      stream: true,
      stream_options: { include_usage: true },
    });
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
