import type { CallContext } from "../../builtin/index.ts";
import { sha256 } from "../../eventlog/index.ts";
import { boolAt, intAt, isCallable, isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { type NewId, transcriptEvent } from "../../llm/transcript/event.ts";
import { type DictValue, runtimeError, stringifyJson, type Value } from "../../value/index.ts";
import { messagesOf } from "./transcript.ts";

export type ProjectionPolicy = "raw" | "clean_tool_repair" | "squash_failed_calls" | "summary_prefix" | "custom";
export const projectionPolicies: readonly ProjectionPolicy[] = [
  "raw",
  "clean_tool_repair",
  "squash_failed_calls",
  "summary_prefix",
  "custom",
];

interface Projected {
  readonly messages: readonly Value[];
  /** Where the kept messages stood. */
  readonly kept: readonly number[];
}

/** What a model is shown of a conversation. The conversation itself stays as it is. */
export async function project(
  context: CallContext,
  newId: NewId,
  transcript: Value,
  options: Value,
): Promise<DictValue> {
  const given = isDict(options) ? options : undefined;
  const policy = policyOf(typeof options === "string" ? options : wordOf(given));
  const messages = messagesOf(transcript);
  const all = messages.map((_message, at) => at);
  const wanted = await projected(context, policy, messages, given);
  const dropped = all.filter((at) => !wanted.kept.includes(at));
  const isBlocked =
    boolAt(given, "respect_provider_signatures") !== false && dropped.some((at) => isSigned(messages[at]));
  const shown = isBlocked ? { messages, kept: all } : wanted;
  const gone = isBlocked ? [] : dropped;
  const reason = textAt(given, "reason") ?? (policy === "raw" ? "raw_passthrough" : policy);
  const facts = {
    policy,
    reason,
    kept_count: shown.kept.length,
    dropped_count: gone.length,
    kept_indices: list(shown.kept),
    dropped_indices: list(gone),
    provider_safety_blocked: isBlocked,
    prefix_hash: `sha256:${sha256(stringifyJson(list(shown.messages)))}`,
  };
  const event = transcriptEvent(newId, {
    kind: "transcript.projection",
    role: "system",
    visibility: "internal",
    text: reason,
    metadata: record(facts),
  });
  return record({ ...facts, messages: list(shown.messages), event });
}

function wordOf(options: DictValue | undefined): string | undefined {
  return textAt(options, "policy") ?? textAt(options, "kind") ?? textAt(options, "strategy");
}

function policyOf(word: string | undefined): ProjectionPolicy {
  if (word === undefined) return "raw";
  const policy = projectionPolicies.find((known) => known === word);
  if (policy !== undefined) return policy;
  throw runtimeError(`transcript_project: unknown policy '${word}' (expected ${projectionPolicies.join(", ")})`);
}

async function projected(
  context: CallContext,
  policy: ProjectionPolicy,
  messages: readonly Value[],
  options: DictValue | undefined,
): Promise<Projected> {
  switch (policy) {
    case "raw":
      return keeping(messages, () => true);
    case "clean_tool_repair": {
      const gone = failedCalls(messages, true);
      return keeping(messages, (at) => !gone.has(at));
    }
    case "squash_failed_calls": {
      const gone = failedCalls(messages, false);
      return keeping(messages, (at) => !gone.has(at));
    }
    case "summary_prefix":
      return summarized(messages, options);
    case "custom": {
      const projector = options?.get("projector");
      if (!isCallable(projector))
        throw runtimeError("transcript_project: policy 'custom' requires a projector closure");
      const answer = await context.callAsync(projector as Value, [list(messages)]);
      return chosen(messages, itemsAt(record({ items: answer }), "items") ?? []);
    }
  }
}

function keeping(messages: readonly Value[], keeps: (at: number) => boolean): Projected {
  const kept = messages.map((_message, at) => at).filter(keeps);
  return { messages: kept.map((at) => messages[at] as Value), kept };
}

function chosen(messages: readonly Value[], answer: readonly Value[]): Projected {
  const left = messages.map((message) => stringifyJson(message));
  const kept = answer.flatMap((message) => {
    const at = left.indexOf(stringifyJson(message));
    if (at < 0) return [];
    left[at] = "";
    return [at];
  });
  return { messages: answer, kept };
}

function summarized(messages: readonly Value[], options: DictValue | undefined): Projected {
  const keepLast = Math.max(0, intAt(options, "keep_last") ?? 0);
  const first = Math.max(0, messages.length - keepLast);
  const summary = textAt(options, "summary") ?? `[${first} earlier messages summarized]`;
  const kept = keeping(messages, (at) => at >= first);
  return { messages: [record({ role: "system", content: summary }), ...kept.messages], kept: kept.kept };
}

interface CallResult {
  readonly at: number;
  readonly id: string;
  readonly name: string;
  readonly isFailed: boolean;
}

/**
 * Where failed calls and their results stand. With `repaired`, only those that the same tool made good later. A turn is dropped
 * when all of its calls are. Ids are the provider's, and some count anew in every turn: a result belongs to the turn before it.
 */
function failedCalls(messages: readonly Value[], repaired: boolean): ReadonlySet<number> {
  const dicts = messages.map((message) => (isDict(message) ? message : record({})));
  const results = dicts.flatMap((message, at) => resultOf(message, at));
  const gone = new Set<number>();
  dicts.forEach((message, at) => {
    const calls = (itemsAt(message, "tool_calls") ?? []).filter(isDict);
    if (calls.length === 0) return;
    const next = dicts.findIndex((later, place) => place > at && textAt(later, "role") === "assistant");
    const own = results.filter((result) => result.at > at && (next < 0 || result.at < next));
    const answers = calls.map((call) => own.find((result) => result.id === textAt(call, "id")));
    const areBad = answers.every(
      (answer) => answer?.isFailed === true && (!repaired || succeedsLater(results, answer.name, answer.at)),
    );
    if (!areBad) return;
    gone.add(at);
    for (const answer of answers) if (answer !== undefined) gone.add(answer.at);
  });
  return gone;
}

function resultOf(message: DictValue, at: number): readonly CallResult[] {
  const id = textAt(message, "tool_call_id") ?? textAt(message, "tool_use_id");
  if (id === undefined) return [];
  const content = textAt(message, "content") ?? "";
  const name = textAt(message, "name") ?? /^\[(?:error from|result of) ([^\]]+)\]/.exec(content)?.[1] ?? "";
  return [{ at, id, name, isFailed: content.startsWith("[error from ") }];
}

function succeedsLater(results: readonly CallResult[], name: string, at: number): boolean {
  return results.some((result) => result.name === name && result.at > at && !result.isFailed);
}

/** Reasoning that its provider has signed has to go back whole. */
function isSigned(message: Value | undefined): boolean {
  return isDict(message) && (itemsAt(message, "reasoning") ?? []).length > 0;
}
