import type { Value } from "../../value/index.ts";
import { isDict, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import { stripThinking } from "../tools/tagged-text.ts";
import type { ReadReply } from "./result.ts";

export interface JsonAnswer {
  readonly data: Value;
  /** The JSON had to be taken out of fences or prose. */
  readonly isExtracted: boolean;
}

/** The JSON of an answer: its text, its public blocks, the arguments of a call, or its prose; the first that parses. */
export function readJsonAnswer(read: ReadReply): JsonAnswer | undefined {
  const { reply, tagged, toolCalls } = read;
  const blocks = (reply.blocks ?? []).flatMap((block) =>
    isDict(block) && textAt(block, "type") === "output_text" ? [textAt(block, "text") ?? ""] : [],
  );
  for (const text of [reply.text, ...blocks]) {
    const answer = readJsonText(text);
    if (answer !== undefined) return answer;
  }
  const args = toolCalls[0]?.arguments;
  if (args !== undefined && isDict(args) && args.size > 0) return { data: args, isExtracted: true };
  return tagged === undefined || tagged.prose === "" ? undefined : readJsonText(tagged.prose);
}

/** JSON that is the whole text, or stands in a fence, or in the middle of prose. */
export function readJsonText(source: string): JsonAnswer | undefined {
  const text = stripThinking(source).trim();
  if (text === "") return undefined;
  const whole = tryParseJson(text);
  if (whole !== undefined) return { data: whole, isExtracted: false };
  for (const fence of text.matchAll(/```[\w-]*[ \t]*\r?\n?([\s\S]*?)```/g)) {
    const inner = tryParseJson((fence[1] ?? "").trim());
    if (inner !== undefined) return { data: inner, isExtracted: true };
  }
  return readEmbedded(text);
}

/** The first balanced object or list in the text that is JSON. */
function readEmbedded(text: string): JsonAnswer | undefined {
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "{" && text[at] !== "[") continue;
    const end = balancedEnd(text, at);
    if (end === undefined) continue;
    const data = tryParseJson(text.slice(at, end));
    if (data !== undefined) return { data, isExtracted: true };
  }
  return undefined;
}

/** The text of the first balanced object or list, JSON or nearly so. */
export function embeddedJson(text: string): string | undefined {
  const start = text.search(/[{[]/);
  const end = start < 0 ? undefined : balancedEnd(text, start);
  return end === undefined ? undefined : text.slice(start, end);
}

function balancedEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const unit = text[at];
    if (isQuoted) {
      if (unit === "\\") at++;
      else if (unit === '"') isQuoted = false;
    } else if (unit === '"') isQuoted = true;
    else if (unit === "{" || unit === "[") depth++;
    else if ((unit === "}" || unit === "]") && --depth === 0) return at + 1;
  }
  return undefined;
}
