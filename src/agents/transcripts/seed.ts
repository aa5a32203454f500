import { boolAt, dictAt, intAt, isDict, itemsAt, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { type DictValue, thrown } from "../../value/index.ts";

const optionKeys = ["truncate_to_last", "drop_tool_calls", "rename_session", "validate", "provider", "model"];

/** A conversation read from a file of JSON lines. */
export interface Seed {
  readonly messages: readonly DictValue[];
  /** Lines that hold something. */
  readonly records: number;
  /** `message_events` of a transcript, or `messages` as they are. */
  readonly format: string;
  /** The last line was cut: whoever wrote the file was stopped. */
  readonly isPartial: boolean;
  readonly isTruncated: boolean;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly toolFormat: string | undefined;
}

export function checkSeedOptions(options: DictValue | undefined): void {
  const unknown = [...(options?.keys() ?? [])].find((key) => !optionKeys.includes(key));
  if (unknown !== undefined)
    throw thrown(
      `agent_session_seed_from_jsonl: unknown option key '${unknown}' (expected one of: ${optionKeys.join(", ")})`,
    );
}

/** The conversation of a transcript or of a list of messages, or what is wrong with the file. */
export function readSeed(
  path: string,
  text: string,
  options: DictValue | undefined,
): Seed | { readonly error: string } {
  const lines = text.split("\n");
  const records: DictValue[] = [];
  let isPartial = false;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const value = tryParseJson(line);
    if (isDict(value)) records.push(value);
    else if (index === lines.length - 1 && records.length > 0) isPartial = true;
    else return { error: `invalid JSON in ${path} line ${index + 1}: a JSON object is expected` };
  }
  const events = records.filter((each) => textAt(each, "type") === "message");
  const format = events.length > 0 ? "message_events" : "messages";
  const found =
    events.length > 0 ? events.map(messageOfEvent) : records.filter((each) => textAt(each, "role") !== undefined);
  const whole = boolAt(options, "drop_tool_calls") === true ? found.flatMap(withoutCalls) : found;
  if (whole.length === 0) return { error: "transcript JSONL did not contain any prompt-visible messages" };
  const messages = lastTurns(whole, intAt(options, "truncate_to_last"));
  const stray = boolAt(options, "validate") === false ? undefined : strayResult(messages);
  if (stray !== undefined) return { error: `tool result for unknown call '${stray}' in ${path}` };
  const request = records.findLast((each) => textAt(each, "type") === "provider_call_request");
  return {
    messages,
    records: records.length,
    format,
    isPartial,
    isTruncated: messages.length < whole.length,
    provider: textAt(options, "provider") ?? textAt(request, "provider"),
    model: textAt(options, "model") ?? textAt(request, "model"),
    toolFormat: textAt(request, "tool_format"),
  };
}

function messageOfEvent(event: DictValue): DictValue {
  const message = dictAt(event, "message");
  if (message !== undefined) return message;
  const keys = ["role", "content", "tool_calls", "tool_call_id", "tool_use_id", "name", "reasoning"];
  return record(Object.fromEntries(keys.map((key) => [key, event.get(key)])));
}

function isToolResult(message: DictValue): boolean {
  return ["tool", "tool_result"].includes(textAt(message, "role") ?? "");
}

function withoutCalls(message: DictValue): DictValue[] {
  if (isToolResult(message)) return [];
  const bare = message.without("tool_calls");
  const isEmpty = message.has("tool_calls") && (message.get("content") ?? "") === "";
  return isEmpty ? [] : [bare];
}

/** The last so many turns, each from what the user said. */
function lastTurns(messages: readonly DictValue[], count: number | undefined): readonly DictValue[] {
  if (count === undefined) return messages;
  if (count < 1) throw thrown("agent_session_seed_from_jsonl: `truncate_to_last` must be >= 1");
  const starts = messages.flatMap((message, index) => (textAt(message, "role") === "user" ? [index] : []));
  return messages.slice(starts.at(-count) ?? 0);
}

/** The id of the first tool result that answers no call before it. */
function strayResult(messages: readonly DictValue[]): string | undefined {
  const called = new Set<string>();
  for (const message of messages) {
    for (const call of itemsAt(message, "tool_calls")?.filter(isDict) ?? []) called.add(textAt(call, "id") ?? "");
    const id = textAt(message, "tool_call_id") ?? textAt(message, "tool_use_id") ?? "";
    if (isToolResult(message) && !called.has(id)) return id;
  }
  return undefined;
}

/** What the program is told of a session that was begun with a seed. */
export function seedReport(seed: Seed, sessionId: string): DictValue {
  return record({
    ok: true,
    session_id: sessionId,
    turns_loaded: seed.messages.filter((message) => textAt(message, "role") === "user").length,
    messages_loaded: seed.messages.length,
    source_records: seed.records,
    source_format: seed.format,
    partial: seed.isPartial,
    truncated: seed.isTruncated,
    provider: seed.provider ?? null,
    model: seed.model ?? null,
    tool_format: seed.toolFormat ?? null,
    error: null,
  });
}
