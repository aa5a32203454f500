import { isDict, isList } from "../../llm/fields.ts";
import { show, stringifyJson, type Value } from "../../value/index.ts";

const charactersPerToken = 4;

/** About how many tokens messages are: characters of content, reasoning and calls. */
export function estimateMessageTokens(messages: readonly Value[]): number {
  const characters = messages.reduce<number>(
    (sum, message) =>
      sum +
      (isDict(message)
        ? charactersOf(message.get("content")) +
          jsonLength(message.get("reasoning")) +
          jsonLength(message.get("tool_calls"))
        : 0),
    0,
  );
  return Math.floor(characters / charactersPerToken);
}

function charactersOf(content: Value | undefined): number {
  if (content === undefined || content === null) return 0;
  if (typeof content === "string") return content.length;
  return isList(content) || isDict(content) ? stringifyJson(content).length : show(content).length;
}

function jsonLength(value: Value | undefined): number {
  return value === undefined || value === null ? 0 : stringifyJson(value).length;
}
