import type { CallContext } from "../../builtin/index.ts";
import { contentText } from "../../llm/dialects/content-blocks.ts";
import { isDict, list, record, textAt } from "../../llm/fields.ts";
import { roleOf } from "../../llm/transcript/event.ts";
import { BuiltinValue, type DictValue, runtimeError, show, type Value } from "../../value/index.ts";
import { summaryInstructions, withDirectives } from "./directives.ts";
import { microcompact } from "./microcompact.ts";
import type { CompactionSettings } from "./settings.ts";
import { isMasked, maskedLine, maskText, summaryText, truncateText } from "./summaries.ts";
import { estimateMessageTokens } from "./tokens.ts";

export interface Compacted {
  readonly messages: readonly DictValue[];
  /** What stands for the archived messages. */
  readonly text: string;
  readonly archived: readonly DictValue[];
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/** Puts one message in the place of older ones; `undefined` when there is nothing to gain. */
export async function compactMessages(
  context: CallContext,
  messages: readonly DictValue[],
  settings: CompactionSettings,
  given?: string,
): Promise<Compacted | undefined> {
  if (!isDue(messages, settings)) return undefined;
  const tokensBefore = estimateMessageTokens(messages);
  const split = splitPoint(messages, settings);
  const archived = messages.slice(settings.keepFirst, split);
  if (archived.length === 0) return undefined;
  const first = given === undefined ? await standIn(context, archived, settings) : summaryText(archived, given);
  const tail = await compressed(context, messages.slice(split), settings);
  const around = (text: string): DictValue[] => [
    ...messages.slice(0, settings.keepFirst),
    record({ role: "user", content: withDirectives(settings.directives, text) }),
    ...tail,
  ];
  const text = await shortened(context, first, around, settings);
  const kept = around(text);
  return { messages: kept, text, archived, tokensBefore, tokensAfter: estimateMessageTokens(kept) };
}

/** Whether there is anything to gain. */
export function isDue(messages: readonly DictValue[], settings: CompactionSettings): boolean {
  if (messages.length <= settings.keepFirst + settings.keepLast) return false;
  return settings.threshold <= 0 || estimateMessageTokens(messages) > settings.threshold;
}

/** What stands for old messages, made once more by the second strategy when all of it is still too long. */
async function shortened(
  context: CallContext,
  text: string,
  around: (text: string) => readonly DictValue[],
  settings: CompactionSettings,
): Promise<string> {
  const { hardLimit } = settings;
  if (hardLimit === undefined || estimateMessageTokens(around(text)) <= hardLimit) return text;
  const again = { ...settings, strategy: settings.hardStrategy };
  const shorter = await standIn(context, [record({ role: "user", content: text })], again);
  return shorter.length < text.length ? shorter : text;
}

/** Long results of tools that stay are cut, or put into the program's words. */
async function compressed(
  context: CallContext,
  messages: readonly DictValue[],
  { outputLimit, compress }: CompactionSettings,
): Promise<DictValue[]> {
  const limit = outputLimit ?? (compress === undefined ? undefined : defaultOutputLimit);
  const work = messages.map(async (message) => {
    const text = contentText(message.get("content"));
    if (limit === undefined || text.length <= limit || !["tool", "tool_result"].includes(roleOf(message)))
      return message;
    const answer = compress === undefined ? null : await context.callAsync(compress, [text]);
    return message.with("content", answer === null ? microcompact(text, limit) : show(answer));
  });
  return Promise.all(work);
}

const defaultOutputLimit = 16_000;

/**
 * Where the kept tail begins: at a user's turn if there is one between, so that no answer stands without its question; else
 * where it was asked for, but never between a call and its result.
 */
function splitPoint(messages: readonly DictValue[], { keepFirst, keepLast }: CompactionSettings): number {
  const plain = messages.length - keepLast;
  for (let at = plain; at > keepFirst; at--)
    if (at < messages.length && roleOf(messages[at] as DictValue) === "user") return at;
  let split = plain;
  while (
    split > keepFirst &&
    split < messages.length &&
    ["tool", "tool_result"].includes(roleOf(messages[split] as DictValue))
  )
    split--;
  return split;
}

async function standIn(
  context: CallContext,
  archived: readonly DictValue[],
  settings: CompactionSettings,
): Promise<string> {
  switch (settings.strategy) {
    case "truncate":
      return truncateText(archived);
    case "observation_mask":
      return settings.mask === undefined ? maskText(archived) : maskedBy(context, archived, settings.mask);
    case "custom":
      return summaryText(archived, await customSummary(context, archived, settings.compactor));
    case "llm":
      return summaryText(archived, await modelSummary(context, archived, settings));
  }
}

/** Long observations in the words of the program; what it says nothing of is masked as usual. */
async function maskedBy(context: CallContext, archived: readonly DictValue[], mask: Value): Promise<string> {
  const lines: string[] = [];
  for (const message of archived) {
    const answer = isMasked(message) ? await context.callAsync(mask, [message]) : null;
    lines.push(answer === null ? maskedLine(message) : `[${roleOf(message)}] ${show(answer)}`);
  }
  return maskText(archived, lines);
}

async function customSummary(
  context: CallContext,
  archived: readonly DictValue[],
  compactor: Value | undefined,
): Promise<string> {
  if (compactor === undefined) throw runtimeError("compact_strategy 'custom' requires a `compact_callback` closure");
  const answer = await context.callAsync(compactor, [list(archived)]);
  if (isDict(answer)) return textAt(answer, "summary") ?? textAt(answer, "text") ?? "";
  return answer === null ? "" : show(answer);
}

const summaryTask =
  "Summarize the conversation below for the agent that goes on with it. Keep goals, constraints, decisions, open questions and next steps. Be complete and brief.";

/** The keys of a loop's or compaction's options that say which model is to summarise. */
const callKeys = [
  "provider",
  "model",
  "model_tier",
  "temperature",
  "llm_retries",
  "llm_backoff_ms",
  "timeout",
  "stream",
];

async function modelSummary(
  context: CallContext,
  archived: readonly DictValue[],
  settings: CompactionSettings,
): Promise<string> {
  const options = record(Object.fromEntries(callKeys.map((key) => [key, settings.callOptions?.get(key)])));
  const prompt = await summaryPrompt(context, archived, settings);
  const answer = await context.callAsync(new BuiltinValue("llm_call"), [prompt, null, options]);
  return isDict(answer) ? (textAt(answer, "visible_text") ?? "") : "";
}

/** A template's file is the whole prompt and places the messages itself; any other text says what to do with them. */
async function summaryPrompt(
  context: CallContext,
  archived: readonly DictValue[],
  { directives, summarizePrompt: given }: CompactionSettings,
): Promise<string> {
  if (given?.endsWith(".prompt") === true) {
    const bindings = record({ archived_count: archived.length, formatted_messages: linesOf(archived, upperCase) });
    const text = await context.callAsync(new BuiltinValue("render_prompt"), [given, bindings]);
    return summaryInstructions(directives, show(text));
  }
  const task = summaryInstructions(directives, given ?? summaryTask);
  return `${task}\n\nConversation:\n${linesOf(archived, (role) => role)}`;
}

function linesOf(messages: readonly DictValue[], shown: (role: string) => string): string {
  return messages.map((message) => `${shown(roleOf(message))}: ${contentText(message.get("content"))}`).join("\n");
}

function upperCase(role: string): string {
  return role.toUpperCase();
}
