import type { CallContext } from "../../builtin/index.ts";
import { contentText } from "../../llm/dialects/content-blocks.ts";
import { isDict, list, record, textAt } from "../../llm/fields.ts";
import { roleOf } from "../../llm/transcript/event.ts";
import { BuiltinValue, type DictValue, runtimeError, show, type Value } from "../../value/index.ts";
import type { CompactionSettings } from "./settings.ts";
import { maskText, summaryText, truncateText } from "./summaries.ts";
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
  const tokensBefore = estimateMessageTokens(messages);
  if (settings.threshold > 0 && tokensBefore <= settings.threshold) return undefined;
  if (messages.length <= settings.keepFirst + settings.keepLast) return undefined;
  const split = splitPoint(messages, settings);
  const archived = messages.slice(settings.keepFirst, split);
  if (archived.length === 0) return undefined;
  const text = given === undefined ? await standIn(context, archived, settings) : summaryText(archived, given);
  const kept = [
    ...messages.slice(0, settings.keepFirst),
    record({ role: "user", content: text }),
    ...messages.slice(split),
  ];
  return { messages: kept, text, archived, tokensBefore, tokensAfter: estimateMessageTokens(kept) };
}

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
      return maskText(archived);
    case "custom":
      return summaryText(archived, await customSummary(context, archived, settings.compactor));
    case "llm":
      return summaryText(archived, await modelSummary(context, archived, settings));
  }
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
  const talk = archived.map((message) => `${roleOf(message)}: ${contentText(message.get("content"))}`).join("\n");
  const options = record(Object.fromEntries(callKeys.map((key) => [key, settings.callOptions?.get(key)])));
  const prompt = `${settings.summarizePrompt ?? summaryTask}\n\nConversation:\n${talk}`;
  const answer = await context.callAsync(new BuiltinValue("llm_call"), [prompt, null, options]);
  return isDict(answer) ? (textAt(answer, "visible_text") ?? "") : "";
}
