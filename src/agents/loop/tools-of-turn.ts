import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { isDict, list, record, textAt } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import type { DictValue } from "../../value/index.ts";
import { underPolicy } from "../permissions/scopes.ts";
import { renderPrompt } from "../prompts/render.ts";
import { type CalledTool, dispatchBatch } from "../tools/dispatch.ts";
import type { TurnFields } from "../tools/middleware.ts";
import type { ToolOutcome } from "../tools/outcome.ts";
import { planArtifact, planTools } from "../tools/plan.ts";
import { awaitResumption } from "./await-resumption.ts";
import { emit } from "./checkpoints.ts";
import { feedbackMessage } from "./feedback.ts";
import type { LoopState } from "./state.ts";
import type { Turn } from "./turn.ts";

export interface ChosenCalls {
  readonly calls: readonly CalledTool[];
  readonly isNative: boolean;
  /** Calls were written as text where native ones were due, and dropped. */
  readonly isRejected: boolean;
}

/** Which calls of a turn are made. In native mode calls written as text count only as far as the fallback lets them. */
export function chooseCalls(state: LoopState, turn: Turn): ChosenCalls {
  if (turn.nativeCalls.length > 0) return { calls: turn.nativeCalls, isNative: true, isRejected: false };
  if (state.toolFormat === "text" || turn.textCalls.length === 0)
    return { calls: turn.textCalls, isNative: false, isRejected: false };
  const policy = state.options.nativeFallback;
  const isAccepted = policy === "allow" || (policy === "allow_once" && state.nativeFallbacks === 0);
  state.nativeFallbacks++;
  noteFallback(state, turn, policy, isAccepted);
  return { calls: isAccepted ? turn.textCalls : [], isNative: false, isRejected: !isAccepted };
}

function noteFallback(state: LoopState, turn: Turn, policy: string, accepted: boolean): void {
  const fields = {
    iteration: state.iteration,
    accepted,
    policy,
    fallback_index: state.nativeFallbacks,
    tool_call_count: turn.textCalls.length,
  };
  state.service.llm.trace.add("native_tool_fallback", fields);
  state.session.addEvent(
    transcriptEvent(state.service.newId, {
      kind: "native_tool_fallback",
      role: "assistant",
      visibility: "internal",
      text: policy,
      metadata: record(fields),
    }),
  );
}

/** Tells the model that calls written as text were not made. */
export async function rejectTextCalls(context: CallContext, state: LoopState): Promise<void> {
  const text = await renderPrompt(context, state.options.prompts, "agent.native_tool_contract_feedback");
  state.session.add(feedbackMessage("native_tool_contract", text));
}

/** The turn as it stands in the conversation. */
export function recordAssistant(state: LoopState, turn: Turn, chosen: ChosenCalls): void {
  const calls = chosen.isNative
    ? chosen.calls.map((call) => record({ id: call.id, name: call.name, arguments: call.arguments }))
    : [];
  state.session.add(
    record({
      role: "assistant",
      content: turn.text,
      tool_calls: calls.length === 0 ? undefined : list(calls),
      reasoning: turn.reasoning.length === 0 ? undefined : list(turn.reasoning),
    }),
  );
}

/** The turn's calls were dropped: providers take no call without a result, so the conversation keeps what was said alone. */
export function withdrawCalls(state: LoopState): void {
  const said = state.session.popAssistant();
  if (said !== undefined && textAt(said, "content") !== "") state.session.add(said.without("tool_calls"));
}

/** The turn parks the run, so none of its calls is dispatched; each has an answer all the same, or no provider takes the rest. */
export function answerParked(state: LoopState, { calls, isNative }: ChosenCalls, reason: string): void {
  if (!isNative) return;
  for (const { id, name } of calls) {
    const content =
      name === awaitResumption ? `Parked: ${reason}` : `Not run: the turn called ${awaitResumption} as well.`;
    state.session.add(answerOfCall(state, id, name, content));
  }
}

export async function runCalls(context: CallContext, state: LoopState, chosen: ChosenCalls): Promise<ToolOutcome[]> {
  const { options, service } = state;
  if (chosen.calls.length === 0) return [];
  for (const call of chosen.calls) state.calls.push({ call, isNative: chosen.isNative });
  const settings = {
    service,
    tools: state.tools.all(),
    own: (name: string) => state.tools.own(name),
    gate: state.gate,
    retries: options.toolRetries,
    backoffMs: options.toolBackoffMs,
    ...(state.repeats && { repeats: state.repeats }),
    ...(options.toolCaller !== undefined && { caller: options.toolCaller, turn: turnFields(state) }),
  };
  const outcomes = await underPolicy(context, options.policy, () =>
    dispatchBatch(context, chosen.calls, settings, options.maxConcurrentTools),
  );
  for (const outcome of outcomes) {
    state.countOutcome(outcome);
    traceOutcome(state, outcome);
    await announcePlan(context, state, outcome);
    state.session.add(resultMessage(state, outcome, chosen.isNative));
    await remindAfterTool(context, state, outcome);
  }
  await flush(context, state, outcomes);
  for (const message of state.pendingFeedback.splice(0)) state.session.add(message);
  return outcomes;
}

/** A plan that a model handed over stands in the session as one, and is told as one. */
async function announcePlan(context: CallContext, state: LoopState, outcome: ToolOutcome): Promise<void> {
  if (!outcome.isOk || !planTools.includes(outcome.toolName)) return;
  const given = isDict(outcome.result) ? outcome.result : outcome.arguments;
  const plan = isDict(given) && given.get("_type") === "plan_artifact" ? given : planArtifact(given, outcome.toolName);
  state.session.addEvent(
    transcriptEvent(state.service.newId, {
      kind: "plan",
      role: "tool",
      visibility: "public",
      text: "",
      metadata: record({ plan }),
    }),
  );
  state.service.events.publish(context, { type: "plan", session_id: state.session.id, plan: jsonOfValue(plan) });
}

/** What a `tool_caller` is told of the turn. */
function turnFields(state: LoopState): TurnFields {
  const { given, maxConcurrentTools, prefetchNextTurn } = state.options;
  return {
    iteration: state.iteration,
    session_id: state.session.id,
    run_id: given.get("run_id") ?? null,
    model: given.get("model") ?? null,
    provider: given.get("provider") ?? null,
    max_concurrent_tools: maxConcurrentTools,
    prefetch_next_turn: prefetchNextTurn,
  };
}

/** Tells what middleware audited, and has it write that down: before the next model call, or beside it. */
async function flush(context: CallContext, state: LoopState, outcomes: readonly ToolOutcome[]): Promise<void> {
  for (const { audit, callId, toolName } of outcomes) {
    if (audit === undefined || audit === null) continue;
    const told = { tool_call_id: callId, tool_name: toolName, audit: jsonOfValue(audit) };
    await emit(context, state, { type: "tool_call_audit", ...told });
  }
  const work = outcomes.flatMap((outcome) => outcome.flushes ?? []).map((each) => context.callAsync(each, []));
  if (state.options.prefetchNextTurn) state.flushing.push(...work);
  else await Promise.all(work);
}

function remindAfterTool(context: CallContext, state: LoopState, outcome: ToolOutcome): Promise<readonly DictValue[]> {
  const isCut = outcome.originalSize > outcome.rendered.length;
  return state.service.reminders.fire(
    context,
    state.service,
    state.session,
    "PostToolUse",
    state.options.given,
    () => ({
      tool: record({ name: outcome.toolName, args: outcome.arguments }),
      tool_name: outcome.toolName,
      result: record({ text: outcome.rendered, truncated: isCut }),
      truncated: isCut,
      ok: outcome.isOk,
      iteration: state.iteration,
      original_size: outcome.originalSize,
      final_size: outcome.rendered.length,
    }),
  );
}

function traceOutcome(state: LoopState, outcome: ToolOutcome): void {
  const { trace } = state.service.llm;
  if (outcome.executor === undefined) {
    trace.add("tool_rejected", { tool_name: outcome.toolName, reason: outcome.error, iteration: state.iteration });
    return;
  }
  trace.add("tool_execution", {
    tool_name: outcome.toolName,
    tool_use_id: outcome.callId,
    duration_ms: Math.floor(outcome.durationMs),
    status: outcome.status,
    classification: outcome.category ?? "",
    iteration: state.iteration,
  });
}

/** A result in the role that the provider expects it in; a denial shows its reason. */
function resultMessage(state: LoopState, outcome: ToolOutcome, isNative: boolean): DictValue {
  const content = outcome.observation ?? outcome.rendered;
  if (!isNative && state.toolFormat === "text") return record({ role: "user", content });
  return answerOfCall(state, outcome.callId, outcome.toolName, content);
}

function answerOfCall(state: LoopState, callId: string, toolName: string, content: string): DictValue {
  const provider = state.lastTurn?.provider ?? state.providerName;
  if (state.service.llm.catalog.provider(provider)?.dialect === "anthropic")
    return record({ role: "tool_result", tool_use_id: callId, content });
  return record({ role: "tool", name: toolName, tool_call_id: callId, content });
}
