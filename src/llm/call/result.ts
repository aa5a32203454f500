import { DictValue, Shape, type Value } from "../../value/index.ts";
import { float, isDict, list, record, textAt } from "../fields.ts";
import type { ModelReply, ToolCall } from "../model.ts";
import type { PreparedCall } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { parseTaggedText, type TaggedText } from "../tools/tagged-text.ts";
import { visibleText } from "../tools/visible-text.ts";
import { transcriptEvent } from "../transcript/event.ts";
import { messageEvents, transcriptRecord } from "../transcript/record.ts";
import { cacheHitRatio, cacheSavings, costOf } from "../usage/cost.ts";

/** An answer together with what its text says in the tagged protocol. */
export interface ReadReply {
  readonly reply: ModelReply;
  readonly tagged: TaggedText | undefined;
  /** Native calls, or those of the text when there are none. */
  readonly toolCalls: readonly ToolCall[];
}

const protocolTags = ["<assistant_prose>", "<user_response>", "<done>", "<tool_call>"];

export function readTagged(reply: ModelReply, prepared: PreparedCall): ReadReply {
  const speaksProtocol =
    prepared.tools.length > 0 || reply.toolCalls.length > 0 || protocolTags.some((tag) => reply.text.includes(tag));
  const tagged = speaksProtocol
    ? parseTaggedText(
        reply.text,
        prepared.tools.map((tool) => tool.name),
      )
    : undefined;
  return { reply, tagged, toolCalls: reply.toolCalls.length > 0 ? reply.toolCalls : (tagged?.calls ?? []) };
}

/** The dict of `llm_call`, without `transcript` and `data`. */
export function resultFields(service: LlmService, read: ReadReply): DictValue {
  const { reply, tagged, toolCalls } = read;
  const usage = usageDict(service, reply);
  const fields = usage.copy();
  const put = (key: string, value: Value | undefined): void => {
    if (value !== undefined) fields.setInPlace(key, value);
  };
  put("usage", usage);
  put("text", reply.text);
  put("visible_text", visibleText(reply.text));
  put("prose", tagged === undefined || tagged.prose === "" ? reply.text : tagged.prose);
  put("model", reply.model);
  put("provider", reply.provider);
  put("native_tool_calls", list(reply.toolCalls.map((call) => callDict(call, "tool_call"))));
  put(
    "tool_calls",
    toolCalls.length === 0
      ? undefined
      : list(
          reply.toolCalls.length > 0
            ? reply.toolCalls.map((call) => callDict(call, "tool_call"))
            : toolCalls.map((call) => callDict(call)),
        ),
  );
  put("tool_parse_errors", nonEmpty(tagged?.errors));
  put("protocol_violations", nonEmpty(tagged?.violations));
  put("done_marker", tagged?.doneMarker);
  put("canonical_text", tagged === undefined || tagged.canonical === "" ? undefined : tagged.canonical);
  put("stop_reason", reply.stopReason);
  put("thinking", reply.thinking);
  put("private_reasoning", reply.thinking);
  put("thinking_summary", reply.thinkingSummary);
  put("provider_response_id", reply.responseId);
  put("logprobs", reply.logprobs);
  put("blocks", list(replyBlocks(reply)));
  return fields;
}

function nonEmpty(texts: readonly string[] | undefined): Value | undefined {
  return texts === undefined || texts.length === 0 ? undefined : list(texts);
}

// A turn shows each call several times over.
const callShape = Shape.of(["id", "name", "arguments"]) as Shape;
const typedCallShape = Shape.of(["id", "name", "arguments", "type"]) as Shape;

export function callDict(call: ToolCall, type?: string): DictValue {
  return type === undefined
    ? new DictValue([call.id, call.name, call.arguments], callShape)
    : new DictValue([call.id, call.name, call.arguments, type], typedCallShape);
}

export function usageDict(service: LlmService, reply: ModelReply): DictValue {
  return record({
    input_tokens: reply.inputTokens,
    output_tokens: reply.outputTokens,
    cache_read_tokens: reply.cacheReadTokens,
    cache_write_tokens: reply.cacheWriteTokens,
    cache_creation_input_tokens: reply.cacheWriteTokens,
    cache_hit_ratio: float(cacheHitRatio(reply.inputTokens, reply.cacheReadTokens, reply.cacheWriteTokens)),
    cache_savings_usd: float(
      cacheSavings(service.catalog, reply.provider, reply.model, reply.cacheReadTokens, reply.cacheWriteTokens),
    ),
  });
}

export function replyBlocks(reply: ModelReply): readonly Value[] {
  if (reply.blocks !== undefined) return reply.blocks;
  const blocks: Value[] = [...(reply.hosted ?? [])];
  if (reply.thinking !== undefined)
    blocks.push(record({ type: "reasoning", text: reply.thinking, visibility: "private" }));
  if (reply.thinkingSummary !== undefined)
    blocks.push(record({ type: "reasoning_summary", text: reply.thinkingSummary, visibility: "private" }));
  if (reply.text !== "") blocks.push(record({ type: "output_text", text: reply.text, visibility: "public" }));
  for (const call of reply.toolCalls) blocks.push(callDict(call, "tool_call").with("visibility", "internal"));
  return blocks;
}

/** The transcript of one call: its messages and answer, then what the provider said beside them. */
export function callTranscript(
  service: LlmService,
  prepared: PreparedCall,
  messages: readonly DictValue[],
  reply: ModelReply,
): DictValue {
  const newId = service.newId;
  const { request } = prepared;
  const blocks = replyBlocks(reply).filter((block) => isDict(block) && textAt(block, "type") !== "reasoning");
  const answer = record({ role: "assistant", content: list(blocks) });
  const all = [...messages, answer];
  const system =
    request.system === undefined
      ? []
      : [
          transcriptEvent(newId, {
            kind: "system_prompt",
            role: "system",
            visibility: "internal",
            text: request.system,
          }),
        ];
  return transcriptRecord(newId, {
    ...(prepared.sessionId === undefined ? {} : { id: prepared.sessionId }),
    messages: all,
    events: [...system, ...messageEvents(newId, all), ...providerEvents(service, prepared, reply)],
  });
}

/** Events that stand for what an answer carried besides its message. */
export function providerEvents(service: LlmService, prepared: PreparedCall, reply: ModelReply): DictValue[] {
  const newId = service.newId;
  const payload = record({
    model: reply.model,
    provider: reply.provider,
    input_tokens: reply.inputTokens,
    output_tokens: reply.outputTokens,
    tool_calls: list(reply.toolCalls.map((call) => callDict(call, "tool_call"))),
    thinking_summary: reply.thinkingSummary ?? null,
    structural_experiment: prepared.experiment,
    cost_usd: float(
      costOf(service.catalog, prepared.selection.provider, reply.model, reply.inputTokens, reply.outputTokens),
    ),
  });
  const events = [
    transcriptEvent(newId, {
      kind: "provider_payload",
      role: "assistant",
      visibility: "internal",
      text: "",
      metadata: payload,
    }),
  ];
  if (reply.thinking !== undefined && reply.thinking !== "") {
    events.push(
      transcriptEvent(newId, {
        kind: "private_reasoning",
        role: "assistant",
        visibility: "private",
        text: reply.thinking,
      }),
    );
  }
  if (reply.thinkingSummary !== undefined && reply.thinkingSummary !== "") {
    events.push(
      transcriptEvent(newId, {
        kind: "thinking_summary",
        role: "assistant",
        visibility: "private",
        text: reply.thinkingSummary,
      }),
    );
  }
  return events;
}
