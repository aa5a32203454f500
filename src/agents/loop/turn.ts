import type { CallContext } from "../../builtin/index.ts";
import { errorDict } from "../../llm/call/call.ts";
import { dictAt, intAt, isDict, itemsAt, list, merged, record, textAt } from "../../llm/fields.ts";
import { parseTaggedText, type TaggedText } from "../../llm/tools/tagged-text.ts";
import { costOf } from "../../llm/usage/cost.ts";
import { BuiltinValue, type DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import { type CalledTool, readCall } from "../tools/dispatch.ts";
import type { LoopState } from "./state.ts";
import { turnContext } from "./turn-context.ts";

/** One answer of the model, as the loop looks at it. */
export interface Turn {
  readonly text: string;
  /** What a person is shown of it. */
  readonly visible: string;
  readonly nativeCalls: readonly CalledTool[];
  readonly textCalls: readonly CalledTool[];
  readonly tagged: TaggedText;
  readonly thinking: string | undefined;
  readonly thinkingSummary: string | undefined;
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly stopReason: string | undefined;
  readonly costUsd: number;
  readonly durationMs: number;
  /** Signed reasoning that goes back to the provider with the turn. */
  readonly reasoning: readonly Value[];
  /** Public, private and internal parts of the answer. */
  readonly blocks: readonly Value[];
}

export type TurnResult = { readonly kind: "turn"; readonly turn: Turn } | FailedTurn;

export interface FailedTurn {
  readonly kind: "failed";
  readonly status: string;
  readonly error: Value;
}

/** Asks the model, or whatever the program put in its place. */
export async function takeTurn(context: CallContext, state: LoopState): Promise<TurnResult> {
  const prompt = await turnContext(context, state);
  const options = merged(
    state.callOptions,
    record({
      messages: list(prompt.messages),
      tool_format: state.toolFormat,
      tools: state.tools.registry(),
      tool_search: state.providerSearch ?? null,
      "%text_contract": state.textContract,
    }),
  );
  const begun = context.host.clock.monotonic();
  const elapsed = (): number => context.host.clock.monotonic() - begun;
  return state.options.llmCaller === undefined
    ? callModel(context, state, prompt.system, options, elapsed)
    : callProgram(context, state, prompt.system, options, elapsed);
}

/** Through the effect boundary, so that each turn is recorded, replayed and refused like any other model call. */
async function callModel(
  context: CallContext,
  state: LoopState,
  system: string | undefined,
  options: DictValue,
  elapsed: () => number,
): Promise<TurnResult> {
  try {
    const result = await context.callAsync(new BuiltinValue("%llm_turn"), [
      state.task,
      system ?? null,
      options,
      state.iteration,
      state.session.id,
    ]);
    return { kind: "turn", turn: readTurn(state, isDict(result) ? result : record({}), elapsed()) };
  } catch (error) {
    return failure(state, errorDict(error));
  }
}

function failure(state: LoopState, problem: DictValue): TurnResult {
  const category = textAt(problem, "category") ?? "generic";
  const error = record({
    category,
    reason: textAt(problem, "reason") ?? "unknown",
    kind: textAt(problem, "kind") ?? "terminal",
    provider: textAt(problem, "provider") ?? state.providerName,
    model: textAt(problem, "model") ?? textAt(state.callOptions, "model") ?? "",
    message: textAt(problem, "message") ?? "",
    phase: "llm_call",
    tool_format: state.toolFormat,
    after_tool_result: state.isAfterToolResult(),
  });
  return { kind: "failed", status: category === "budget_exceeded" ? "budget_exhausted" : "provider_error", error };
}

async function callProgram(
  context: CallContext,
  state: LoopState,
  system: string | undefined,
  options: DictValue,
  elapsed: () => number,
): Promise<TurnResult> {
  const call = record({
    prompt: state.task,
    system: system ?? null,
    opts: options,
    turn: record({ iteration: state.iteration, session_id: state.session.id }),
  });
  const answer = await context.callAsync(state.options.llmCaller as Value, [call]);
  if (!isDict(answer)) throw thrown(`agent_loop: llm_caller must return a dict; got ${typeName(answer)}`);
  const value = dictAt(answer, "value");
  if (answer.get("ok") === true && value !== undefined)
    return { kind: "turn", turn: readTurn(state, value, elapsed()) };
  return { kind: "failed", status: textAt(answer, "status") ?? "provider_error", error: answer.get("error") ?? null };
}

/** A result dict of `llm_call`, or as much of one as the program made up. */
function readTurn(state: LoopState, result: DictValue, durationMs: number): Turn {
  const text = textAt(result, "text") ?? "";
  const tagged = parseTaggedText(text, state.toolNames());
  const provider = textAt(result, "provider") ?? state.providerName;
  const model = textAt(result, "model") ?? "";
  const inputTokens = intAt(result, "input_tokens") ?? 0;
  const outputTokens = intAt(result, "output_tokens") ?? 0;
  return {
    text,
    visible: [tagged.userResponse, tagged.prose].find((part) => part !== "") ?? text,
    nativeCalls: (itemsAt(result, "native_tool_calls") ?? []).map((call) => readCall(call, "agent_loop")),
    textCalls: tagged.calls,
    tagged,
    thinking: textAt(result, "thinking"),
    thinkingSummary: textAt(result, "thinking_summary"),
    provider,
    model,
    inputTokens,
    outputTokens,
    stopReason: textAt(result, "stop_reason"),
    costUsd: costOf(state.service.llm.catalog, provider, model, inputTokens, outputTokens),
    durationMs,
    reasoning: itemsAt(result, "signed_reasoning") ?? [],
    blocks: itemsAt(result, "blocks") ?? [],
  };
}
