import type { DictValue, Value } from "../../value/index.ts";
import { dictAt, isDict, itemsAt, list, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import type { ModelRequest } from "../model.ts";
import { type ContentBlock, contentBlocks, contentText } from "./content-blocks.ts";

export interface AnthropicConversation {
  readonly system: string | undefined;
  readonly messages: readonly DictValue[];
}

/**
 * The conversation as the messages API takes it: roles user and assistant only, system texts moved to the top, and the
 * results of one turn's tool calls together in one user message.
 */
export function encodeConversation(request: ModelRequest, prefill: string | undefined): AnthropicConversation {
  const systems = request.system === undefined ? [] : [request.system];
  const messages: { role: string; content: Value[] }[] = [];
  let resultsOpen = false;
  for (const message of request.messages) {
    const role = textAt(message, "role") ?? "user";
    if (role === "system") {
      systems.push(contentText(message.get("content")));
      continue;
    }
    const isResult = role === "tool" || role === "tool_result";
    const content = isResult
      ? [encodeResult(message)]
      : role === "assistant"
        ? encodeAssistant(message)
        : encodeBlocks(message.get("content"));
    if (content.length === 0) continue;
    const last = messages.at(-1);
    if (isResult && resultsOpen && last !== undefined) last.content.push(...content);
    else messages.push({ role: role === "assistant" ? "assistant" : "user", content });
    resultsOpen = isResult;
  }
  if (prefill !== undefined) messages.push({ role: "assistant", content: [textBlock(prefill)] });
  return {
    system: systems.length === 0 ? undefined : systems.join("\n\n"),
    messages: messages.map(({ role, content }) => record({ role, content: plainOrList(content) })),
  };
}

/** One text block is written as a string. */
function plainOrList(content: readonly Value[]): Value {
  const only = content.length === 1 ? content[0] : undefined;
  return isDict(only) && only.get("type") === "text" ? (only.get("text") ?? "") : list(content);
}

function textBlock(text: string): DictValue {
  return record({ type: "text", text });
}

function encodeResult(message: DictValue): DictValue {
  return record({
    type: "tool_result",
    tool_use_id: textAt(message, "tool_use_id") ?? textAt(message, "tool_call_id") ?? "",
    content: contentText(message.get("content")),
  });
}

function encodeAssistant(message: DictValue): DictValue[] {
  const signed = (itemsAt(message, "reasoning") ?? []).filter(isDict).filter(isOfThisWire);
  const calls = itemsAt(message, "tool_calls")?.filter(isDict) ?? [];
  return [...signed, ...encodeBlocks(message.get("content")), ...calls.map(encodeCall)];
}

/** A turn may come from another provider, with signatures of its own kind. */
function isOfThisWire(block: DictValue): boolean {
  return returnedTypes.has(textAt(block, "type") ?? "");
}

const returnedTypes: ReadonlySet<string> = new Set([
  "thinking",
  "redacted_thinking",
  "server_tool_use",
  "tool_search_tool_result",
]);

function encodeCall(call: DictValue): DictValue {
  const inner = dictAt(call, "function") ?? call;
  const given = inner.get("arguments");
  const input = typeof given === "string" ? tryParseJson(given) : given;
  return record({
    type: "tool_use",
    id: textAt(call, "id") ?? "",
    name: textAt(inner, "name") ?? "",
    input: isDict(input) ? input : record({}),
  });
}

function encodeBlocks(content: Value | undefined): DictValue[] {
  return contentBlocks(content).flatMap((block) =>
    block.kind === "text" && block.text === "" ? [] : [encodeBlock(block)],
  );
}

function encodeBlock(block: ContentBlock): DictValue {
  switch (block.kind) {
    case "text":
      return block.cacheControl === undefined
        ? textBlock(block.text)
        : textBlock(block.text).with("cache_control", block.cacheControl);
    case "image":
      return record({ type: "image", source: encodeSource(block, "image/png") });
    case "pdf":
      return record({ type: "document", source: encodeSource(block, "application/pdf") });
    case "audio":
      return record({ type: "audio", source: encodeSource(block, "audio/wav") });
    case "other":
      return block.block;
  }
}

function encodeSource(
  block: Exclude<ContentBlock, { readonly kind: "text" | "other" }>,
  fallbackType: string,
): DictValue {
  switch (block.source.kind) {
    case "url":
      return record({ type: "url", url: block.source.url });
    case "file":
      return record({ type: "file", file_id: block.source.id });
    case "base64":
      return record({ type: "base64", media_type: block.mediaType ?? fallbackType, data: block.source.data });
  }
}
