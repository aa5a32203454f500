import { contentText } from "../../llm/dialects/content-blocks.ts";
import { roleOf } from "../../llm/transcript/event.ts";
import type { DictValue } from "../../value/index.ts";

const listedMessages = 15;
const listedCharacters = 500;
const wholeBelow = 500;
const wholeLines = 3;
const maskedHead = 120;

/** What stands in the place of archived messages, by each strategy. */

export function truncateText(archived: readonly DictValue[]): string {
  const shown = archived
    .slice(0, listedMessages)
    .map((message) => `[${roleOf(message)}] ${cut(contentText(message.get("content")), listedCharacters)}`);
  const more = archived.length - shown.length;
  return [
    `[auto-compacted ${archived.length} older messages via truncate strategy]`,
    ...shown,
    ...(more > 0 ? [`... and ${more} more`] : []),
  ].join("\n");
}

export function maskText(archived: readonly DictValue[], lines = archived.map(maskedLine)): string {
  return [`[auto-compacted ${archived.length} older messages via observation masking]`, ...lines].join("\n");
}

/** Whether a message is too long to stay as it is: the assistant's words always do. */
export function isMasked(message: DictValue): boolean {
  const text = contentText(message.get("content"));
  return roleOf(message) !== "assistant" && text.length >= wholeBelow && text.split("\n").length > wholeLines;
}

/** The assistant's words stay; long observations are cut to their beginning. */
export function maskedLine(message: DictValue): string {
  const role = roleOf(message);
  const text = contentText(message.get("content"));
  if (!isMasked(message)) return `[${role}] ${text}`;
  const lines = text.split("\n").length;
  return `[${role}] ${cut(text, maskedHead)}... [${lines} lines, ${text.length} chars masked]`;
}

export function summaryText(archived: readonly DictValue[], summary: string): string {
  return summary.trim() === ""
    ? truncateText(archived)
    : `[auto-compacted ${archived.length} older messages]\n${summary}`;
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : [...text].slice(0, limit).join("");
}
