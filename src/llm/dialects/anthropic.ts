import { DictValue, stringifyJson, type Value } from "../../value/index.ts";
import { isVersionAtLeast, parseModelVersion } from "../catalog/model-version.ts";
import { cutStreamFailure, type ModelFailure } from "../failure.ts";
import { dictAt, float, intAt, isDict, itemsAt, list, merged, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ModelReply, ModelRequest, ReplyListener, Thinking } from "../model.ts";
import { failureOfResponse } from "../wire/http-status.ts";
import type { SseEvent } from "../wire/sse.ts";
import { encodeConversation } from "./anthropic-messages.ts";
import type { Dialect, ReplyStream } from "./dialect.ts";
import { SpokenReply } from "./spoken-reply.ts";
import { ToolCallParts, wholeArguments } from "./tool-call-parts.ts";
import { noUsage, readUsage, type TokenUsage } from "./usage.ts";

/** The tool that a JSON schema is turned into: this wire has no response format. */
const jsonTool = "json_response";
const defaultThinkingBudget = 10_000;
const defaultMaxTokens = 8192;

/** The Anthropic messages API. */
export const anthropicMessages: Dialect = {
  name: "anthropic",
  framing: "sse",
  encode,
  headers,
  readReply,
  openStream: (request, listener) => new MessagesStream(request, listener),
};

function headers(request: ModelRequest): Record<string, string> {
  const betas = [...request.betaFeatures];
  if (request.interleavedThinking && request.thinking.mode !== "disabled")
    betas.unshift("interleaved-thinking-2025-05-14");
  if (request.tools.some(isSearch)) betas.push("advanced-tool-use-2025-11-20");
  const unique = [...new Set(betas)];
  return { "anthropic-version": "2023-06-01", ...(unique.length === 0 ? {} : { "anthropic-beta": unique.join(",") }) };
}

function encode(request: ModelRequest): DictValue {
  const version = parseModelVersion(request.model);
  const takesPrefill = version === undefined || !isVersionAtLeast(version, [4, 6]);
  const conversation = encodeConversation(request, takesPrefill ? request.prefill : undefined);
  const thinking = encodeThinking(request);
  const body = record({
    model: request.model,
    max_tokens: request.maxTokens > 0 ? request.maxTokens : defaultMaxTokens,
    system: conversation.system,
    messages: list(conversation.messages),
    stop_sequences: request.sampling.stop === undefined ? undefined : list(request.sampling.stop),
    cache_control: request.cache ? record({ type: "ephemeral" }) : undefined,
    thinking,
    stream: request.stream ? true : undefined,
  });
  return merged(
    merged(merged(body, encodeSampling(request, thinking !== undefined)), encodeTools(request)),
    request.overrides,
  );
}

/** Sampling is refused together with thinking, and by newer models altogether. */
function encodeSampling(request: ModelRequest, isThinking: boolean): DictValue {
  const version = parseModelVersion(request.model);
  if (isThinking || (version !== undefined && isVersionAtLeast(version, [4, 7]))) return new DictValue();
  const { temperature, topP, topK } = request.sampling;
  return record({
    temperature: temperature === undefined ? undefined : float(temperature),
    top_p: topP === undefined ? undefined : float(topP),
    top_k: topK,
  });
}

function encodeThinking(request: ModelRequest): DictValue | undefined {
  const thinking: Thinking = request.thinking;
  switch (thinking.mode) {
    case "disabled":
      return undefined;
    case "adaptive":
    case "effort":
      return record({ type: "adaptive" });
    case "enabled": {
      const version = parseModelVersion(request.model);
      if (version !== undefined && isVersionAtLeast(version, [4, 7])) return record({ type: "adaptive" });
      return record({ type: "enabled", budget_tokens: thinking.budgetTokens ?? defaultThinkingBudget });
    }
  }
}

function encodeTools(request: ModelRequest): DictValue {
  const tools = request.tools.map(encodeTool);
  const format = request.outputFormat;
  if (format.kind === "json_schema") {
    tools.push(
      record({
        name: jsonTool,
        description: "Give the answer as JSON that fits the schema.",
        input_schema: format.schema,
      }),
    );
    return record({ tools: list(tools), tool_choice: record({ type: "tool", name: jsonTool }) });
  }
  if (tools.length === 0) return new DictValue();
  return record({ tools: list(tools), tool_choice: request.toolChoice });
}

/** `{type: "function", function: {…}}` in this wire's form; anything else is taken to be in it already. */
function encodeTool(tool: DictValue): DictValue {
  const inner = dictAt(tool, "function");
  if (inner === undefined) return tool;
  return record({
    name: textAt(inner, "name") ?? "",
    description: textAt(inner, "description"),
    input_schema: inner.get("parameters") ?? record({ type: "object" }),
    defer_loading: tool.get("defer_loading"),
  });
}

function isSearch(tool: DictValue): boolean {
  return textAt(tool, "type")?.startsWith("tool_search_tool_") === true;
}

/** What the provider's own search did, under the names that programs know it by. */
function searchBlock(block: DictValue): DictValue[] {
  const shown = (type: string): DictValue[] => [
    merged(block, record({ type, provider_type: textAt(block, "type") ?? "", visibility: "internal" })),
  ];
  switch (textAt(block, "type")) {
    case "server_tool_use":
      return shown(
        textAt(block, "name")?.startsWith("tool_search") === true ? "tool_search_query" : "provider_tool_call",
      );
    case "tool_search_tool_result":
      return shown("tool_search_result");
    default:
      return [];
  }
}

interface Gathered {
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: Value }[];
  /** Blocks that go back with the turn as they came: signed reasoning, and what the provider searched for. */
  readonly returned: readonly DictValue[];
  readonly usage: TokenUsage;
  readonly stopReason: string | undefined;
  readonly responseId: string | undefined;
  readonly model: string | undefined;
}

function replyOf(request: ModelRequest, gathered: Gathered): ModelReply {
  const answer =
    request.outputFormat.kind === "json_schema" ? gathered.calls.find((call) => call.name === jsonTool) : undefined;
  return {
    text: answer === undefined || gathered.text !== "" ? gathered.text : stringifyJson(answer.arguments),
    thinking: gathered.thinking === "" ? undefined : gathered.thinking,
    thinkingSummary: undefined,
    toolCalls: gathered.calls.filter((call) => call !== answer),
    ...gathered.usage,
    stopReason: gathered.stopReason,
    model: gathered.model ?? request.model,
    provider: request.provider,
    responseId: gathered.responseId,
    blocks: undefined,
    hosted: gathered.returned.flatMap(searchBlock),
    logprobs: undefined,
    signedReasoning: gathered.returned,
  };
}

function readReply(body: DictValue, request: ModelRequest): ModelReply {
  if (textAt(body, "type") === "error") throw failureOfError(dictAt(body, "error"), request);
  const text: string[] = [];
  const thinking: string[] = [];
  const calls: { id: string; name: string; arguments: Value }[] = [];
  const returned: DictValue[] = [];
  for (const block of itemsAt(body, "content")?.filter(isDict) ?? []) {
    switch (textAt(block, "type")) {
      case "text":
        text.push(textAt(block, "text") ?? "");
        break;
      case "thinking":
        thinking.push(textAt(block, "thinking") ?? "");
        returned.push(block);
        break;
      case "redacted_thinking":
      case "server_tool_use":
      case "tool_search_tool_result":
        returned.push(block);
        break;
      case "tool_use":
        calls.push({
          id: textAt(block, "id") ?? "",
          name: textAt(block, "name") ?? "",
          arguments: wholeArguments(block.get("input")),
        });
        break;
    }
  }
  return replyOf(request, {
    text: text.join(""),
    thinking: thinking.join(""),
    calls,
    returned,
    usage: readUsage(dictAt(body, "usage")),
    stopReason: textAt(body, "stop_reason"),
    responseId: textAt(body, "id"),
    model: textAt(body, "model"),
  });
}

const statusOfError: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  overloaded_error: 529,
  timeout_error: 504,
};

/** An error that comes inside an answer of status 200. */
function failureOfError(error: DictValue | undefined, request: ModelRequest): ModelFailure {
  const type = textAt(error, "type") ?? "api_error";
  const body = stringifyJson(record({ error: error ?? record({ type }) }));
  return failureOfResponse({
    provider: request.provider,
    status: statusOfError[type] ?? 500,
    retryAfter: undefined,
    body,
    now: 0,
  });
}

interface OpenThinking {
  text: string;
  signature: string;
  readonly redacted: string | undefined;
}

class MessagesStream implements ReplyStream {
  readonly #request: ModelRequest;
  readonly #listener: ReplyListener;
  readonly #calls = new ToolCallParts();
  readonly #thoughts = new Map<number, OpenThinking>();
  readonly #searches = new Map<number, { readonly block: DictValue; input: string }>();
  readonly #spoken: SpokenReply;
  #usage = noUsage;
  #stopReason: string | undefined;
  #responseId: string | undefined;
  #model: string | undefined;
  #isDone = false;
  /** Block that holds the answer, where a schema is sent as a tool. */
  #answerIndex: number | undefined;

  constructor(request: ModelRequest, listener: ReplyListener) {
    this.#request = request;
    this.#listener = listener;
    this.#spoken = new SpokenReply(listener);
  }

  push(event: SseEvent): void {
    const data = tryParseJson(event.data);
    if (!isDict(data)) return;
    switch (textAt(data, "type") ?? event.event) {
      case "message_start": {
        const message = dictAt(data, "message");
        this.#responseId = textAt(message, "id");
        this.#model = textAt(message, "model");
        this.#usage = readUsage(dictAt(message, "usage"), this.#usage);
        break;
      }
      case "content_block_start":
        this.#open(intAt(data, "index") ?? 0, dictAt(data, "content_block"));
        break;
      case "content_block_delta":
        this.#grow(intAt(data, "index") ?? 0, dictAt(data, "delta"));
        break;
      case "message_delta":
        this.#stopReason = textAt(dictAt(data, "delta"), "stop_reason") ?? this.#stopReason;
        this.#usage = readUsage(dictAt(data, "usage"), this.#usage);
        break;
      case "message_stop":
        this.#isDone = true;
        break;
      case "error":
        throw failureOfError(dictAt(data, "error"), this.#request);
    }
  }

  #open(index: number, block: DictValue | undefined): void {
    switch (textAt(block, "type")) {
      case "text":
        this.#spoken.say(textAt(block, "text") ?? "");
        break;
      case "thinking":
        this.#thoughts.set(index, { text: "", signature: textAt(block, "signature") ?? "", redacted: undefined });
        this.#think(index, textAt(block, "thinking") ?? "");
        break;
      case "redacted_thinking":
        this.#thoughts.set(index, { text: "", signature: "", redacted: textAt(block, "data") ?? "" });
        break;
      case "tool_use": {
        const call = this.#calls.add(index, { id: textAt(block, "id"), name: textAt(block, "name") });
        // The answer in the form of a call is none.
        if (this.#isAnswer(call.name)) this.#answerIndex = index;
        else this.#listener.toolCall?.(call.id, call.name);
        break;
      }
      case "server_tool_use":
      case "tool_search_tool_result":
        if (block !== undefined) this.#searches.set(index, { block, input: "" });
        break;
    }
  }

  #grow(index: number, delta: DictValue | undefined): void {
    switch (textAt(delta, "type")) {
      case "text_delta":
        this.#spoken.say(textAt(delta, "text") ?? "");
        break;
      case "thinking_delta":
        this.#think(index, textAt(delta, "thinking") ?? "");
        break;
      case "signature_delta": {
        const thought = this.#thoughts.get(index);
        if (thought !== undefined) thought.signature += textAt(delta, "signature") ?? "";
        break;
      }
      case "input_json_delta": {
        const part = textAt(delta, "partial_json") ?? "";
        const search = this.#searches.get(index);
        if (search !== undefined) search.input += part;
        else {
          this.#calls.add(index, { text: part });
          if (index === this.#answerIndex) this.#listener.data?.(part);
        }
        break;
      }
    }
  }

  #isAnswer(tool: string): boolean {
    return tool === jsonTool && this.#request.outputFormat.kind === "json_schema";
  }

  #think(index: number, text: string): void {
    const thought = this.#thoughts.get(index);
    if (thought !== undefined) thought.text += text;
    this.#spoken.think(text);
  }

  /** In the order in which the blocks came. */
  #returned(): DictValue[] {
    const thoughts = [...this.#thoughts].map(([index, thought]) => [index, signedBlock(thought)] as const);
    const searches = [...this.#searches].map(([index, search]) => [index, [wholeSearch(search)]] as const);
    return [...thoughts, ...searches].sort(([a], [b]) => a - b).flatMap(([, blocks]) => blocks);
  }

  finish(): ModelReply {
    if (!this.#isDone && this.#stopReason === undefined) throw cutStreamFailure(this.#request.provider, "message_stop");
    return replyOf(this.#request, {
      text: this.#spoken.text,
      thinking: this.#spoken.thinking,
      calls: this.#calls.calls(),
      returned: this.#returned(),
      usage: this.#usage,
      stopReason: this.#stopReason,
      responseId: this.#responseId,
      model: this.#model,
    });
  }
}

/** A search whose input came in parts has it whole. */
function wholeSearch({ block, input }: { readonly block: DictValue; readonly input: string }): DictValue {
  return input === "" ? block : block.with("input", wholeArguments(input));
}

function signedBlock(thought: OpenThinking): DictValue[] {
  if (thought.redacted !== undefined) return [record({ type: "redacted_thinking", data: thought.redacted })];
  return thought.signature === ""
    ? []
    : [record({ type: "thinking", thinking: thought.text, signature: thought.signature })];
}
