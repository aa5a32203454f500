import type { DictValue, Value } from "../../value/index.ts";
import { isDict, itemsAt, list, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import { type ContentBlock, contentBlocks, contentText } from "./content-blocks.ts";

const signatureType = "gemini_signature";

/** A thought signature as it is kept with a turn; it goes back on the call, or the text, that it came with. */
export function signatureBlock(signature: string, callId: string | undefined): DictValue {
  return record({ type: signatureType, signature, tool_call_id: callId });
}

/** The turns as `contents`: roles user and model, results of one turn's calls together in one user turn. */
export function encodeContents(messages: readonly DictValue[]): DictValue[] {
  const turns: { readonly role: "user" | "model"; readonly parts: Value[] }[] = [];
  const callNames = new Map<string, string>();
  for (const message of messages) {
    const written = textAt(message, "role");
    const isResult = written === "tool" || written === "tool_result";
    const role = written === "assistant" ? "model" : "user";
    const parts = isResult
      ? [encodeResult(message, callNames)]
      : role === "model"
        ? encodeAssistant(message, callNames)
        : contentBlocks(message.get("content")).flatMap(encodeBlock);
    if (parts.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else turns.push({ role, parts });
  }
  return turns.map(({ role, parts }) => record({ role, parts: list(parts) }));
}

function encodeAssistant(message: DictValue, callNames: Map<string, string>): DictValue[] {
  const signatures = itemsAt(message, "reasoning")?.filter(isDict).filter(isSignature) ?? [];
  const signatureFor = (id: string | undefined): string | undefined =>
    textAt(
      signatures.find((block) => textAt(block, "tool_call_id") === id),
      "signature",
    );
  const texts = contentBlocks(message.get("content")).flatMap(encodeBlock);
  const lastText = texts.at(-1);
  const textSignature = signatureFor(undefined);
  if (lastText !== undefined && textSignature !== undefined)
    texts[texts.length - 1] = lastText.with("thoughtSignature", textSignature);
  const calls = (itemsAt(message, "tool_calls") ?? []).filter(isDict).map((call) => {
    const inner = call.get("function");
    const source = isDict(inner) ? inner : call;
    const name = textAt(source, "name") ?? "";
    const id = textAt(call, "id");
    if (id !== undefined) callNames.set(id, name);
    const given = source.get("arguments") ?? record({});
    return record({
      functionCall: record({ name, args: typeof given === "string" ? (tryParseJson(given) ?? record({})) : given }),
      thoughtSignature: id === undefined ? undefined : signatureFor(id),
    });
  });
  return [...texts, ...calls];
}

function isSignature(block: DictValue): boolean {
  return textAt(block, "type") === signatureType;
}

function encodeResult(message: DictValue, callNames: ReadonlyMap<string, string>): DictValue {
  const id = textAt(message, "tool_call_id") ?? textAt(message, "tool_use_id") ?? "";
  const text = contentText(message.get("content"));
  const parsed = tryParseJson(text);
  return record({
    functionResponse: record({
      name: textAt(message, "name") ?? callNames.get(id) ?? id,
      // The wire wants an object.
      response: isDict(parsed) ? parsed : record({ result: text }),
    }),
  });
}

const fallbackTypes = { image: "image/png", audio: "audio/wav", pdf: "application/pdf" } as const;

function encodeBlock(block: ContentBlock): DictValue[] {
  switch (block.kind) {
    case "text":
      return [record({ text: block.text })];
    case "other":
      return [block.block];
    case "image":
    case "audio":
    case "pdf": {
      const mime_type = block.mediaType ?? fallbackTypes[block.kind];
      const { source } = block;
      if (source.kind === "base64") return [record({ inline_data: record({ mime_type, data: source.data }) })];
      const file_uri = source.kind === "url" ? source.url : source.id;
      return [record({ file_data: record({ mime_type, file_uri }) })];
    }
  }
}
