import {
  type ActiveLog,
  EventIndex,
  encodeJson,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonOfValue,
  valueOfJson,
} from "../../eventlog/index.ts";
import type { ModelReply, ModelRequest, ReplyCache } from "../../llm/index.ts";
import type { DictValue } from "../../value/index.ts";
import { legacyInboxTopic } from "../topics.ts";

/** One answer of a model to a predicate, kept so that a replay of the event needs no model. */
export interface KeptReply extends JsonObject {
  readonly request: string;
  readonly reply: JsonObject;
}

type Costs = (provider: string, model: string, inputTokens: number, outputTokens: number) => number;

/** The model calls of one evaluation of a predicate: what they used, and answers that are known from before. */
export class PredicateReplies implements ReplyCache {
  readonly kept: KeptReply[] = [];
  costUsd = 0;
  tokens = 0;
  wasUsed = false;
  readonly #costs: Costs;
  readonly #known: Map<string, ModelReply>;

  constructor(costs: Costs, known: readonly KeptReply[]) {
    this.#costs = costs;
    this.#known = new Map(known.map(({ request, reply }) => [request, readReply(reply)]));
  }

  find(request: ModelRequest): ModelReply | undefined {
    const reply = this.#known.get(requestKey(request));
    if (reply !== undefined) this.wasUsed = true;
    return reply;
  }

  keep(request: ModelRequest, reply: ModelReply): void {
    this.costUsd += this.#costs(request.provider, request.model, reply.inputTokens, reply.outputTokens);
    this.tokens += reply.inputTokens + reply.outputTokens;
    this.kept.push({ request: requestKey(request), reply: replyJson(reply) });
  }
}

const byEvent = new EventIndex(({ kind, payload }) =>
  kind === "predicate_llm_cache" && isJsonObject(payload)
    ? JSON.stringify([payload.trigger_id, payload.event_id])
    : undefined,
);

/** Where the answers are kept between a dispatch and its replay. */
export class PredicateReplyStore {
  readonly #log: ActiveLog;

  constructor(log: ActiveLog) {
    this.#log = log;
  }

  write(triggerId: string, eventId: string, entries: readonly KeptReply[]): void {
    if (entries.length === 0) return;
    const payload = { trigger_id: triggerId, event_id: eventId, entries };
    this.#log.getOrCreate().append(legacyInboxTopic, {
      kind: "predicate_llm_cache",
      payload,
      headers: { trigger_id: triggerId, event_id: eventId },
    });
  }

  async read(triggerId: string, eventId: string): Promise<readonly KeptReply[]> {
    const found = (
      await byEvent.find(this.#log.getOrCreate(), legacyInboxTopic, JSON.stringify([triggerId, eventId]))
    ).at(-1);
    const entries = isJsonObject(found?.payload) ? found.payload.entries : undefined;
    return isJsonArray(entries) ? entries.filter(isKeptReply) : [];
  }
}

function isKeptReply(json: Json): json is KeptReply {
  return isJsonObject(json) && typeof json.request === "string" && isJsonObject(json.reply);
}

/** Equal for equal questions. */
function requestKey({ provider, model, system, messages, tools }: ModelRequest): string {
  return encodeJson({
    provider,
    model,
    system: system ?? null,
    messages: messages.map(jsonOfValue),
    tools: tools.map(jsonOfValue),
  });
}

function replyJson(reply: ModelReply): JsonObject {
  return {
    text: reply.text,
    thinking: reply.thinking ?? null,
    tool_calls: reply.toolCalls.map(({ id, name, arguments: args }) => ({ id, name, arguments: jsonOfValue(args) })),
    input_tokens: reply.inputTokens,
    output_tokens: reply.outputTokens,
    stop_reason: reply.stopReason ?? null,
    model: reply.model,
    provider: reply.provider,
  };
}

/** A recorded answer costs nothing: its tokens were paid for when it was made. */
function readReply(json: JsonObject): ModelReply {
  const calls = isJsonArray(json.tool_calls) ? json.tool_calls.filter(isJsonObject) : [];
  return {
    text: textOf(json.text) ?? "",
    thinking: textOf(json.thinking),
    thinkingSummary: undefined,
    toolCalls: calls.map((call) => ({
      id: textOf(call.id) ?? "",
      name: textOf(call.name) ?? "",
      arguments: valueOfJson(call.arguments ?? null),
    })),
    inputTokens: Number(json.input_tokens ?? 0),
    outputTokens: Number(json.output_tokens ?? 0),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    stopReason: textOf(json.stop_reason),
    model: textOf(json.model) ?? "",
    provider: textOf(json.provider) ?? "",
    responseId: undefined,
    blocks: undefined,
    logprobs: undefined,
    signedReasoning: [] as readonly DictValue[],
  };
}

function textOf(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
