import { DictValue, type Value } from "../../value/index.ts";
import { cutStreamFailure, emptyCompletionFailure } from "../failure.ts";
import { dictAt, float, intAt, isDict, isList, itemsAt, list, merged, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ModelReply, ModelRequest, ReplyListener, ToolCall } from "../model.ts";
import { failureOfResponse } from "../wire/http-status.ts";
import type { SseEvent } from "../wire/sse.ts";
import { contentText } from "./content-blocks.ts";
import type { Dialect, ReplyStream } from "./dialect.ts";
import { encodeMessages } from "./openai-messages.ts";
import { SpokenReply } from "./spoken-reply.ts";
import { ThinkSplitter } from "./think-splitter.ts";
import { ToolCallParts, wholeArguments } from "./tool-call-parts.ts";
import { noUsage, readUsage, type TokenUsage } from "./usage.ts";

/** Chat completions, as OpenAI and the many servers compatible with it speak. */
export const openAiChat: Dialect = {
  name: "openai",
  framing: "sse",
  encode,
  headers: () => ({}),
  readReply,
  openStream: (request, listener) => new ChatStream(request, listener),
};

/** Azure's form of it: the deployment in the address says which model. */
export const azureChat: Dialect = {
  ...openAiChat,
  name: "azure",
  encode: (request) => encode(request).without("model"),
};

function encode(request: ModelRequest): DictValue {
  const { sampling, capabilities } = request;
  const hasTools = request.tools.length > 0;
  const tokenKey = capabilities.requiresCompletionTokens ? "max_completion_tokens" : "max_tokens";
  const body = record({
    model: request.model,
    messages: list(encodeMessages(request)),
    [tokenKey]: request.maxTokens,
    temperature: optionalFloat(sampling.temperature),
    top_p: optionalFloat(sampling.topP),
    top_k: capabilities.topKSupported ? sampling.topK : undefined,
    frequency_penalty: optionalFloat(sampling.frequencyPenalty),
    presence_penalty: optionalFloat(sampling.presencePenalty),
    seed: sampling.seed,
    stop: sampling.stop === undefined ? undefined : list(sampling.stop),
    logprobs: sampling.logprobs,
    top_logprobs: sampling.topLogprobs,
    tools: hasTools ? list(request.tools) : undefined,
    tool_choice: hasTools ? request.toolChoice : undefined,
    response_format: responseFormat(request),
    stream: request.stream ? true : undefined,
    stream_options: request.stream ? record({ include_usage: true }) : undefined,
  });
  return merged(merged(body, reasoning(request)), request.overrides);
}

function optionalFloat(value: number | undefined): Value | undefined {
  return value === undefined ? undefined : float(value);
}

function responseFormat(request: ModelRequest): DictValue | undefined {
  const format = request.outputFormat;
  switch (format.kind) {
    case "text":
      return undefined;
    case "json_object":
      return record({ type: "json_object" });
    case "json_schema":
      return record({
        type: "json_schema",
        json_schema: record({ name: "response", schema: format.schema, strict: format.strict }),
      });
  }
}

/** Providers spell the wish to think differently; only what the route is known to take is sent. */
function reasoning(request: ModelRequest): DictValue {
  const { provider, thinking, capabilities, outputFormat, sampling } = request;
  const fields = new Map<string, Value>();
  if (provider === "openrouter" && (outputFormat.kind !== "text" || sampling.topK !== undefined))
    fields.set("provider", record({ require_parameters: true }));
  if (capabilities.reasoningWireFormat === "enabled") {
    if (capabilities.thinkingModes.length > 0)
      fields.set("reasoning", record({ enabled: thinking.mode !== "disabled" }));
    if (thinking.mode === "effort" && capabilities.reasoningEffortSupported)
      fields.set("reasoning_effort", thinking.level);
  } else if (capabilities.reasoningWireFormat === "openrouter") {
    if (thinking.mode === "effort") fields.set("reasoning", record({ effort: thinking.level }));
    else if (thinking.mode === "enabled" && thinking.budgetTokens !== undefined)
      fields.set("reasoning", record({ max_tokens: thinking.budgetTokens }));
    else if (thinking.mode !== "disabled") fields.set("reasoning", record({ enabled: true }));
  } else if (thinking.mode === "effort") {
    if (capabilities.reasoningEffortSupported) fields.set("reasoning_effort", thinking.level);
  } else if (capabilities.honorsChatTemplateKwargs && capabilities.thinkingModes.length > 0) {
    fields.set(
      "chat_template_kwargs",
      record({
        enable_thinking: thinking.mode !== "disabled",
        // Only then is the last message one to be gone on with.
        ...(request.prefill !== undefined && { add_generation_prompt: false, continue_final_message: true }),
        preserve_thinking: capabilities.preserveThinking ? true : undefined,
      }),
    );
  }
  return new DictValue(fields);
}

interface Answer {
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: TokenUsage;
  readonly stopReason: string | undefined;
  readonly responseId: string | undefined;
  readonly model: string | undefined;
  readonly logprobs: Value | undefined;
}

function replyOf(request: ModelRequest, answer: Answer): ModelReply {
  const isEmpty = answer.text === "" && answer.thinking === "" && answer.toolCalls.length === 0;
  if (isEmpty && answer.usage.outputTokens > 0) throw emptyCompletionFailure(request.model, answer.usage.outputTokens);
  // Some servers put the whole answer where the reasoning belongs.
  const isReasoningOnly = answer.text === "" && answer.thinking !== "" && answer.toolCalls.length === 0;
  return {
    text: isReasoningOnly ? answer.thinking : answer.text,
    thinking: answer.thinking === "" ? undefined : answer.thinking,
    thinkingSummary: undefined,
    toolCalls: answer.toolCalls,
    ...answer.usage,
    stopReason: answer.stopReason,
    model: answer.model ?? request.model,
    provider: request.provider,
    responseId: answer.responseId,
    blocks: undefined,
    logprobs: answer.logprobs,
    signedReasoning: [],
  };
}

function readReply(body: DictValue, request: ModelRequest): ModelReply {
  throwEmbeddedError(body, request);
  const first = itemsAt(body, "choices")?.[0];
  const choice = isDict(first) ? first : undefined;
  const message = dictAt(choice, "message");
  const splitter = new ThinkSplitter();
  const split = splitter.push(contentText(message?.get("content")));
  const tail = splitter.end();
  const calls = itemsAt(message, "tool_calls")?.filter(isDict) ?? [];
  return replyOf(request, {
    text: split.text + tail.text,
    thinking:
      (textAt(message, "reasoning") ?? textAt(message, "reasoning_content") ?? "") + split.thinking + tail.thinking,
    toolCalls: calls.map((call, index) => {
      const inner = dictAt(call, "function");
      return {
        id: textAt(call, "id") ?? `call_${index}`,
        name: textAt(inner, "name") ?? "",
        arguments: wholeArguments(inner?.get("arguments")),
      };
    }),
    usage: readUsage(dictAt(body, "usage")),
    stopReason: textAt(choice, "finish_reason"),
    responseId: textAt(body, "id"),
    model: textAt(body, "model"),
    logprobs: choice?.get("logprobs") ?? undefined,
  });
}

/** A body or event of a 200 answer whose `error` says that it is none. */
function throwEmbeddedError(body: DictValue, request: ModelRequest): void {
  const error = body.get("error");
  if (error === undefined || error === null) return;
  const status = isDict(error) ? (intAt(error, "code") ?? intAt(error, "status")) : undefined;
  const text = isDict(error) ? errorText(error) : String(error);
  throw failureOfResponse({
    provider: request.provider,
    status: status ?? 500,
    retryAfter: undefined,
    body: text,
    now: 0,
  });
}

function errorText(error: DictValue): string {
  const type = textAt(error, "type") ?? textAt(error, "code");
  const message = textAt(error, "message") ?? "the provider reported an error";
  return type === undefined ? message : `${message} (type: ${type})`;
}

/** No JSON that says anything is as short, with the blanks that some servers put around it. */
const longestEnd = 32;

class ChatStream implements ReplyStream {
  readonly #request: ModelRequest;
  readonly #listener: ReplyListener;
  readonly #splitter = new ThinkSplitter();
  readonly #calls = new ToolCallParts();
  readonly #announced = new Set<number>();
  readonly #spoken: SpokenReply;
  #usage = noUsage;
  #stopReason: string | undefined;
  #responseId: string | undefined;
  #model: string | undefined;
  #logprobs: Value[] = [];
  #isDone = false;

  constructor(request: ModelRequest, listener: ReplyListener) {
    this.#request = request;
    this.#listener = listener;
    this.#spoken = new SpokenReply(listener);
  }

  push(event: SseEvent): void {
    if (event.data.length < longestEnd && event.data.trim() === "[DONE]") {
      this.#isDone = true;
      return;
    }
    const chunk = tryParseJson(event.data);
    if (!isDict(chunk)) return;
    throwEmbeddedError(chunk, this.#request);
    this.#responseId ??= textAt(chunk, "id");
    this.#model ??= textAt(chunk, "model");
    this.#usage = readUsage(dictAt(chunk, "usage"), this.#usage);
    const choice = itemsAt(chunk, "choices")?.[0];
    if (isDict(choice)) this.#choice(choice);
  }

  #choice(choice: DictValue): void {
    this.#stopReason ??= textAt(choice, "finish_reason");
    const delta = dictAt(choice, "delta");
    if (delta === undefined) return;
    this.#spoken.think(textAt(delta, "reasoning") ?? textAt(delta, "reasoning_content") ?? "");
    this.#spoken.take(this.#splitter.push(textAt(delta, "content") ?? ""));
    for (const fragment of itemsAt(delta, "tool_calls") ?? []) if (isDict(fragment)) this.#callFragment(fragment);
    const tokens = dictAt(choice, "logprobs")?.get("content");
    if (isList(tokens)) this.#logprobs.push(...tokens.toArray());
  }

  #callFragment(fragment: DictValue): void {
    const inner = dictAt(fragment, "function");
    const index = intAt(fragment, "index") ?? 0;
    const part = this.#calls.add(index, {
      id: textAt(fragment, "id"),
      name: textAt(inner, "name"),
      text: textAt(inner, "arguments"),
    });
    if (part.name === "" || this.#announced.has(index)) return;
    this.#announced.add(index);
    this.#listener.toolCall?.(part.id, part.name);
  }

  finish(): ModelReply {
    if (!this.#isDone && this.#stopReason === undefined)
      throw cutStreamFailure(this.#request.provider, "finish_reason");
    this.#spoken.take(this.#splitter.end());
    return replyOf(this.#request, {
      text: this.#spoken.text,
      thinking: this.#spoken.thinking,
      toolCalls: this.#calls.calls(),
      usage: this.#usage,
      stopReason: this.#stopReason,
      responseId: this.#responseId,
      model: this.#model,
      logprobs: this.#logprobs.length === 0 ? undefined : record({ content: list(this.#logprobs) }),
    });
  }
}
