import type { CallContext } from "../../builtin/index.ts";
import { boolAt, intAt, isDict, record, textAt } from "../../llm/fields.ts";
import { type DictValue, truthy } from "../../value/index.ts";
import { renderPrompt } from "../prompts/render.ts";
import { emit } from "./checkpoints.ts";
import { askJudge, cadenceOf, closureIn, conversationText, judgeConfig } from "./judge.ts";
import type { LoopState } from "./state.ts";
import type { Turn } from "./turn.ts";

const passWords: ReadonlySet<string> = new Set([
  "done",
  "pass",
  "passed",
  "safe",
  "true",
  "yes",
  "yield",
  "yield_to_user",
  "complete",
  "completed",
]);

/** Which of the two judges of completion speaks. */
export type DoneJudge = "done_judge" | "verify_completion_judge";

export function doneJudgeConfig(state: LoopState, judge: DoneJudge): DictValue | undefined {
  return judgeConfig(state.options.given, judge);
}

/** Whether the judge may be asked now: as often as its cadence says, and not for a stall that is not there. */
export async function isDue(
  context: CallContext,
  state: LoopState,
  config: DictValue,
  isStalled: boolean,
): Promise<boolean> {
  const cadence = cadenceOf(config);
  if (cadence === undefined) return true;
  const most = intAt(cadence, "max_invocations");
  if (most !== undefined && state.judgeInvocations >= most) return false;
  if (state.iteration <= (intAt(cadence, "min_iterations_before_first") ?? 0)) return false;
  const every = intAt(cadence, "every");
  if (every !== undefined && every > 1 && state.iteration % every !== 0) return false;
  const when = closureIn(cadence, "when");
  if (when !== undefined) {
    const payload = record({ iteration: state.iteration, session_id: state.session.id, stalled: isStalled });
    return truthy(await context.callAsync(when, [payload]));
  }
  return textAt(cadence, "when") !== "stalled" || isStalled;
}

/** What the judge objects to; `undefined` when the task is done. Without an answer it objects, unless it fails open. */
export async function judgeDone(
  context: CallContext,
  state: LoopState,
  config: DictValue,
  turn: Turn,
  trigger: string,
): Promise<string | undefined> {
  state.judgeInvocations++;
  const { prompts } = state.options;
  const verdict = await askJudge(context, state, config, {
    system: textAt(config, "system") ?? (await renderPrompt(context, prompts, "agent.completion_judge_system")),
    user: await renderPrompt(context, prompts, "agent.completion_judge_user", judged(state, turn, trigger)),
  });
  if (typeof verdict === "string") {
    const isOpen = boolAt(config, "fail_open") ?? false;
    await tell(context, state, isOpen ? "done" : "continue", verdict, null, 0, trigger);
    return isOpen ? undefined : fallback(context, state, config);
  }
  const isDone = passWords.has(verdict.word);
  await tell(context, state, verdict.word, verdict.reasoning, verdict.nextStep ?? null, verdict.durationMs, trigger);
  if (isDone) return undefined;
  return (
    [verdict.critique, verdict.nextStep ?? "", verdict.reasoning].find((text) => text !== "") ??
    fallback(context, state, config)
  );
}

function judged(state: LoopState, turn: Turn, trigger: string): DictValue {
  const names = (given: readonly string[]): string => (given.length === 0 ? "none" : [...new Set(given)].join(", "));
  return record({
    task: state.task,
    session_id: state.session.id,
    iteration: state.iteration,
    stop_reason: trigger,
    transcript: conversationText(state),
    last_text: turn.visible,
    all_tools_used: names(state.calls.map(({ call }) => call.name)),
    successful_tools_used: names(state.successful),
  });
}

async function fallback(context: CallContext, state: LoopState, config: DictValue): Promise<string> {
  const own = textAt(config, "feedback_fallback");
  return own ?? renderPrompt(context, state.options.prompts, "agent.completion_judge_feedback");
}

async function tell(
  context: CallContext,
  state: LoopState,
  verdict: string,
  reasoning: string,
  nextStep: string | null,
  durationMs: number,
  trigger: string,
): Promise<void> {
  const about = { iteration: state.iteration, verdict, reasoning, next_step: nextStep };
  const dict = record({ ...about, trigger });
  state.note("judge_decision", dict);
  state.judgeDecisions.push(dict);
  await emit(context, state, { type: "judge_decision", ...about, judge_duration_ms: durationMs, trigger });
}

/** Whether a value of a verifier is a veto, and what it says. */
export function vetoOf(answer: unknown): string | undefined {
  if (answer === false) return "";
  if (typeof answer === "string") return answer === "" ? undefined : answer;
  if (isDict(answer as DictValue) && boolAt(answer as DictValue, "confirm") === false)
    return textAt(answer as DictValue, "message") ?? textAt(answer as DictValue, "feedback") ?? "";
  return undefined;
}
