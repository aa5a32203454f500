import { type DictValue, thrown } from "../../value/index.ts";
import { boolAt, intAt, isDict, itemsAt, textAt } from "../fields.ts";
import type { ResponsesSettings } from "../model.ts";

const responsesOnly = [
  "previous_response_id",
  "response_store",
  "responses_store",
  "store",
  "background",
  "truncation",
  "compact",
  "include",
  "max_tool_calls",
];

export function apiModeOf(options: DictValue | undefined, provider: string): "chat_completions" | "responses" {
  const word = textAt(options, "api_mode") ?? textAt(options, "api") ?? "chat";
  const isResponses = word === "responses" || word === "response";
  if (!isResponses && !["chat", "chat_completions", "chat_completion", "completions"].includes(word)) {
    throw thrown(`api_mode: expected "chat" or "responses", got "${word}"`);
  }
  if (isResponses && provider !== "openai" && provider !== "mock") {
    throw thrown(`api_mode: "responses" is only supported by provider "openai"; got provider "${provider}"`);
  }
  if (isResponses) return "responses";
  if (isSet(options, "provider_tools") || isSet(options, "hosted_tools"))
    throw thrown('provider_tools requires api_mode: "responses"');
  if (responsesOnly.some((key) => isSet(options, key)))
    throw thrown('Responses-only options require api_mode: "responses"');
  return "chat_completions";
}

export function isSet(options: DictValue | undefined, key: string): boolean {
  const value = options?.get(key);
  return value !== undefined && value !== null && value !== false;
}

/** The options that only `api_mode: "responses"` takes. */
export function readResponses(options: DictValue | undefined): ResponsesSettings {
  const hosted = itemsAt(options, "provider_tools") ?? itemsAt(options, "hosted_tools") ?? [];
  return {
    providerTools: hosted.filter(isDict),
    previousResponseId: textAt(options, "previous_response_id"),
    store: boolAt(options, "response_store") ?? boolAt(options, "responses_store") ?? boolAt(options, "store"),
    background: boolAt(options, "background"),
    truncation: options?.get("truncation") ?? undefined,
    compact: boolAt(options, "compact"),
    include: options?.get("include") ?? undefined,
    maxToolCalls: intAt(options, "max_tool_calls"),
  };
}
