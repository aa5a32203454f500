import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { float, numberOf, record, textAt } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { enterCommandPolicy } from "../commands/guard.ts";
import { askHook } from "../hooks/ask.ts";
import { tellOfTurn } from "../hooks/turn.ts";
import { gateOf } from "../permissions/gate-options.ts";
import { aged } from "../reminders/reminder.ts";
import type { AgentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import { claimToolFormat } from "../sessions/tool-mode.ts";
import type { ToolOutcome } from "../tools/outcome.ts";
import { exceedsAutonomy } from "./autonomy-budget.ts";
import { parkWish } from "./await-resumption.ts";
import { checkpoint, emit } from "./checkpoints.ts";
import { compactIfNeeded } from "./compacting.ts";
import { afterTurn, confirmEnd } from "./completion.ts";
import { controlLoop, noProgress, totalBudgetUsd } from "./control.ts";
import { idle, isDaemon, restoreDaemon, saveDaemon } from "./daemon.ts";
import { doneJudgeConfig, isDue, judgeDone } from "./done-judge.ts";
import { announceFailure, announceSessionEnd, warnOfFailure } from "./ending.ts";
import { announceFileEdits } from "./file-edits.ts";
import { enterNested } from "./nesting.ts";
import { type LoopOptions, readLoopOptions } from "./options.ts";
import { entriesValue, progressTool, readProgress } from "./progress.ts";
import { acpStopReason, loopResult } from "./result.ts";
import { isOutOfScope } from "./scope-classifier.ts";
import { addSkills } from "./skills.ts";
import { LoopState } from "./state.ts";
import { isStepVetoed, stepVetoFields } from "./step-judge.ts";
import { isVetoed, validatorFields } from "./structural-validator.ts";
import { addSubagentTools } from "./subagent-tools.ts";
import { parkBySelf, parkForWorker, workerScope } from "./suspension.ts";
import { loopSystem, ownTextContract } from "./system-text.ts";
import { announceToolFormat, toolFormatOf } from "./tool-format.ts";
import { addToolSearch, announceProviderSearch } from "./tool-search.ts";
import {
  answerParked,
  type ChosenCalls,
  chooseCalls,
  recordAssistant,
  rejectTextCalls,
  runCalls,
  withdrawCalls,
} from "./tools-of-turn.ts";
import { type Turn, takeTurn } from "./turn.ts";
import { announceUsage } from "./usage.ts";

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
    if (exceedsAutonomy(context, state)) return loopResult(context, state);
    const nesting = enterNested(context, "agent_loop", state.session.id);
    if (nesting.kind === "exhausted") return refuseNesting(context, state, nesting.message);
    const leaveCommands = state.options.commandPolicy && enterCommandPolicy(context, state.options.commandPolicy);
    try {
      await begin(context, state, input);
      await iterate(context, state);
      await saveDaemon(context, state, state.finalStatus === "" ? "done" : state.finalStatus);
      await Promise.all(state.flushing);
      await announceFileEdits(context, state);
      await checkpoint(context, state, "loop_exit");
      await announceSessionEnd(context, state);
      return loopResult(context, state);
    } catch (error) {
      await announceFailure(context, state, error);
      throw error;
    } finally {
      leaveCommands?.();
      nesting.leave();
      service.longRunning.cancelOf(state.session.id);
    }
  });
}

function prepare(context: CallContext, service: AgentService, input: LoopInput, options: LoopOptions): LoopState {
  const current = service.currentSession(context.taskId);
  const session = service.sessions.open(options.sessionId ?? current ?? `agent_session_${service.newId()}`, current);
  const toolFormat = toolFormatOf(service, options);
  const sentinel =
    options.doneSentinel === null
      ? undefined
      : (options.doneSentinel ?? (options.loopUntilDone && toolFormat === "text" ? defaultSentinel : undefined));
  return new LoopState({
    service,
    options,
    session,
    task: input.prompt,
    toolFormat,
    providerName: textAt(options.given, "provider") ?? "",
    sentinel,
    gate: gateOf(service, options.given, session.id),
    startedAt: service.newId(),
    begun: context.host.clock.monotonic(),
    worker: context.scoped(workerScope),
  });
}

function addProgressTool(context: CallContext, state: LoopState): void {
  if (state.options.given.get("progress_tool") !== true) return;
  state.tools.add(
    progressTool(async (input) => {
      const report = readProgress("agent_progress", input);
      await emit(context, state, {
        type: "progress_reported",
        message: report.message,
        entries: jsonOfValue(entriesValue(report)),
        replace: report.replace,
        metadata: report.metadata,
      });
      return "noted";
    }),
  );
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
  const problem = claimToolFormat(session, toolFormat);
  if (problem !== undefined) throw runtimeError(problem);
  addToolSearch(state);
  state.skills = addSkills(context, state);
  addProgressTool(context, state);
  addSubagentTools(state);
  const given = systemOf(input, options, session);
  const system = await loopSystem(context, state, given);
  state.system = system === "" ? undefined : system;
  state.textContract = await ownTextContract(context, state);
  await announceToolFormat(context, state);
  if (given !== undefined) session.systemPrompt = given;
  const isResumed = await restoreDaemon(context, state);
  if (!isResumed) session.add(record({ role: "user", content: initialContent(options, input.prompt) }));
  const fields = (): Record<string, Value> => ({
    max_iterations: state.maxIterations,
    session: record({ id: session.id }),
    system: given ?? null,
    task: input.prompt,
  });
  await askHook(context, state.service, session, "SessionStart", fields);
  await state.service.reminders.fire(context, state.service, session, "SessionStart", options.given, fields);
}

function initialContent(options: LoopOptions, prompt: string): Value {
  const content = options.given.get("initial_user_content");
  return content === undefined || content === null ? prompt : content;
}

async function iterate(context: CallContext, state: LoopState): Promise<void> {
  // A daemon that goes on has answered what is in its conversation: it begins with waiting.
  if (isDaemon(state) && textAt(state.options.given, "resume_path") !== undefined && (await idle(context, state)))
    return;
  for (state.iteration = 1; state.iteration <= state.maxIterations; state.iteration++) {
    if (await runIteration(context, state)) return;
  }
  state.iteration = state.maxIterations;
  state.end("budget_exhausted", "");
}

/** One turn and what follows from it. True: the loop has ended. */
async function runIteration(context: CallContext, state: LoopState): Promise<boolean> {
  if (parkForWorker(state)) return true;
  await announceStart(context, state);
  if (await isOutOfScope(context, state)) return true;
  const answer = await takeTurn(context, state);
  if (answer.kind === "failed") {
    state.end(answer.status, answer.status);
    state.error = answer.error;
    warnOfFailure(context, answer);
    return true;
  }
  const { turn } = answer;
  state.count(turn);
  // The model has been shown its reminders; what comes up from here on is for its next turn.
  if (state.session.hasReminders) state.session.events = aged(state.session.events);
  await announceUsage(context, state, turn);
  await announceProviderSearch(context, state, turn.blocks);
  const chosen = chooseCalls(state, turn);
  recordAssistant(state, turn, chosen);
  const wish = parkWish(chosen.calls);
  if (wish !== undefined) {
    answerParked(state, chosen, wish.reason);
    await parkBySelf(context, state, wish);
    return true;
  }
  const isStalled = (await state.stall?.observe(context, state, chosen.calls)) ?? false;
  const skipped = await skipReason(context, state, turn, chosen, isStalled);
  if (skipped === "stalled_done_judge") {
    await announceEnd(context, state, turn, chosen.calls.length);
    if ((await checkpoint(context, state, "iteration_end")) > 0) return false;
    state.end("", skipped);
    return true;
  }
  if (skipped !== undefined) {
    const why = skipped === "step_judge_revise" ? stepVetoFields(state) : validatorFields(state);
    await announceEnd(context, state, turn, 0, { ...why, dispatch_skipped: true, skip_reason: skipped });
    return controlLoop(context, state, noProgress);
  }
  if ((await checkpoint(context, state, "pre_tool_dispatch")) > 0) {
    withdrawCalls(state);
    const why = { dispatch_skipped: true, skip_reason: "interrupt_immediate" };
    await announceEnd(context, state, turn, chosen.calls.length, why);
    return isOverBudget(state) || controlLoop(context, state, noProgress);
  }
  const outcomes = await runCalls(context, state, chosen);
  await announceEnd(context, state, turn, outcomes.length);
  const isSteered = (await checkpoint(context, state, "post_tool_dispatch")) > 0;
  if (isOverBudget(state)) return true;
  return isStuck(state, chosen) || settle(context, state, turn, chosen, outcomes, isSteered);
}

/** Why the calls of a turn are not made, if they are not. */
async function skipReason(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  chosen: ChosenCalls,
  isStalled: boolean,
): Promise<string | undefined> {
  if (await isVetoed(context, state, turn, chosen)) return "structural_validator_revise";
  const judge = isStalled ? doneJudgeConfig(state, "done_judge") : undefined;
  if (judge !== undefined && (await isDue(context, state, judge, true))) {
    if ((await judgeDone(context, state, judge, turn, "stalled")) === undefined) return "stalled_done_judge";
  }
  return (await isStepVetoed(context, state, turn, chosen, isStalled)) ? "step_judge_revise" : undefined;
}

/** Tokens and money are counted after each model call. */
function isOverBudget(state: LoopState): boolean {
  const { tokenBudget, given } = state.options;
  const spent = state.inputTokens + state.outputTokens;
  const limitUsd = numberOf(totalBudgetUsd(given));
  const reason =
    tokenBudget !== undefined && spent > tokenBudget
      ? "token_budget"
      : limitUsd !== undefined && state.costUsd > limitUsd
        ? "total_budget_usd"
        : undefined;
  if (reason === undefined) return false;
  state.end("budget_exhausted", reason);
  return true;
}

async function announceStart(context: CallContext, state: LoopState): Promise<void> {
  const given = state.options.given;
  await emit(context, state, {
    type: "iteration_start",
    iteration: state.iteration,
    provider: textAt(given, "provider") ?? "",
    model: textAt(given, "model") ?? "",
  });
  await announceFileEdits(context, state);
  await tellOfTurn(context, "PreAgentTurn", state.session, state.iteration);
  await checkpoint(context, state, "iteration_start");
  await state.skills?.match(context, state);
  await checkpoint(context, state, "pre_compact");
  await compactIfNeeded(context, state);
  await checkpoint(context, state, "post_compact");
}

async function announceEnd(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  toolCount: number,
  skipped: Readonly<Record<string, Value>> = {},
): Promise<void> {
  const info = record({
    ...skipped,
    tool_count: toolCount,
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
      text: "LLM call completed",
      metadata: record({
        provider: turn.provider,
        model: turn.model,
        input_tokens: turn.inputTokens,
        output_tokens: turn.outputTokens,
        cost_usd: float(turn.costUsd),
        provider_stop_reason: turn.stopReason ?? null,
        canonical_stop_reason: acpStopReason("", turn.stopReason),
      }),
    }),
  );
  await emit(context, state, {
    type: "iteration_end",
    iteration: state.iteration,
    iteration_info: jsonOfValue(info),
  });
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
  isSteered: boolean,
): Promise<boolean> {
  if (chosen.isRejected) {
    await rejectTextCalls(context, state);
    return false;
  }
  const verdict = await afterTurn(context, state, turn, outcomes);
  // What a host has just said is for the model, even where the turn was to be the last.
  const isEnd = verdict.kind === "stop" && !isSteered;
  const isRefused = isEnd && !(await confirmEnd(context, state, turn, verdict.reason));
  if (isEnd && !isRefused) return true;
  if (isDaemon(state) && outcomes.length === 0 && (await idle(context, state))) return true;
  return controlLoop(context, state, { hasTools: outcomes.length > 0, isRefused });
}
