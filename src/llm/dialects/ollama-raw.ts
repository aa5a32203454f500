import { type DictValue, stringifyJson } from "../../value/index.ts";
import { isDict, itemsAt, list, record, textAt } from "../fields.ts";
import type { ModelRequest } from "../model.ts";
import { contentBlocks, contentText } from "./content-blocks.ts";
import type { Dialect } from "./dialect.ts";
import { answerFormat, type OllamaSettings, OllamaStream, ollamaBody, ollamaOptions } from "./ollama.ts";

/**
 * Ollama's completion endpoint with the whole conversation as one text, in the chat form of the Qwen models: its own template for them
 * loses calls that are written as text.
 */
export function ollamaRaw(settings: OllamaSettings): Dialect {
  return {
    name: "ollama",
    framing: "ndjson",
    encode: (request) =>
      ollamaBody(request, settings, {
        model: request.model,
        prompt: promptOf(request),
        raw: true,
        stream: true,
        options: ollamaOptions(request, settings),
        format: answerFormat(request),
      }),
    headers: () => ({}),
    readReply: (body, request) => {
      const stream = new OllamaStream(request, {});
      stream.take(body);
      return stream.finish();
    },
    openStream: (request, listener) => new OllamaStream(request, listener),
  };
}

/** Whether the request can be said in one text: with neither tools nor images. */
export function fitsOneText({ messages, tools }: ModelRequest): boolean {
  const hasImage = messages.some((message) =>
    contentBlocks(message.get("content")).some(({ kind }) => kind === "image"),
  );
  return tools.length === 0 && !hasImage;
}

function promptOf(request: ModelRequest): string {
  const turns = request.messages.map((message) => turn(roleOf(message), textOf(message)));
  const system = request.system === undefined ? [] : [turn("system", request.system)];
  return [...system, ...turns, `<|im_start|>assistant\n${request.prefill ?? ""}`].join("");
}

function turn(role: string, text: string): string {
  return `<|im_start|>${role}\n${text}\n<|im_end|>\n`;
}

/** Results of tools are told by the user: the form knows no fourth voice. */
function roleOf(message: DictValue): string {
  const role = textAt(message, "role") ?? "user";
  return role === "assistant" || role === "system" ? role : "user";
}

function textOf(message: DictValue): string {
  const role = textAt(message, "role");
  const text = contentText(message.get("content"));
  if (role === "tool" || role === "tool_result")
    return `[tool result: ${textAt(message, "tool_call_id") ?? textAt(message, "name") ?? "tool"}]\n${text}`;
  const calls = itemsAt(message, "tool_calls")?.filter(isDict) ?? [];
  if (calls.length === 0) return text;
  return `${text}\n\n[assistant tool calls]\n${stringifyJson(list(calls.map((call) => record(Object.fromEntries(call.entries())))))}`;
}
