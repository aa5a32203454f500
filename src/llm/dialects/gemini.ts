import { type DictValue, stringifyJson, type Value } from "../../value/index.ts";
import { cutStreamFailure } from "../failure.ts";
import { boolAt, dictAt, float, intAt, isDict, isList, itemsAt, list, merged, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ModelReply, ModelRequest, ReplyListener, ToolCall } from "../model.ts";
import { failureOfResponse } from "../wire/http-status.ts";
import type { SseEvent } from "../wire/sse.ts";
import type { Dialect, ReplyStream } from "./dialect.ts";
import { encodeContents, signatureBlock } from "./gemini-contents.ts";
import { SpokenReply } from "./spoken-reply.ts";
import { wholeArguments } from "./tool-call-parts.ts";

/** `generateContent`, as Gemini and Vertex speak it. Calls have no ids on this wire: they get `{idPrefix}_tool_N`. */
export function generateContent(idPrefix: "gemini" | "vertex"): Dialect {
  return {
    name: idPrefix,
    framing: "sse",
    encode,
    headers: () => ({}),
    readReply: (body, request) => {
      const answer = new ContentAnswer(request, idPrefix, {});
      answer.take(body);
      return answer.finish();
    },
    openStream: (request, listener) => new ContentStream(new ContentAnswer(request, idPrefix, listener)),
  };
}

function encode(request: ModelRequest): DictValue {
  const { sampling, system } = request;
  const settings = record({
    maxOutputTokens: request.maxTokens > 0 ? request.maxTokens : undefined,
    temperature: sampling.temperature === undefined ? undefined : float(sampling.temperature),
    topP: sampling.topP === undefined ? undefined : float(sampling.topP),
    topK: sampling.topK,
    stopSequences: sampling.stop === undefined ? undefined : list(sampling.stop),
    thinkingConfig: thinkingConfig(request),
  });
  const body = record({
    systemInstruction: system === undefined ? undefined : record({ parts: list([record({ text: system })]) }),
    contents: list(encodeContents(request.messages)),
    generationConfig: merged(settings, answerFormat(request)),
  });
  return merged(merged(body, encodeTools(request)), request.overrides);
}

function answerFormat({ outputFormat }: ModelRequest): DictValue | undefined {
  switch (outputFormat.kind) {
    case "text":
      return undefined;
    case "json_object":
      return record({ responseMimeType: "application/json" });
    case "json_schema":
      return record({ responseMimeType: "application/json", responseJsonSchema: outputFormat.schema });
  }
}

/** Budgets in tokens; only the 2.5 models take one. -1 leaves it to the model. */
function thinkingConfig({ model, thinking }: ModelRequest): DictValue | undefined {
  if (!model.includes("2.5")) return undefined;
  const isFlash = model.includes("flash");
  const budget = (tokens: number): DictValue => record({ thinkingBudget: tokens });
  const off = isFlash ? budget(0) : undefined;
  switch (thinking.mode) {
    case "disabled":
      return off;
    case "adaptive":
      return budget(-1);
    case "enabled":
      return budget(thinking.budgetTokens ?? -1);
    case "effort":
      switch (thinking.level) {
        case "none":
          return off;
        case "minimal":
        case "low":
          return budget(1024);
        case "medium":
          return budget(8192);
        case "high":
        case "xhigh":
          return budget(isFlash ? 24_576 : 32_768);
      }
  }
}

function encodeTools(request: ModelRequest): DictValue | undefined {
  if (request.tools.length === 0) return undefined;
  const declarations = request.tools.map((tool) => {
    const inner = dictAt(tool, "function") ?? tool;
    const parameters = inner.get("parameters");
    return record({
      name: textAt(inner, "name") ?? "",
      description: textAt(inner, "description"),
      parameters: parameters === undefined ? undefined : plainSchema(parameters),
    });
  });
  return record({
    tools: list([record({ functionDeclarations: list(declarations) })]),
    toolConfig: toolConfig(request.toolChoice),
  });
}

/** Keywords of JSON Schema that this wire refuses. */
const refusedKeywords = new Set(["additionalProperties", "$schema", "$id", "x-harn-output-schema", "strict"]);

function plainSchema(schema: Value): Value {
  if (isList(schema)) return list(schema.toArray().map(plainSchema));
  if (!isDict(schema)) return schema;
  const entries: Record<string, Value> = {};
  for (const [key, value] of schema.entries()) {
    // Below `properties` the keys are names of parameters.
    if (key === "properties" && isDict(value))
      entries[key] = record(Object.fromEntries([...value.entries()].map(([name, item]) => [name, plainSchema(item)])));
    else if (!refusedKeywords.has(key)) entries[key] = plainSchema(value);
  }
  return record(entries);
}

function toolConfig(choice: Value | undefined): DictValue | undefined {
  if (choice === undefined || choice === null) return undefined;
  const config = (mode: string, only?: string): DictValue =>
    record({
      functionCallingConfig: record({ mode, allowedFunctionNames: only === undefined ? undefined : list([only]) }),
    });
  if (isDict(choice)) {
    const name = textAt(dictAt(choice, "function"), "name") ?? textAt(choice, "name");
    return config("ANY", name);
  }
  if (choice === "none") return config("NONE");
  return config(choice === "required" || choice === "any" ? "ANY" : "AUTO");
}

/** Puts an answer together from one body or from the bodies of a stream, which have one shape. */
class ContentAnswer {
  readonly #request: ModelRequest;
  readonly #idPrefix: string;
  readonly #listener: ReplyListener;
  readonly #calls: ToolCall[] = [];
  readonly #signatures: DictValue[] = [];
  readonly #spoken: SpokenReply;
  #usage: DictValue | undefined;
  #stopReason: string | undefined;
  #responseId: string | undefined;
  #model: string | undefined;

  constructor(request: ModelRequest, idPrefix: string, listener: ReplyListener) {
    this.#request = request;
    this.#idPrefix = idPrefix;
    this.#listener = listener;
    this.#spoken = new SpokenReply(listener);
  }

  get provider(): string {
    return this.#request.provider;
  }

  take(body: DictValue): void {
    this.#refuse(body);
    this.#usage = dictAt(body, "usageMetadata") ?? this.#usage;
    this.#responseId ??= textAt(body, "responseId");
    this.#model ??= textAt(body, "modelVersion");
    const candidate = itemsAt(body, "candidates")?.[0];
    if (!isDict(candidate)) return;
    for (const part of itemsAt(dictAt(candidate, "content"), "parts") ?? []) if (isDict(part)) this.#part(part);
    this.#stopReason = textAt(candidate, "finishReason") ?? this.#stopReason;
  }

  #refuse(body: DictValue): void {
    const error = dictAt(body, "error");
    const blocked = textAt(dictAt(body, "promptFeedback"), "blockReason");
    if (error === undefined && blocked === undefined) return;
    throw failureOfResponse({
      provider: this.provider,
      status: error === undefined ? 400 : (intAt(error, "code") ?? 500),
      retryAfter: undefined,
      body:
        error === undefined ? `content_policy: the prompt was blocked (${blocked})` : stringifyJson(record({ error })),
      now: 0,
    });
  }

  #part(part: DictValue): void {
    const text = textAt(part, "text") ?? "";
    const call = dictAt(part, "functionCall");
    let callId: string | undefined;
    if (call !== undefined) {
      callId = textAt(call, "id") ?? `${this.#idPrefix}_tool_${this.#calls.length}`;
      const name = textAt(call, "name") ?? "";
      this.#calls.push({ id: callId, name, arguments: wholeArguments(call.get("args")) });
      this.#listener.toolCall?.(callId, name);
    } else if (boolAt(part, "thought") === true) this.#spoken.think(text);
    else this.#spoken.say(text);
    const signature = textAt(part, "thoughtSignature");
    if (signature !== undefined) this.#signatures.push(signatureBlock(signature, callId));
  }

  get isComplete(): boolean {
    return this.#stopReason !== undefined;
  }

  finish(): ModelReply {
    const usage = this.#usage;
    return {
      text: this.#spoken.text,
      thinking: this.#spoken.thinking === "" ? undefined : this.#spoken.thinking,
      thinkingSummary: undefined,
      toolCalls: this.#calls,
      inputTokens: intAt(usage, "promptTokenCount") ?? 0,
      // Thoughts are billed as output and counted apart.
      outputTokens: (intAt(usage, "candidatesTokenCount") ?? 0) + (intAt(usage, "thoughtsTokenCount") ?? 0),
      cacheReadTokens: intAt(usage, "cachedContentTokenCount") ?? 0,
      cacheWriteTokens: 0,
      stopReason: this.#stopReason,
      model: this.#model ?? this.#request.model,
      provider: this.provider,
      responseId: this.#responseId,
      blocks: undefined,
      logprobs: undefined,
      signedReasoning: this.#signatures,
    };
  }
}

class ContentStream implements ReplyStream {
  readonly #answer: ContentAnswer;

  constructor(answer: ContentAnswer) {
    this.#answer = answer;
  }

  push(event: SseEvent): void {
    const body = tryParseJson(event.data);
    if (isDict(body)) this.#answer.take(body);
  }

  finish(): ModelReply {
    if (!this.#answer.isComplete) throw cutStreamFailure(this.#answer.provider, "finishReason");
    return this.#answer.finish();
  }
}
