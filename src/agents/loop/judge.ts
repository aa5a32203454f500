import type { CallContext } from "../../builtin/index.ts";
import { readJsonText } from "../../llm/call/json-answer.ts";
import { dictAt, intAt, isCallable, isDict, isList, merged, numberAt, record, textAt } from "../../llm/fields.ts";
import { costOf } from "../../llm/usage/cost.ts";
import { BuiltinValue, type DictValue, Raise, show, type Value } from "../../value/index.ts";
import type { LoopState } from "./state.ts";

/** What a judge said. */
export interface Verdict {
  readonly word: string;
  readonly reasoning: string;
  readonly critique: string;
  readonly nextStep: string | undefined;
  readonly confidence: number;
  readonly durationMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly provider: string;
  readonly model: string;
}

/** Options of the judge's own call, taken over from its configuration. */
const callKeys = [
  "provider",
  "model",
  "temperature",
  "max_tokens",
  "top_p",
  "tool_format",
  "reasoning_effort",
  "llm_retries",
  "timeout",
];

/** The verdict of a model, or the text of why there is none. */
export async function askJudge(
  context: CallContext,
  state: LoopState,
  config: DictValue | undefined,
  prompt: { readonly system: string; readonly user: string },
): Promise<Verdict | string> {
  const begun = context.host.clock.monotonic();
  const inherited = record(
    Object.fromEntries(["provider", "model", "llm_retries", "timeout"].map((key) => [key, state.callOptions.get(key)])),
  );
  const own = record(Object.fromEntries(callKeys.map((key) => [key, config?.get(key)])));
  const options = merged(merged(inherited, own), record({ reasoning_policy: "off" }));
  let answer: Value;
  try {
    answer = await context.callAsync(new BuiltinValue("%llm_turn"), [
      prompt.user,
      prompt.system,
      options,
      state.iteration,
      state.session.id,
    ]);
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    return isDict(error.value) ? (textAt(error.value, "message") ?? show(error.value)) : show(error.value);
  }
  const result = isDict(answer) ? answer : record({});
  return readVerdict(state, result, context.host.clock.monotonic() - begun);
}

function readVerdict(state: LoopState, result: DictValue, durationMs: number): Verdict {
  const text = textAt(result, "text") ?? "";
  const data = readJsonText(text)?.data;
  const said = isDict(data) ? data : undefined;
  const provider = textAt(result, "provider") ?? "";
  const model = textAt(result, "model") ?? "";
  const inputTokens = intAt(result, "input_tokens") ?? 0;
  const outputTokens = intAt(result, "output_tokens") ?? 0;
  return {
    word: (textAt(said, "verdict") ?? firstWord(text)).toLowerCase(),
    reasoning: textAt(said, "reasoning") ?? textAt(said, "reason") ?? "",
    critique: textAt(said, "critique") ?? textAt(said, "feedback") ?? textAt(said, "message") ?? "",
    nextStep: textAt(said, "next_step"),
    confidence: numberAt(said, "confidence") ?? 1,
    durationMs: Math.max(0, Math.round(durationMs)),
    inputTokens,
    outputTokens,
    costUsd: costOf(state.service.llm.catalog, provider, model, inputTokens, outputTokens),
    provider,
    model,
  };
}

function firstWord(text: string): string {
  return /[\p{L}_]+/u.exec(text)?.[0] ?? "";
}

/** The conversation as a judge reads it: the last turns, each on its own line. */
export function conversationText(state: LoopState, limit = 20): string {
  return state.session.messages
    .slice(-limit)
    .map((message) => `[${textAt(message, "role") ?? "user"}] ${contentOf(message)}`)
    .join("\n");
}

function contentOf(message: DictValue): string {
  const content = message.get("content") ?? "";
  if (typeof content === "string") return content;
  return isList(content)
    ? content
        .toArray()
        .map((block) => (isDict(block) ? (textAt(block, "text") ?? "") : show(block)))
        .join(" ")
    : show(content);
}

/** The configuration of a judge option: `true`, a dict, or nothing. */
export function judgeConfig(options: DictValue, key: string): DictValue | undefined {
  const value = options.get(key);
  if (value === true) return record({});
  if (!isDict(value) || value.get("enabled") === false) return undefined;
  return value;
}

export function closureIn(config: DictValue | undefined, key: string): Value | undefined {
  const value = config?.get(key);
  return isCallable(value) ? (value as Value) : undefined;
}

export function cadenceOf(config: DictValue): DictValue | undefined {
  return dictAt(config, "cadence");
}
