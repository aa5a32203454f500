import { DictValue, stringifyJson, thrown, type Value } from "../../value/index.ts";
import { contentText } from "../dialects/content-blocks.ts";
import { dictAt, float, isDict, itemsAt, list, record, textAt } from "../fields.ts";
import type { ModelReply, ModelRequest, Thinking, ToolCall } from "../model.ts";
import { utf8Length } from "./match-text.ts";
import type { MockBook } from "./mock-book.ts";
import { answerWith, mockBlocks } from "./mock-entry.ts";

/** A tool of the runtime's own: the mock never picks it. */
const neverPicked = "agent_await_resumption";

/**
 * Answers in a model's place. With something prepared that is the answer; else provider `mock` answers by itself, and any
 * other provider is left to be really called (`undefined`).
 */
export function answerFromMocks(book: MockBook, request: ModelRequest, isMock: boolean): ModelReply | undefined {
  if (!isMock && !book.isPrepared) return undefined;
  const asked = book.matchText(request.messages);
  const hadFixtures = book.hasFixtures;
  const entry = book.take(asked);
  if (entry === undefined && !isMock && !hadFixtures) return undefined;
  book.log(loggedCall(book, request));
  if (entry !== undefined) return withCache(book, request, answerWith(entry, asked));
  if (hadFixtures) throw thrown(`No --llm-mock fixture matched prompt: ${quoted(asked.text)}`);
  return withCache(book, request, ownAnswer(request));
}

function quoted(matchText: string): string {
  return JSON.stringify([...matchText].slice(0, 200).join(""));
}

/** What the mock says when nothing is prepared: a call of the first native tool, or an echo of the prompt. */
function ownAnswer(request: ModelRequest): ModelReply {
  const prompt = lastPrompt(request);
  const tool = request.tools.find((candidate) => toolName(candidate) !== neverPicked);
  const toolCalls: ToolCall[] =
    tool === undefined ? [] : [{ id: "mock_call_1", name: toolName(tool), arguments: placeholders(tool) }];
  const text = tool === undefined ? echo(prompt, request.system) : "";
  return {
    text,
    thinking: undefined,
    thinkingSummary: undefined,
    toolCalls,
    inputTokens: utf8Length(prompt),
    outputTokens: tool === undefined ? 30 : 20,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    stopReason: undefined,
    model: request.model,
    provider: "mock",
    responseId: undefined,
    blocks: mockBlocks(text, toolCalls),
    logprobs: undefined,
    signedReasoning: [],
  };
}

function echo(prompt: string, system: string | undefined): string {
  const words = prompt.split(/\s+/).filter((word) => word !== "");
  const said =
    prompt === ""
      ? "Mock LLM response"
      : `Mock response to ${words.length}-word prompt: ${[...prompt].slice(0, 100).join("")}`;
  return system?.includes("<done>") === true
    ? `<assistant_prose>${said}</assistant_prose>\n<done>##DONE##</done>`
    : said;
}

function lastPrompt(request: ModelRequest): string {
  const last = request.messages.findLast((message) => textAt(message, "role") === "user") ?? request.messages.at(-1);
  return contentText(last?.get("content"));
}

function toolName(tool: DictValue): string {
  return textAt(tool, "name") ?? textAt(dictAt(tool, "function"), "name") ?? "unknown";
}

/** Something of the right type for each required argument, as a real model would fill them in. */
function placeholders(tool: DictValue): DictValue {
  const schema =
    dictAt(tool, "input_schema") ?? dictAt(dictAt(tool, "function"), "parameters") ?? dictAt(tool, "parameters");
  const required = new Set(itemsAt(schema, "required") ?? []);
  const given = new Map<string, Value>();
  for (const [name, property] of dictAt(schema, "properties")?.entries() ?? []) {
    if (required.has(name)) given.set(name, placeholder(isDict(property) ? textAt(property, "type") : undefined));
  }
  return new DictValue(given);
}

function placeholder(type: string | undefined): Value {
  switch (type) {
    case "integer":
      return 0;
    case "number":
      return float(0);
    case "boolean":
      return false;
    case "array":
      return list([]);
    case "object":
      return record({});
    default:
      return "";
  }
}

/** With `cache: true` the first request of a prompt writes it to the cache, and each later one reads it. */
function withCache(book: MockBook, request: ModelRequest, reply: ModelReply): ModelReply {
  if (!request.cache) return reply;
  const key = `${request.model}\n${request.system ?? ""}\n${stringifyJson(list(request.messages))}`;
  return book.cached(key)
    ? { ...reply, cacheReadTokens: reply.inputTokens, cacheWriteTokens: 0 }
    : { ...reply, cacheReadTokens: 0, cacheWriteTokens: reply.inputTokens };
}

/** The entry of `llm_mock_calls()`. */
function loggedCall(book: MockBook, request: ModelRequest): DictValue {
  const { responses } = request;
  const hosted = responses?.providerTools ?? [];
  return record({
    api_mode: request.apiMode,
    messages: book.conversation(request.messages),
    system: request.system ?? null,
    tools: request.tools.length === 0 ? null : list(request.tools),
    provider_tools: hosted.length === 0 ? null : list(hosted),
    tool_choice: request.toolChoice ?? null,
    output_format: formatDict(request),
    thinking: thinkingDict(request.thinking),
    previous_response_id: responses?.previousResponseId ?? null,
    store: responses?.store ?? null,
    background: responses?.background ?? null,
    truncation: responses?.truncation ?? null,
    compact: responses?.compact ?? null,
    include: responses?.include ?? null,
    max_tool_calls: responses?.maxToolCalls ?? null,
  });
}

function formatDict({ outputFormat }: ModelRequest): DictValue {
  switch (outputFormat.kind) {
    case "text":
    case "json_object":
      return record({ kind: outputFormat.kind });
    case "json_schema":
      return record({ kind: "json_schema", schema: outputFormat.schema, strict: outputFormat.strict });
  }
}

export function thinkingDict(thinking: Thinking): DictValue {
  switch (thinking.mode) {
    case "disabled":
    case "adaptive":
      return record({ mode: thinking.mode });
    case "enabled":
      return record({ mode: "enabled", budget_tokens: thinking.budgetTokens });
    case "effort":
      return record({ mode: "effort", level: thinking.level });
  }
}
