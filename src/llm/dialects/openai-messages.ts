import { type DictValue, stringifyJson, type Value } from "../../value/index.ts";
import { isDict, itemsAt, list, record, textAt } from "../fields.ts";
import type { ModelRequest } from "../model.ts";
import { type ContentBlock, contentText, textOrBlocks } from "./content-blocks.ts";

/** The conversation as chat completions take it: the system text first, a prefill last. */
export function encodeMessages(request: ModelRequest): Value[] {
  const messages: Value[] = [];
  if (request.system !== undefined) messages.push(record({ role: "system", content: request.system }));
  for (const message of request.messages) messages.push(encodeMessage(message));
  if (request.prefill !== undefined) messages.push(record({ role: "assistant", content: request.prefill }));
  return messages;
}

function encodeMessage(message: DictValue): DictValue {
  const role = textAt(message, "role") ?? "user";
  if (role === "tool_result" || role === "tool") {
    return record({
      role: "tool",
      tool_call_id: textAt(message, "tool_call_id") ?? textAt(message, "tool_use_id") ?? "",
      name: textAt(message, "name"),
      content: contentText(message.get("content")),
    });
  }
  const calls = itemsAt(message, "tool_calls")?.filter(isDict) ?? [];
  return record({
    role,
    content: textOrBlocks(message.get("content"), encodeBlock),
    name: textAt(message, "name"),
    tool_calls: calls.length === 0 ? undefined : list(calls.map(encodeCall)),
  });
}

function encodeBlock(block: ContentBlock): DictValue {
  switch (block.kind) {
    case "text":
      return record({ type: "text", text: block.text });
    case "image":
      return record({
        type: "image_url",
        image_url: record({ url: dataUrl(block, "image/png"), detail: block.detail }),
      });
    case "audio": {
      const data = block.source.kind === "base64" ? block.source.data : "";
      return record({
        type: "input_audio",
        input_audio: record({ data, format: (block.mediaType ?? "audio/wav").replace(/^audio\//, "") }),
      });
    }
    case "pdf": {
      const file =
        block.source.kind === "file"
          ? record({ file_id: block.source.id })
          : record({ filename: "document.pdf", file_data: dataUrl(block, "application/pdf") });
      return record({ type: "file", file });
    }
    case "other":
      return block.block;
  }
}

export function dataUrl(
  block: Exclude<ContentBlock, { readonly kind: "text" | "other" }>,
  fallbackType: string,
): string {
  switch (block.source.kind) {
    case "url":
      return block.source.url;
    case "file":
      return block.source.id;
    case "base64":
      return `data:${block.mediaType ?? fallbackType};base64,${block.source.data}`;
  }
}

function encodeCall(call: DictValue): DictValue {
  const inner = call.get("function");
  if (isDict(inner)) return call;
  const args = call.get("arguments");
  return record({
    id: textAt(call, "id") ?? "",
    type: "function",
    function: record({
      name: textAt(call, "name") ?? "",
      arguments: typeof args === "string" ? args : stringifyJson(args ?? record({})),
    }),
  });
}
