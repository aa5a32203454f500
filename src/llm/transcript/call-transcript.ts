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
  #tools: string | undefined;

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
        return this.#add("provider_call_response", responseFields(event), event.sessionId);
      case "model-call-error":
        return this.#failed(event);
      case "schema-retry":
        return this.#add("schema_retry", { attempt: event.attempt, errors: event.errors }, event.sessionId);
    }
  }

  /** A session took a message. */
  message(sessionId: string, message: DictValue, index: number): void {
    const json = jsonOfValue(message);
    const content = jsonOfValue(message.get("content") ?? null);
    const role = textAt(message, "role") ?? "user";
    this.#add("message", { session_id: sessionId, message_index: index, role, content, message: json }, sessionId);
  }

  #started({ callId, request, sessionId }: Extract<ModelCallEvent, { kind: "model-call-start" }>): void {
    const system = request.system ?? "";
    if (system !== this.#system) {
      this.#system = system;
      if (system !== "") this.#add("system_prompt", { content: system }, sessionId);
    }
    const schemas = request.tools.map(schemaOf);
    const tools = encodeJson(schemas);
    if (tools !== this.#tools) {
      this.#tools = tools;
      this.#add("tool_schemas", { schemas }, sessionId);
    }
    this.#add("provider_call_request", requestFields(callId, request), sessionId);
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
    this.#deliver({ ...fields, type, timestamp: secondsText(this.#now()), span_id: null }, sessionId);
  }
}

/** Unix seconds with three digits, the form that readers of these files know. */
function secondsText(milliseconds: number): string {
  return (Math.trunc(milliseconds) / 1000).toFixed(3);
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

function requestFields(callId: string, request: ModelRequest): JsonObject {
  return {
    call_id: callId,
    provider: request.provider,
    model: request.model,
    message_count: request.messages.length,
    max_tokens: request.maxTokens,
    temperature: numberOrNull(request.sampling.temperature),
    native_tool_count: request.tools.length,
    tool_format: request.tools.length > 0 ? "native" : "text",
    tool_choice: json(request.toolChoice ?? null),
    thinking: thinkingFields(request.thinking),
    fallback_chain: [],
    route_policy: "manual",
    routing_decision: null,
    structural_experiment: null,
  };
}

function thinkingFields(thinking: Thinking): JsonObject {
  return {
    mode: thinking.mode,
    enabled: thinking.mode !== "disabled",
    budget_tokens: (thinking.mode === "enabled" ? thinking.budgetTokens : undefined) ?? null,
    ...(thinking.mode === "effort" && { level: thinking.level }),
  };
}

function responseFields(event: Extract<ModelCallEvent, { kind: "model-call-end" }>): JsonObject {
  const { callId, costUsd, durationMs, isMocked, reply } = event;
  const asked = reply.inputTokens + reply.cacheReadTokens;
  return {
    call_id: callId,
    provider: reply.provider,
    model: reply.model,
    text: reply.text,
    tool_calls: reply.toolCalls.map((call) => json(callDict(call, "tool_call"))),
    thinking: reply.thinking ?? null,
    thinking_summary: reply.thinkingSummary ?? null,
    stop_reason: reply.stopReason ?? null,
    input_tokens: reply.inputTokens,
    output_tokens: reply.outputTokens,
    cache_read_tokens: reply.cacheReadTokens,
    cache_write_tokens: reply.cacheWriteTokens,
    cache_creation_input_tokens: reply.cacheWriteTokens,
    cache_hit: reply.cacheReadTokens > 0,
    cache_hit_ratio: new FloatValue(asked === 0 ? 0 : reply.cacheReadTokens / asked),
    cost_usd: new FloatValue(costUsd),
    response_ms: Math.trunc(durationMs),
    is_mocked: isMocked,
    structural_experiment: null,
  };
}

function json(value: Value): Json {
  return jsonOfValue(value);
}

function numberOrNull(value: number | undefined): Json {
  return value === undefined ? null : new FloatValue(value);
}
