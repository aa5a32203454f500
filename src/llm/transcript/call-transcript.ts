import { encodeJson, type Json, type JsonObject, jsonOfValue } from "../../eventlog/index.ts";
import { type DictValue, FloatValue, type Value } from "../../value/index.ts";
import { callDict } from "../call/result.ts";
import { isEmptyCompletion } from "../failure.ts";
import { textAt } from "../fields.ts";
import type { ModelRequest, Thinking } from "../model.ts";
import type { ModelCallEvent } from "../observer.ts";

/** Takes each entry as it comes about; entries are not redacted yet. */
export type TranscriptEntries = (entry: JsonObject, sessionId: string | undefined) => void;

/**
 * What models were asked and what they said, entry by entry: the lines of `llm_transcript.jsonl`. The system text and the
 * tools are told when they differ from those of the call before.
 */
export class CallTranscript {
  readonly #now: () => number;
  readonly #deliver: TranscriptEntries;
  #system: string | undefined;
  /** Several entries come within one millisecond. */
  #lastTime = Number.NaN;
  #lastTimestamp = "";
  #tools: string | undefined;
  /** Those that the text was made of. */
  #lastTools: readonly DictValue[] = [];

  /** `now` in Unix milliseconds. */
  constructor(now: () => number, deliver: TranscriptEntries) {
    this.#now = now;
    this.#deliver = deliver;
  }

  /** An observer of model calls. */
  observe(event: ModelCallEvent): void {
    switch (event.kind) {
      case "model-call-start":
        return this.#started(event);
      case "model-call-end":
        return this.#deliver(responseEntry(event, this.#timestamp()), event.sessionId);
      case "model-call-error":
        return this.#failed(event);
      case "schema-retry":
        return this.#add("schema_retry", { attempt: event.attempt, errors: event.errors }, event.sessionId);
    }
  }

  /** A session took a message. */
  message(sessionId: string, message: DictValue, index: number): void {
    this.#deliver(
      {
        content: jsonOfValue(message.get("content") ?? null),
        message: jsonOfValue(message),
        message_index: index,
        role: textAt(message, "role") ?? "user",
        session_id: sessionId,
        span_id: null,
        timestamp: this.#timestamp(),
        type: "message",
      },
      sessionId,
    );
  }

  #started({ callId, request, sessionId }: Extract<ModelCallEvent, { kind: "model-call-start" }>): void {
    const system = request.system ?? "";
    if (system !== this.#system) {
      this.#system = system;
      if (system !== "") this.#add("system_prompt", { content: system }, sessionId);
    }
    this.#tellTools(request.tools, sessionId);
    this.#deliver(requestEntry(callId, request, this.#timestamp()), sessionId);
  }

  #tellTools(given: readonly DictValue[], sessionId: string | undefined): void {
    const last = this.#lastTools;
    if (this.#tools !== undefined && given.length === last.length && given.every((tool, at) => tool === last[at]))
      return;
    this.#lastTools = given;
    const schemas = given.map(schemaOf);
    const tools = encodeJson(schemas);
    if (tools === this.#tools) return;
    this.#tools = tools;
    this.#add("tool_schemas", { schemas }, sessionId);
  }

  #failed(event: Extract<ModelCallEvent, { kind: "model-call-error" }>): void {
    const { callId, failure, request, retryInMs, sessionId } = event;
    const { category, kind, message, reason } = failure.facts;
    const about = { call_id: callId, provider: request.provider, model: request.model };
    const willRetry = retryInMs !== undefined;
    const status = willRetry ? "retrying" : kind === "transient" ? "retries_exhausted" : "failed";
    const facts = { category, kind, reason, message, retryable: kind === "transient", status };
    this.#add("provider_call_error", { ...about, ...facts, ...(willRetry && { retry_in_ms: retryInMs }) }, sessionId);
    if (willRetry && isEmptyCompletion(failure))
      this.#add("empty_completion_retry", { ...about, error: message }, sessionId);
  }

  #add(type: string, fields: JsonObject, sessionId: string | undefined): void {
    this.#deliver({ ...fields, type, timestamp: this.#timestamp(), span_id: null }, sessionId);
  }

  /** Unix seconds with three digits, the form that readers of these files know. */
  #timestamp(): string {
    const now = Math.trunc(this.#now());
    if (now !== this.#lastTime) {
      this.#lastTime = now;
      this.#lastTimestamp = (now / 1000).toFixed(3);
    }
    return this.#lastTimestamp;
  }
}

function schemaOf(tool: DictValue): JsonObject {
  const json = jsonOfValue(tool) as JsonObject;
  const declared = (json.function ?? json) as JsonObject;
  return {
    name: declared.name ?? "",
    description: declared.description ?? null,
    parameters: declared.parameters ?? null,
  };
}

/** Members in the order in which entries are written, here as below: sorting them costs as much as writing them. */
function requestEntry(callId: string, request: ModelRequest, timestamp: string): JsonObject {
  return {
    call_id: callId,
    fallback_chain: [],
    max_tokens: request.maxTokens,
    message_count: request.messages.length,
    model: request.model,
    native_tool_count: request.tools.length,
    provider: request.provider,
    route_policy: "manual",
    routing_decision: null,
    span_id: null,
    structural_experiment: null,
    temperature: numberOrNull(request.sampling.temperature),
    thinking: thinkingFields(request.thinking),
    timestamp,
    tool_choice: json(request.toolChoice ?? null),
    tool_format: request.tools.length > 0 ? "native" : "text",
    type: "provider_call_request",
  };
}

function thinkingFields(thinking: Thinking): JsonObject {
  return {
    budget_tokens: (thinking.mode === "enabled" ? thinking.budgetTokens : undefined) ?? null,
    enabled: thinking.mode !== "disabled",
    ...(thinking.mode === "effort" && { level: thinking.level }),
    mode: thinking.mode,
  };
}

function responseEntry(event: Extract<ModelCallEvent, { kind: "model-call-end" }>, timestamp: string): JsonObject {
  const { callId, costUsd, durationMs, isMocked, reply } = event;
  const asked = reply.inputTokens + reply.cacheReadTokens;
  return {
    cache_creation_input_tokens: reply.cacheWriteTokens,
    cache_hit: reply.cacheReadTokens > 0,
    cache_hit_ratio: new FloatValue(asked === 0 ? 0 : reply.cacheReadTokens / asked),
    cache_read_tokens: reply.cacheReadTokens,
    cache_write_tokens: reply.cacheWriteTokens,
    call_id: callId,
    cost_usd: new FloatValue(costUsd),
    input_tokens: reply.inputTokens,
    is_mocked: isMocked,
    model: reply.model,
    output_tokens: reply.outputTokens,
    provider: reply.provider,
    response_ms: Math.trunc(durationMs),
    span_id: null,
    stop_reason: reply.stopReason ?? null,
    structural_experiment: null,
    text: reply.text,
    thinking: reply.thinking ?? null,
    thinking_summary: reply.thinkingSummary ?? null,
    timestamp,
    tool_calls: reply.toolCalls.map((call) => json(callDict(call, "tool_call"))),
    type: "provider_call_response",
  };
}

function json(value: Value): Json {
  return jsonOfValue(value);
}

function numberOrNull(value: number | undefined): Json {
  return value === undefined ? null : new FloatValue(value);
}
