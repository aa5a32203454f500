import { isDict, isList } from "../../llm/fields.ts";
import { stringifyJson, type Value } from "../../value/index.ts";

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

/** Of content in parts, the texts in it count, and not the JSON around them. */
function charactersOf(content: Value | undefined): number {
  if (typeof content === "string") return content.length;
  const parts = isList(content)
    ? content.view()
    : isDict(content)
      ? [...content.entries()].map(([, part]) => part)
      : [];
  return parts.reduce<number>((sum, part) => sum + charactersOf(part), 0);
}

function jsonLength(value: Value | undefined): number {
  return value === undefined || value === null ? 0 : stringifyJson(value).length;
}
