import { type DictValue, stringifyJson } from "../../value/index.ts";
import { dictAt, float, intAt, isDict, itemsAt, list, merged, record, textAt } from "../fields.ts";
import type { ModelReply, ModelRequest, ToolCall } from "../model.ts";
import { failureOfResponse } from "../wire/http-status.ts";
import { type ContentBlock, contentText, textOrBlocks } from "./content-blocks.ts";
import type { Dialect } from "./dialect.ts";
import { dataUrl } from "./openai-messages.ts";
import { wholeArguments } from "./tool-call-parts.ts";
import { readUsage } from "./usage.ts";

/** OpenAI's Responses API. The answer comes whole. */
export const openAiResponses: Dialect = {
  name: "openai responses",
  framing: "whole",
  encode,
  headers: () => ({}),
  readReply,
};

function encode(request: ModelRequest): DictValue {
  const { sampling, responses } = request;
  const tools = [...request.tools.map(flatTool), ...(responses?.providerTools ?? [])];
  const body = record({
    model: request.model,
    instructions: request.system,
    input: list(request.messages.flatMap(encodeItem)),
    max_output_tokens: request.maxTokens,
    temperature: sampling.temperature === undefined ? undefined : float(sampling.temperature),
    top_p: sampling.topP === undefined ? undefined : float(sampling.topP),
    tools: tools.length === 0 ? undefined : list(tools),
    tool_choice: tools.length === 0 ? undefined : request.toolChoice,
    text: textFormat(request),
    reasoning: reasoning(request),
    previous_response_id: responses?.previousResponseId,
    store: responses?.store,
    background: responses?.background,
    truncation: responses?.truncation,
    include: responses?.include,
    max_tool_calls: responses?.maxToolCalls,
  });
  return merged(body, request.overrides);
}

function textFormat({ outputFormat }: ModelRequest): DictValue | undefined {
  switch (outputFormat.kind) {
    case "text":
      return undefined;
    case "json_object":
      return record({ format: record({ type: "json_object" }) });
    case "json_schema":
      return record({
        format: record({
          type: "json_schema",
          name: "response",
          schema: outputFormat.schema,
          strict: outputFormat.strict,
        }),
      });
  }
}

function reasoning({ thinking }: ModelRequest): DictValue | undefined {
  return thinking.mode === "effort" && thinking.level !== "none" ? record({ effort: thinking.level }) : undefined;
}

/** Function tools have no inner object here. */
function flatTool(tool: DictValue): DictValue {
  const inner = dictAt(tool, "function");
  return inner === undefined ? tool : merged(tool.without("function"), inner);
}

function encodeItem(message: DictValue): DictValue[] {
  const role = textAt(message, "role") ?? "user";
  if (role === "tool" || role === "tool_result") {
    return [
      record({
        type: "function_call_output",
        call_id: textAt(message, "tool_call_id") ?? textAt(message, "tool_use_id") ?? "",
        output: contentText(message.get("content")),
      }),
    ];
  }
  const calls = (itemsAt(message, "tool_calls") ?? []).filter(isDict).map(encodeCall);
  const content = textOrBlocks(message.get("content"), encodeBlock);
  return content === "" && calls.length > 0 ? calls : [record({ role, content }), ...calls];
}

function encodeBlock(block: ContentBlock): DictValue {
  switch (block.kind) {
    case "text":
      return record({ type: "input_text", text: block.text });
    case "image":
      return record({
        type: "input_image",
        ...(block.source.kind === "file"
          ? { file_id: block.source.id }
          : { image_url: dataUrl(block, "image/png"), detail: block.detail }),
      });
    case "pdf":
    case "audio": {
      const type = block.kind === "pdf" ? "application/pdf" : "audio/wav";
      if (block.source.kind === "file") return record({ type: "input_file", file_id: block.source.id });
      if (block.source.kind === "url") return record({ type: "input_file", file_url: block.source.url });
      return record({ type: "input_file", filename: `${block.kind}-input`, file_data: dataUrl(block, type) });
    }
    case "other":
      return block.block;
  }
}

function encodeCall(call: DictValue): DictValue {
  const inner = dictAt(call, "function") ?? call;
  const given = inner.get("arguments") ?? record({});
  return record({
    type: "function_call",
    call_id: textAt(call, "id") ?? "",
    name: textAt(inner, "name") ?? "",
    arguments: typeof given === "string" ? given : stringifyJson(given),
  });
}

function readReply(body: DictValue, request: ModelRequest): ModelReply {
  const error = dictAt(body, "error");
  if (error !== undefined)
    throw failureOfResponse({
      provider: request.provider,
      status: intAt(error, "status") ?? 500,
      retryAfter: undefined,
      body: stringifyJson(record({ error })),
      now: 0,
    });
  const output = readOutput(itemsAt(body, "output")?.filter(isDict) ?? []);
  const summary = output.summaries.join("\n\n");
  return {
    text: output.text.join(""),
    thinking: undefined,
    thinkingSummary: summary === "" ? undefined : summary,
    toolCalls: output.calls,
    ...readUsage(dictAt(body, "usage")),
    stopReason: textAt(body, "status"),
    model: textAt(body, "model") ?? request.model,
    provider: request.provider,
    responseId: textAt(body, "id"),
    blocks: output.blocks,
    logprobs: undefined,
    signedReasoning: [],
  };
}

interface Output {
  readonly text: string[];
  readonly summaries: string[];
  readonly calls: ToolCall[];
  readonly blocks: DictValue[];
}

function readOutput(items: readonly DictValue[]): Output {
  const output: Output = { text: [], summaries: [], calls: [], blocks: [] };
  for (const item of items) readItem(item, output);
  return output;
}

function readItem(item: DictValue, output: Output): void {
  const type = textAt(item, "type") ?? "";
  switch (type) {
    case "message":
      for (const part of itemsAt(item, "content")?.filter(isDict) ?? []) readPart(part, output);
      return;
    case "reasoning":
      for (const part of itemsAt(item, "summary")?.filter(isDict) ?? []) {
        const text = textAt(part, "text") ?? "";
        output.summaries.push(text);
        output.blocks.push(record({ type: "reasoning_summary", text, visibility: "private" }));
      }
      return;
    case "function_call": {
      const call: ToolCall = {
        id: textAt(item, "call_id") ?? textAt(item, "id") ?? "",
        name: textAt(item, "name") ?? "",
        arguments: wholeArguments(item.get("arguments")),
      };
      output.calls.push(call);
      output.blocks.push(
        record({ type: "tool_call", id: call.id, name: call.name, arguments: call.arguments, visibility: "internal" }),
      );
      return;
    }
    case "tool_search_call":
      output.blocks.push(hostedBlock("tool_search_query", item));
      return;
    case "tool_search_output":
      output.blocks.push(hostedBlock("tool_search_result", item));
      return;
    case "compaction":
      output.blocks.push(hostedBlock("compaction", item));
      return;
    default:
      if (type.endsWith("_call")) output.blocks.push(hostedBlock("provider_tool_call", item));
  }
}

function readPart(part: DictValue, output: Output): void {
  if (textAt(part, "type") === "refusal") {
    output.blocks.push(record({ type: "refusal", text: textAt(part, "refusal") ?? "", visibility: "public" }));
    return;
  }
  const text = textAt(part, "text") ?? "";
  if (text === "") return;
  output.text.push(text);
  output.blocks.push(record({ type: "output_text", text, visibility: "public" }));
}

/** What the provider did by itself, kept under its block type with the item's own type beside it. */
function hostedBlock(type: string, item: DictValue): DictValue {
  return merged(item, record({ type, provider_type: textAt(item, "type") ?? "", visibility: "internal" }));
}
