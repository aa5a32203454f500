import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { selectionRequest, selectModel } from "../../llm/catalog/selection.ts";
import { record, textAt } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { askHook } from "../hooks/ask.ts";
import { gateOf } from "../permissions/gate-options.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import { claimToolFormat } from "../sessions/tool-mode.ts";
import type { ToolOutcome } from "../tools/outcome.ts";
import { checkpoint, emit } from "./checkpoints.ts";
import { compactIfNeeded } from "./compacting.ts";
import { afterTurn, confirmEnd } from "./completion.ts";
import { announceFailure, announceSessionEnd } from "./ending.ts";
import { enterNested } from "./nesting.ts";
import { type LoopOptions, readLoopOptions } from "./options.ts";
import { loopResult } from "./result.ts";
import { LoopState } from "./state.ts";
import { isVetoed } from "./structural-validator.ts";
import { type ChosenCalls, chooseCalls, recordAssistant, rejectTextCalls, runCalls } from "./tools-of-turn.ts";
import { type Turn, takeTurn } from "./turn.ts";

const defaultSentinel = "##DONE##";

export interface LoopInput {
  readonly prompt: string;
  readonly system: string | undefined;
  readonly options: DictValue | undefined;
}

/** Runs an agent loop to its end: turns of the model, with the tools it calls between them. */
export async function runLoop(context: CallContext, service: AgentService, input: LoopInput): Promise<DictValue> {
  const state = prepare(context, service, input, readLoopOptions(input.options));
  return service.inSession(context.taskId, state.session.id, async () => {
    if (await isPromptBlocked(context, state, input)) return loopResult(context, state);
    const nesting = enterNested(context, "agent_loop", state.session.id);
    if (nesting.kind === "exhausted") return refuseNesting(context, state, nesting.message);
    try {
      await begin(context, state, input);
      await iterate(context, state);
      await checkpoint(context, state, "loop_exit");
      await announceSessionEnd(context, state);
      return loopResult(context, state);
    } catch (error) {
      await announceFailure(context, state, error);
      throw error;
    } finally {
      nesting.leave();
    }
  });
}

function prepare(context: CallContext, service: AgentService, input: LoopInput, options: LoopOptions): LoopState {
  const current = service.currentSession(context.taskId);
  const session = service.sessions.open(options.sessionId ?? current ?? `agent_session_${service.newId()}`, current);
  const toolFormat = toolFormatOf(service, options);
  const given = systemOf(input, options, session);
  const sentinel =
    options.doneSentinel === null
      ? undefined
      : (options.doneSentinel ?? (options.loopUntilDone && toolFormat === "text" ? defaultSentinel : undefined));
  return new LoopState({
    service,
    options,
    session,
    task: input.prompt,
    system: withContract(given, sentinel, toolFormat),
    toolFormat,
    providerName: textAt(options.given, "provider") ?? "",
    sentinel,
    gate: gateOf(service, options.given, session.id),
    startedAt: service.newId(),
    begun: context.host.clock.monotonic(),
  });
}

function systemOf(input: LoopInput, options: LoopOptions, session: Session): string | undefined {
  return input.system ?? textAt(options.given, "system") ?? session.systemPrompt;
}

async function isPromptBlocked(context: CallContext, state: LoopState, input: LoopInput): Promise<boolean> {
  const answer = await askHook(context, state.service, state.session, "UserPromptSubmit", () => ({
    prompt: input.prompt,
    session: record({ id: state.session.id }),
    system: systemOf(input, state.options, state.session) ?? null,
  }));
  const isBlocked = answer.kind === "block" || (answer.kind === "decision" && answer.decision === "deny");
  if (!isBlocked) return false;
  state.end("blocked", "user_prompt_submit_blocked");
  state.error = record({ category: "hook_denied", event: "UserPromptSubmit", reason: answer.reason ?? "" });
  return true;
}

function refuseNesting(context: CallContext, state: LoopState, message: string): DictValue {
  state.end("blocked", "nested_execution_budget_exhausted");
  state.error = record({ category: "budget_exceeded", reason: "nested_execution_budget_exhausted", message });
  return loopResult(context, state);
}

async function begin(context: CallContext, state: LoopState, input: LoopInput): Promise<void> {
  const { session, options, toolFormat } = state;
  if (options.tools.length > 0) {
    const problem = claimToolFormat(session, toolFormat);
    if (problem !== undefined) throw runtimeError(problem);
  }
  const given = systemOf(input, options, session);
  if (given !== undefined) session.systemPrompt = given;
  session.add(record({ role: "user", content: initialContent(options, input.prompt) }));
  await askHook(context, state.service, session, "SessionStart", () => ({
    max_iterations: options.maxIterations,
    session: record({ id: session.id }),
    system: given ?? null,
    task: input.prompt,
  }));
}

function initialContent(options: LoopOptions, prompt: string): Value {
  const content = options.given.get("initial_user_content");
  return content === undefined || content === null ? prompt : content;
}

function toolFormatOf(service: AgentService, options: LoopOptions): "native" | "text" {
  const asked = textAt(options.given, "tool_format");
  if (asked === "native" || asked === "text") return asked;
  if (options.tools.length === 0) return "text";
  const { catalog } = service.llm;
  const selection = selectModel(catalog, selectionRequest(options.callOptions));
  return catalog.toolFormat(
    selection.provider,
    selection.model,
    textAt(options.callOptions, "model") ?? selection.model,
  );
}

/** The system text, with how the model says that it is done. */
function withContract(
  system: string | undefined,
  sentinel: string | undefined,
  toolFormat: "native" | "text",
): string | undefined {
  if (sentinel === undefined) return system;
  const contract =
    toolFormat === "text"
      ? `When the whole task is complete, and only then, end your answer with <done>${sentinel}</done>.`
      : `When the whole task is complete, and only then, write ${sentinel} in your answer.`;
  return system === undefined ? contract : `${system}\n\n${contract}`;
}

async function iterate(context: CallContext, state: LoopState): Promise<void> {
  const { options } = state;
  for (state.iteration = 1; state.iteration <= options.maxIterations; state.iteration++) {
    if (await runIteration(context, state)) return;
  }
  state.iteration = options.maxIterations;
  state.end("budget_exhausted", "");
}

/** One turn and what follows from it. True: the loop has ended. */
async function runIteration(context: CallContext, state: LoopState): Promise<boolean> {
  await announceStart(context, state);
  const answer = await takeTurn(context, state);
  if (answer.kind === "failed") {
    state.end(answer.status, answer.status);
    state.error = answer.error;
    return true;
  }
  const { turn } = answer;
  state.count(turn);
  const chosen = chooseCalls(state, turn);
  recordAssistant(state, turn, chosen);
  if (await isVetoed(context, state, turn, chosen)) {
    await announceEnd(context, state, turn, [], { dispatch_skipped: true, skip_reason: "structural_validator_revise" });
    return false;
  }
  await checkpoint(context, state, "pre_tool_dispatch");
  const outcomes = await runCalls(context, state, chosen);
  await announceEnd(context, state, turn, outcomes);
  if (state.options.tokenBudget !== undefined && state.inputTokens + state.outputTokens > state.options.tokenBudget) {
    state.end("budget_exhausted", "token_budget");
    return true;
  }
  return isStuck(state, chosen) || settle(context, state, turn, chosen, outcomes);
}

async function announceStart(context: CallContext, state: LoopState): Promise<void> {
  const given = state.options.given;
  await emit(context, state, {
    type: "iteration_start",
    iteration: state.iteration,
    provider: textAt(given, "provider") ?? "",
    model: textAt(given, "model") ?? "",
  });
  await checkpoint(context, state, "iteration_start");
  await checkpoint(context, state, "pre_compact");
  await compactIfNeeded(context, state);
  await checkpoint(context, state, "post_compact");
}

async function announceEnd(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  outcomes: readonly ToolOutcome[],
  skipped: Readonly<Record<string, Value>> = {},
): Promise<void> {
  const info = record({
    ...skipped,
    tool_count: outcomes.length,
    text: turn.visible,
    provider: turn.provider,
    model: turn.model,
    response_ms: Math.round(turn.durationMs),
    input_tokens: turn.inputTokens,
    output_tokens: turn.outputTokens,
    thinking_chars: turn.thinking?.length ?? 0,
  });
  state.session.addEvent(
    transcriptEvent(state.service.newId, {
      kind: "llm_call",
      role: "assistant",
      visibility: "internal",
      text: "",
      metadata: info,
    }),
  );
  await emit(context, state, {
    type: "iteration_end",
    iteration: state.iteration,
    iteration_info: jsonOfValue(info),
  });
  await checkpoint(context, state, "post_tool_dispatch");
}

/** Too many turns in a row that only talk. */
function isStuck(state: LoopState, chosen: ChosenCalls): boolean {
  state.textTurns = chosen.calls.length > 0 ? 0 : state.textTurns + 1;
  if (!state.options.loopUntilDone || state.textTurns <= state.options.maxNudges) return false;
  state.end("stuck", "max_nudges");
  return true;
}

async function settle(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  chosen: ChosenCalls,
  outcomes: readonly ToolOutcome[],
): Promise<boolean> {
  if (chosen.isRejected) {
    rejectTextCalls(state);
    return false;
  }
  const verdict = await afterTurn(context, state, turn, outcomes);
  return verdict.kind === "stop" && confirmEnd(context, state, turn, verdict.reason);
}
