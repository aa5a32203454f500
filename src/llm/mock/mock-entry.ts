import { DictValue, errorCategories, thrown, typeName, type Value } from "../../value/index.ts";
import { classifyCategory, ModelFailure } from "../failure.ts";
import { boolAt, intAt, isDict, isList, itemsAt, list, record, textAt } from "../fields.ts";
import type { ModelReply, ToolCall } from "../model.ts";
import type { MatchText } from "./match-text.ts";

/** One answer that a program or a fixture file has prepared. */
export interface MockEntry {
  /** Glob over all strings of the messages; without one the entry is the next of the queue. */
  readonly match: string | undefined;
  readonly consumesMatch: boolean;
  readonly answer: MockReply | MockError;
}

interface MockReply {
  readonly kind: "reply";
  readonly config: DictValue;
}

interface MockError {
  readonly kind: "error";
  readonly category: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

/** Reads the dict given to `llm_mock`, or a line of a fixture file. `context` starts the texts of mistakes. */
export function readMockEntry(config: DictValue, context = "llm_mock"): MockEntry {
  checkShape(config, context);
  return {
    match: textAt(config, "match"),
    consumesMatch: boolAt(config, "consume_match") ?? false,
    answer: readAnswer(config, context),
  };
}

/** An entry that says something else than was meant would answer with nothing. */
function checkShape(config: DictValue, context: string): void {
  for (const key of ["text", "match"]) {
    const given = config.get(key) ?? null;
    if (given !== null && typeof given !== "string")
      throw thrown(`${context}: ${key} must be a string, got ${typeName(given)}`);
  }
  const calls = config.get("tool_calls") ?? null;
  if (calls === null) return;
  if (!isList(calls))
    throw thrown(`${context}: tool_calls must be a list of {name, arguments}, got ${typeName(calls)}`);
  calls.toArray().forEach((call, at) => {
    if (!isDict(call))
      throw thrown(`${context}: tool_calls[${at}] must be a dict {name, arguments}, got ${typeName(call)}`);
    if (textAt(call, "name") === undefined) throw thrown(`${context}: tool_calls[${at}] has no name`);
  });
}

function readAnswer(config: DictValue, context: string): MockReply | MockError {
  const error = config.get("error");
  if (error === undefined || error === null) return { kind: "reply", config };
  if (!isDict(error)) throw thrown(`${context}: error must be a dict {category, message, retry_after_ms?}`);
  const category = textAt(error, "category");
  if (category === undefined) throw thrown(`${context}: error.category is required`);
  if (!errorCategories.some((known) => known === category))
    throw thrown(`${context}: unknown error category \`${category}\``);
  const wait = error.get("retry_after_ms");
  const retryAfterMs = intAt(error, "retry_after_ms");
  if (wait !== undefined && wait !== null && (typeof wait !== "number" || wait < 0)) {
    throw thrown(`${context}: error.retry_after_ms must be a non-negative int, got ${typeName(wait)}`);
  }
  return { kind: "error", category, message: textAt(error, "message") ?? category, retryAfterMs };
}

/** The prepared answer as a reply, or a thrown failure. */
export function answerWith(entry: MockEntry, asked: MatchText): ModelReply {
  const { answer } = entry;
  if (answer.kind === "error") {
    throw new ModelFailure({
      ...classifyCategory(answer.category),
      category: answer.category,
      message: answer.message,
      ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    });
  }
  const { config } = answer;
  const text = textAt(config, "text") ?? "";
  const toolCalls = readCalls(config);
  return {
    text,
    thinking: textAt(config, "thinking"),
    thinkingSummary: textAt(config, "thinking_summary"),
    toolCalls,
    inputTokens: intAt(config, "input_tokens") ?? asked.size,
    outputTokens: intAt(config, "output_tokens") ?? 30,
    cacheReadTokens: intAt(config, "cache_read_tokens") ?? 0,
    cacheWriteTokens: intAt(config, "cache_write_tokens") ?? intAt(config, "cache_creation_input_tokens") ?? 0,
    stopReason: textAt(config, "stop_reason"),
    model: textAt(config, "model") ?? "mock",
    provider: textAt(config, "provider") ?? "mock",
    responseId: undefined,
    blocks: itemsAt(config, "blocks") ?? mockBlocks(text, toolCalls),
    logprobs: config.get("logprobs") ?? undefined,
    signedReasoning: [],
  };
}

/** A mock's reasoning stands beside its blocks, never among them. */
export function mockBlocks(text: string, toolCalls: readonly ToolCall[]): Value[] {
  const blocks: Value[] = text === "" ? [] : [record({ type: "output_text", text, visibility: "public" })];
  for (const call of toolCalls) {
    blocks.push(
      record({ type: "tool_call", id: call.id, name: call.name, arguments: call.arguments, visibility: "internal" }),
    );
  }
  return blocks;
}

function readCalls(config: DictValue): ToolCall[] {
  return (itemsAt(config, "tool_calls") ?? []).filter(isDict).map((call, index) => ({
    id: `mock_call_${index + 1}`,
    name: textAt(call, "name") ?? "unknown",
    arguments: call.get("arguments") ?? call.get("args") ?? new DictValue(),
  }));
}

/** The line that `--llm-mock-record` writes for an answer or a failure: no pattern, arguments under `args`. */
export function recordedReply(reply: ModelReply): DictValue {
  return record({
    text: reply.text === "" ? undefined : reply.text,
    tool_calls:
      reply.toolCalls.length === 0
        ? undefined
        : list(reply.toolCalls.map((call) => record({ name: call.name, args: call.arguments }))),
    input_tokens: reply.inputTokens,
    output_tokens: reply.outputTokens,
    cache_read_tokens: reply.cacheReadTokens === 0 ? undefined : reply.cacheReadTokens,
    cache_write_tokens: reply.cacheWriteTokens === 0 ? undefined : reply.cacheWriteTokens,
    thinking: reply.thinking,
    thinking_summary: reply.thinkingSummary,
    stop_reason: reply.stopReason,
    model: reply.model,
    provider: reply.provider,
    logprobs: reply.logprobs,
  });
}

export function recordedFailure(failure: ModelFailure): DictValue {
  return record({ error: record({ category: failure.facts.category, message: failure.facts.message }) });
}
