import type { DictValue, Value } from "../../value/index.ts";
import { cutStreamFailure, emptyCompletionFailure } from "../failure.ts";
import { boolAt, dictAt, float, intAt, isDict, itemsAt, list, merged, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ModelReply, ModelRequest, ReplyListener, ToolCall } from "../model.ts";
import { failureOfResponse } from "../wire/http-status.ts";
import type { SseEvent } from "../wire/sse.ts";
import { contentBlocks, contentText } from "./content-blocks.ts";
import type { Dialect, ReplyStream } from "./dialect.ts";
import { SpokenReply } from "./spoken-reply.ts";
import { ThinkSplitter } from "./think-splitter.ts";
import { wholeArguments } from "./tool-call-parts.ts";

/** What a local server is told about loading the model, besides the call itself. */
export interface OllamaSettings {
  readonly contextTokens: number;
  /** A duration as the server reads it (`30m`), or seconds. */
  readonly keepAlive: Value;
}

const minimumProbability = 0.05;
const repeatPenalty = 1.05;

/** Ollama's own chat API: one JSON object a line, always streamed. */
export function ollamaChat(settings: OllamaSettings): Dialect {
  return {
    name: "ollama",
    framing: "ndjson",
    encode: (request) => encode(request, settings),
    headers: () => ({}),
    readReply: (body, request) => {
      const stream = new OllamaStream(request, {});
      stream.take(body);
      return stream.finish();
    },
    openStream: (request, listener) => new OllamaStream(request, listener),
  };
}

function encode(request: ModelRequest, settings: OllamaSettings): DictValue {
  const hasTools = request.tools.length > 0;
  return ollamaBody(request, settings, {
    model: request.model,
    messages: list(encodeMessages(request)),
    stream: true,
    max_tokens: request.maxTokens,
    options: ollamaOptions(request, settings),
    think: request.capabilities.thinkingModes.length > 0 ? isThinking(request) : undefined,
    format: answerFormat(request),
    tools: hasTools ? list(request.tools) : undefined,
    tool_choice: hasTools ? request.toolChoice : undefined,
  });
}

/** What the model is run with, and what the call puts in its place. */
export function ollamaOptions(request: ModelRequest, settings: OllamaSettings): DictValue {
  const { overrides, sampling } = request;
  const options = record({
    num_ctx: intAt(overrides, "num_ctx") ?? settings.contextTokens,
    num_predict: request.maxTokens,
    temperature: sampling.temperature === undefined ? undefined : float(sampling.temperature),
    top_p: sampling.topP === undefined ? undefined : float(sampling.topP),
    top_k: sampling.topK,
    min_p: float(minimumProbability),
    repeat_penalty: float(repeatPenalty),
    stop: sampling.stop === undefined ? undefined : list(sampling.stop),
    seed: sampling.seed,
  });
  return merged(options, dictAt(overrides, "options"));
}

/** The fields of a body with how long the model stays loaded, and with the call's own over all of them. */
export function ollamaBody(
  { overrides }: ModelRequest,
  settings: OllamaSettings,
  fields: Readonly<Record<string, Value | undefined>>,
): DictValue {
  const body = record({ ...fields, keep_alive: overrides?.get("keep_alive") ?? settings.keepAlive });
  const rest = [...(overrides?.entries() ?? [])].filter(([key]) => !["num_ctx", "keep_alive", "options"].includes(key));
  return merged(body, record(Object.fromEntries(rest)));
}

function isThinking({ thinking }: ModelRequest): boolean {
  return thinking.mode !== "disabled" && !(thinking.mode === "effort" && thinking.level === "none");
}

export function answerFormat({ outputFormat }: ModelRequest): Value | undefined {
  switch (outputFormat.kind) {
    case "text":
      return undefined;
    case "json_object":
      return "json";
    case "json_schema":
      return outputFormat.schema;
  }
}

/** Contents are plain strings on this wire; images stand beside them. */
function encodeMessages(request: ModelRequest): DictValue[] {
  const messages: DictValue[] = [];
  if (request.system !== undefined) messages.push(record({ role: "system", content: request.system }));
  for (const message of request.messages) {
    const role = textAt(message, "role") ?? "user";
    const isResult = role === "tool" || role === "tool_result";
    const images = contentBlocks(message.get("content")).flatMap((block) =>
      block.kind === "image" && block.source.kind === "base64" ? [block.source.data] : [],
    );
    const calls = itemsAt(message, "tool_calls")?.filter(isDict) ?? [];
    messages.push(
      record({
        role: isResult ? "tool" : role,
        content: contentText(message.get("content")),
        images: images.length === 0 ? undefined : list(images),
        tool_name: isResult ? textAt(message, "name") : undefined,
        tool_calls: calls.length === 0 ? undefined : list(calls.map(encodeCall)),
      }),
    );
  }
  if (request.prefill !== undefined) messages.push(record({ role: "assistant", content: request.prefill }));
  return messages;
}

function encodeCall(call: DictValue): DictValue {
  const inner = dictAt(call, "function") ?? call;
  return record({
    function: record({ name: textAt(inner, "name") ?? "", arguments: wholeArguments(inner.get("arguments")) }),
  });
}

/** The lines of either endpoint. */
export class OllamaStream implements ReplyStream {
  readonly #request: ModelRequest;
  readonly #listener: ReplyListener;
  readonly #splitter = new ThinkSplitter();
  readonly #calls: ToolCall[] = [];
  readonly #spoken: SpokenReply;
  #last: DictValue | undefined;

  constructor(request: ModelRequest, listener: ReplyListener) {
    this.#request = request;
    this.#listener = listener;
    this.#spoken = new SpokenReply(listener);
  }

  push(line: SseEvent): void {
    const body = tryParseJson(line.data);
    if (isDict(body)) this.take(body);
  }

  take(body: DictValue): void {
    const error = textAt(body, "error");
    if (error !== undefined)
      throw failureOfResponse({
        provider: this.#request.provider,
        status: 500,
        retryAfter: undefined,
        body: error,
        now: 0,
      });
    const message = dictAt(body, "message");
    this.#spoken.think(textAt(message, "thinking") ?? "");
    this.#spoken.take(this.#splitter.push(textAt(message, "content") ?? textAt(body, "response") ?? ""));
    for (const call of itemsAt(message, "tool_calls") ?? []) if (isDict(call)) this.#call(call);
    if (boolAt(body, "done") === true) this.#last = body;
  }

  #call(call: DictValue): void {
    const inner = dictAt(call, "function");
    const name = textAt(inner, "name") ?? "";
    const id = textAt(call, "id") ?? `call_${this.#calls.length}`;
    this.#calls.push({ id, name, arguments: wholeArguments(inner?.get("arguments")) });
    this.#listener.toolCall?.(id, name);
  }

  finish(): ModelReply {
    const last = this.#last;
    if (last === undefined) throw cutStreamFailure(this.#request.provider, "done=true");
    this.#spoken.take(this.#splitter.end());
    const outputTokens = intAt(last, "eval_count") ?? 0;
    const isEmpty = this.#spoken.text === "" && this.#spoken.thinking === "" && this.#calls.length === 0;
    if (isEmpty && outputTokens > 0)
      throw emptyCompletionFailure(this.#request.model, outputTokens, "[ollama_empty_content_parser_bug] ollama");
    const isReasoningOnly = this.#spoken.text === "" && this.#spoken.thinking !== "" && this.#calls.length === 0;
    return {
      text: isReasoningOnly ? this.#spoken.thinking : this.#spoken.text,
      thinking: this.#spoken.thinking === "" ? undefined : this.#spoken.thinking,
      thinkingSummary: undefined,
      toolCalls: this.#calls,
      inputTokens: intAt(last, "prompt_eval_count") ?? 0,
      outputTokens,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      stopReason: textAt(last, "done_reason"),
      model: textAt(last, "model") ?? this.#request.model,
      provider: this.#request.provider,
      responseId: undefined,
      blocks: undefined,
      logprobs: undefined,
      signedReasoning: [],
    };
  }
}
