import type { DictValue, Value } from "../../value/index.ts";
import { dictAt, float, intAt, isDict, itemsAt, list, merged, record, textAt } from "../fields.ts";
import type { ModelReply, ModelRequest, ToolCall } from "../model.ts";
import { contentText } from "./content-blocks.ts";
import type { Dialect } from "./dialect.ts";
import { wholeArguments } from "./tool-call-parts.ts";

/** Amazon Bedrock's Converse: text, tool calls and their results; the answer comes whole. */
export const bedrockConverse: Dialect = {
  name: "bedrock",
  framing: "whole",
  encode,
  headers: () => ({}),
  readReply,
};

function encode(request: ModelRequest): DictValue {
  const { sampling, system } = request;
  const body = record({
    messages: list(encodeMessages(request)),
    system: system === undefined ? undefined : list([record({ text: system })]),
    inferenceConfig: record({
      maxTokens: request.maxTokens > 0 ? request.maxTokens : undefined,
      temperature: sampling.temperature === undefined ? undefined : float(sampling.temperature),
      topP: sampling.topP === undefined ? undefined : float(sampling.topP),
      stopSequences: sampling.stop === undefined ? undefined : list(sampling.stop),
    }),
    toolConfig: request.tools.length === 0 ? undefined : record({ tools: list(request.tools.map(encodeTool)) }),
  });
  return merged(body, request.overrides);
}

function encodeTool(tool: DictValue): DictValue {
  const inner = dictAt(tool, "function") ?? tool;
  const schema = inner.get("parameters") ?? inner.get("input_schema") ?? record({ type: "object" });
  return record({
    toolSpec: record({
      name: textAt(inner, "name") ?? "",
      description: textAt(inner, "description"),
      inputSchema: record({ json: schema }),
    }),
  });
}

/** Turns must alternate on this wire: what follows in the same role joins the turn before. */
function encodeMessages(request: ModelRequest): DictValue[] {
  const turns: { readonly role: string; readonly content: Value[] }[] = [];
  const put = (role: string, content: readonly Value[]): void => {
    if (content.length === 0) return;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content: [...content] });
  };
  for (const message of request.messages) {
    const role = textAt(message, "role") ?? "user";
    if (role === "tool" || role === "tool_result") put("user", [encodeResult(message)]);
    else put(role === "assistant" ? "assistant" : "user", encodeTurn(message));
  }
  if (request.prefill !== undefined) put("assistant", [record({ text: request.prefill })]);
  return turns.map(({ role, content }) => record({ role, content: list(content) }));
}

function encodeTurn(message: DictValue): DictValue[] {
  const text = contentText(message.get("content"));
  const calls = itemsAt(message, "tool_calls")?.filter(isDict) ?? [];
  return [
    ...(text === "" ? [] : [record({ text })]),
    ...calls.map((call) => {
      const inner = dictAt(call, "function") ?? call;
      return record({
        toolUse: record({
          toolUseId: textAt(call, "id") ?? "",
          name: textAt(inner, "name") ?? "",
          input: wholeArguments(inner.get("arguments")),
        }),
      });
    }),
  ];
}

function encodeResult(message: DictValue): DictValue {
  return record({
    toolResult: record({
      toolUseId: textAt(message, "tool_call_id") ?? textAt(message, "tool_use_id") ?? "",
      content: list([record({ text: contentText(message.get("content")) })]),
    }),
  });
}

function readReply(body: DictValue, request: ModelRequest): ModelReply {
  const text: string[] = [];
  const thinking: string[] = [];
  const toolCalls: ToolCall[] = [];
  for (const block of itemsAt(dictAt(dictAt(body, "output"), "message"), "content")?.filter(isDict) ?? []) {
    const call = dictAt(block, "toolUse");
    if (call !== undefined)
      toolCalls.push({
        id: textAt(call, "toolUseId") ?? "",
        name: textAt(call, "name") ?? "",
        arguments: wholeArguments(call.get("input")),
      });
    text.push(textAt(block, "text") ?? "");
    thinking.push(textAt(dictAt(dictAt(block, "reasoningContent"), "reasoningText"), "text") ?? "");
  }
  const usage = dictAt(body, "usage");
  const thoughts = thinking.join("");
  return {
    text: text.join(""),
    thinking: thoughts === "" ? undefined : thoughts,
    thinkingSummary: undefined,
    toolCalls,
    inputTokens: intAt(usage, "inputTokens") ?? 0,
    outputTokens: intAt(usage, "outputTokens") ?? 0,
    cacheReadTokens: intAt(usage, "cacheReadInputTokens") ?? 0,
    cacheWriteTokens: intAt(usage, "cacheWriteInputTokens") ?? 0,
    stopReason: textAt(body, "stopReason"),
    model: request.model,
    provider: request.provider,
    responseId: undefined,
    blocks: undefined,
    logprobs: undefined,
    signedReasoning: [],
  };
}
