import type { CallContext } from "../../builtin/index.ts";
import { callDict } from "../../llm/call/result.ts";
import { boolAt, intAt, record, textAt } from "../../llm/fields.ts";
import { type DictValue, stringifyJson, type Value } from "../../value/index.ts";
import { renderPrompt } from "../prompts/render.ts";
import { emit } from "./checkpoints.ts";
import { feedbackMessage } from "./feedback.ts";
import { askJudge, conversationText, judgeConfig, type Verdict } from "./judge.ts";
import type { LoopState } from "./state.ts";
import { type ChosenCalls, withdrawCalls } from "./tools-of-turn.ts";
import type { Turn } from "./turn.ts";

const passWords: ReadonlySet<string> = new Set(["pass", "yes", "ok", "advance", "proceed", "approve"]);
const defaultAttempts = 3;

/** Whether the judge of steps sends the turn back. Its tools have not run then, and the model is told why. */
export async function isStepVetoed(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  chosen: ChosenCalls,
  isStalled: boolean,
): Promise<boolean> {
  const config = judgeConfig(state.options.given, "step_judge");
  if (config === undefined) return false;
  const skip = skipReason(state, config, turn, chosen, isStalled);
  if (skip !== undefined) {
    await tell(context, state, config, skipped(skip));
    return false;
  }
  const verdict = await askJudge(context, state, config, await promptOf(context, state, config, turn, chosen));
  if (typeof verdict === "string") {
    const isOpen = boolAt(config, "fail_open_on_error") ?? boolAt(config, "fail_open") ?? true;
    await tell(context, state, config, { ...skipped("judge_error"), confidence: 0, isVetoed: !isOpen });
    return !isOpen && veto(state, config, `The step could not be judged: ${verdict}`);
  }
  const isVetoed = !passWords.has(verdict.word);
  await tell(context, state, config, { ...verdict, isVetoed, isSkipped: false, reason: undefined });
  if (!isVetoed) {
    state.stepVetoes = 0;
    return false;
  }
  return veto(state, config, verdict.critique === "" ? verdict.reasoning : verdict.critique);
}

function skipReason(
  state: LoopState,
  config: DictValue,
  turn: Turn,
  chosen: ChosenCalls,
  isStalled: boolean,
): string | undefined {
  if (state.stepVetoes >= (intAt(config, "max_attempts") ?? defaultAttempts)) return "max_attempts_reached";
  const remaining = state.maxIterations - state.iteration;
  if (remaining < (intAt(config, "skip_when_iterations_remaining") ?? 1)) return "low_iteration_budget";
  if ((boolAt(config, "skip_when_empty") ?? true) && turn.visible.trim() === "" && chosen.calls.length === 0)
    return "empty_response";
  return isStalled && (boolAt(config, "skip_when_stalled") ?? true) ? "stall_already_detected" : undefined;
}

async function promptOf(
  context: CallContext,
  state: LoopState,
  config: DictValue,
  turn: Turn,
  chosen: ChosenCalls,
): Promise<{ readonly system: string; readonly user: string }> {
  const { prompts } = state.options;
  const isAdversarial = textAt(config, "rubric") === "adversarial";
  const calls = chosen.calls.map((call) => stringifyJson(callDict(call))).join("\n");
  const bindings = record({
    task: state.task,
    session_id: state.session.id,
    iteration: state.iteration,
    transcript: conversationText(state),
    latest_response: turn.visible,
    tool_calls: calls === "" ? "It calls no tool." : `It calls:\n${calls}`,
  });
  const rubric = isAdversarial ? "agent.step_judge_system_adversarial" : "agent.step_judge_system";
  return {
    system: textAt(config, "system") ?? (await renderPrompt(context, prompts, rubric)),
    user: await renderPrompt(context, prompts, "agent.step_judge_user", bindings),
  };
}

interface Judged extends Verdict {
  readonly isVetoed: boolean;
  readonly isSkipped: boolean;
  readonly reason: string | undefined;
}

function skipped(reason: string): Judged {
  return {
    word: "pass",
    reasoning: "",
    critique: "",
    nextStep: undefined,
    confidence: 1,
    durationMs: 0,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    provider: "",
    model: "",
    isVetoed: false,
    isSkipped: true,
    reason,
  };
}

async function tell(context: CallContext, state: LoopState, config: DictValue, judged: Judged): Promise<void> {
  const about = {
    iteration: state.iteration,
    verdict: judged.word,
    reasoning: judged.reasoning,
    critique: judged.critique,
    confidence: judged.confidence,
    judge_duration_ms: judged.durationMs,
    vetoed: judged.isVetoed,
    skipped: judged.isSkipped,
    reason: judged.reason,
    on_veto: onVeto(config),
    input_tokens: judged.inputTokens,
    output_tokens: judged.outputTokens,
    cost_usd: judged.costUsd,
    provider: judged.provider,
    model: judged.model,
  };
  state.note(
    "step_judge_decision",
    record({ iteration: about.iteration, verdict: about.verdict, vetoed: about.vetoed, critique: about.critique }),
  );
  await emit(context, state, { type: "step_judge_decision", ...about });
}

function veto(state: LoopState, config: DictValue, critique: string): true {
  state.stepVetoes++;
  if (onVeto(config) === "replace") state.session.popAssistant();
  else withdrawCalls(state);
  const fallback = textAt(config, "feedback_fallback") ?? "The last step was sent back. Do it another way.";
  state.session.add(feedbackMessage("step_judge", critique === "" ? fallback : critique));
  return true;
}

function onVeto(config: DictValue): string {
  return textAt(config, "on_veto") ?? "replace";
}

/** What the end of a turn says of the veto that ended it. */
export function stepVetoFields(state: LoopState): Record<string, Value> {
  const config = judgeConfig(state.options.given, "step_judge") ?? record({});
  return { on_veto: onVeto(config), step_judge_attempts: state.stepVetoes };
}
