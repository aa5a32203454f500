import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../eventlog/index.ts";
import { ModelFailure } from "../failure.ts";
import { record } from "../fields.ts";
import type { ModelReply, ModelRequest } from "../model.ts";
import { CallTranscript } from "./call-transcript.ts";

const tool = record({ type: "function", function: record({ name: "grep", description: "Finds.", parameters: null }) });

const request = (fields: Partial<ModelRequest> = {}): ModelRequest =>
  ({
    provider: "p",
    model: "m",
    system: "be brief",
    messages: [record({ role: "user", content: "hi" })],
    tools: [],
    toolChoice: undefined,
    maxTokens: 9,
    sampling: {},
    thinking: { mode: "disabled" },
    ...fields,
  }) as ModelRequest;

const reply: Partial<ModelReply> = {
  text: "found",
  toolCalls: [{ id: "c1", name: "grep", arguments: record({ q: "x" }) }],
  inputTokens: 3,
  outputTokens: 4,
  cacheReadTokens: 1,
  cacheWriteTokens: 0,
  provider: "p",
  model: "m-1",
};

function observed() {
  const entries: JsonObject[] = [];
  const transcript = new CallTranscript(
    () => 1_769_990_400_123,
    (entry) => entries.push(entry),
  );
  const start = (given: ModelRequest): void =>
    transcript.observe({
      kind: "model-call-start",
      callId: "call",
      request: given,
      startedAt: 0,
      attempt: 0,
      sessionId: "s",
    });
  return { entries, transcript, start, types: () => entries.map(({ type }) => type) };
}

describe("the transcript of model calls", () => {
  test("run-events 36: entries carry their type, the time in seconds, and a span", () => {
    const { entries, start } = observed();
    start(request());
    for (const entry of entries) expect(entry).toMatchObject({ timestamp: "1769990400.123", span_id: null });
    expect(entries[0]).toMatchObject({ type: "system_prompt", content: "be brief" });
    expect(entries[2]).toMatchObject({ type: "provider_call_request", call_id: "call", message_count: 1 });
  });

  test("tells the system text and the tools when they change, and not again", () => {
    const { start, types } = observed();
    start(request());
    start(request());
    start(request({ tools: [tool] }));
    start(request({ tools: [tool], system: "be long" }));
    expect(types()).toEqual([
      "system_prompt",
      "tool_schemas",
      "provider_call_request",
      "provider_call_request",
      "tool_schemas",
      "provider_call_request",
      "system_prompt",
      "provider_call_request",
    ]);
  });

  test("tells what the model answered, and what it cost", () => {
    const { entries, transcript } = observed();
    transcript.observe({
      kind: "model-call-end",
      callId: "call",
      request: request(),
      reply: reply as ModelReply,
      startedAt: 0,
      durationMs: 12.7,
      costUsd: 0.5,
      isMocked: false,
      sessionId: undefined,
    });
    expect(entries).toMatchObject([
      {
        type: "provider_call_response",
        text: "found",
        tool_calls: [{ id: "c1", name: "grep", arguments: { q: "x" }, type: "tool_call" }],
        response_ms: 12,
        cache_hit: true,
      },
    ]);
  });

  test("tells each failure, and whether it is tried again", () => {
    const { entries, transcript } = observed();
    const failed = (kind: "transient" | "terminal", retryInMs: number | undefined): void =>
      transcript.observe({
        kind: "model-call-error",
        callId: "call",
        request: request(),
        failure: new ModelFailure({ kind, reason: "rate_limit", category: "rate_limit", message: "slow" }),
        startedAt: 0,
        durationMs: 1,
        retryInMs,
        sessionId: undefined,
      });
    failed("transient", 50);
    failed("transient", undefined);
    failed("terminal", undefined);
    expect(entries.map(({ status, retry_in_ms }) => [status, retry_in_ms])).toEqual([
      ["retrying", 50],
      ["retries_exhausted", undefined],
      ["failed", undefined],
    ]);
  });

  test("tells the messages of sessions, each with its place", () => {
    const { entries, transcript } = observed();
    transcript.message("s", record({ role: "tool", content: "out", tool_call_id: "c1" }), 4);
    expect(entries).toMatchObject([
      { type: "message", session_id: "s", message_index: 4, role: "tool", message: { tool_call_id: "c1" } },
    ]);
  });
});
