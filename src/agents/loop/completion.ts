import type { CallContext } from "../../builtin/index.ts";
import { boolAt, isDict, list, merged, record, textAt } from "../../llm/fields.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { askHook } from "../hooks/ask.ts";
import { tellOfTurn } from "../hooks/turn.ts";
import { outcomeDict, type ToolOutcome } from "../tools/outcome.ts";
import { isDaemon } from "./daemon.ts";
import { doneJudgeConfig, isDue, judgeDone, vetoOf } from "./done-judge.ts";
import { feedbackMessage } from "./feedback.ts";
import type { LoopState } from "./state.ts";
import type { Turn } from "./turn.ts";

/** What comes after a turn. */
export type Verdict = { readonly kind: "continue" } | { readonly kind: "stop"; readonly reason: string };

const goOn: Verdict = { kind: "continue" };

function stop(reason: string): Verdict {
  return { kind: "stop", reason };
}

/** Whether the loop should end here; the first rule that says so decides. */
export async function afterTurn(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  outcomes: readonly ToolOutcome[],
): Promise<Verdict> {
  await tellOfTurn(context, "PostAgentTurn", state.session, state.iteration);
  await askHook(context, state.service, state.session, "PostTurn", () => turnFields(state, turn, outcomes));
  if (hasSentinel(state, turn)) return stop("sentinel");
  if (outcomes.some((outcome) => outcome.isOk && state.options.stopAfterTools.has(outcome.toolName)))
    return stop("natural");
  const asked = await askCallback(context, state, turn, outcomes);
  if (asked !== undefined) return asked;
  return outcomes.length > 0 ? goOn : naturalEnd(state);
}

function hasSentinel(state: LoopState, turn: Turn): boolean {
  const { sentinel } = state;
  if (sentinel === undefined) return false;
  const marker = turn.tagged.doneMarker;
  return marker === undefined ? turn.text.includes(sentinel) : marker.includes(sentinel);
}

/** A text without calls ends a loop, unless it is to go on until it is told that all is done. */
function naturalEnd(state: LoopState): Verdict {
  const { options, toolFormat, sentinel } = state;
  if (isDaemon(state)) return goOn;
  if (!options.loopUntilDone) return stop("natural");
  if (doneJudgeConfig(state, "done_judge") !== undefined) return stop("done_judge");
  if (toolFormat !== "native" || sentinel !== undefined) {
    if (options.nudge !== undefined) state.session.add(feedbackMessage("nudge", options.nudge));
    return goOn;
  }
  if (state.calls.length > 0 || state.hasConfirmed) return stop("natural");
  state.hasConfirmed = true;
  state.session.add(
    feedbackMessage(
      "completion_confirmation",
      "No tool has been called yet. If the task is complete, say so once more; otherwise go on with it.",
    ),
  );
  return goOn;
}

/** What the program's callback says about the turn; `undefined` leaves the decision to the other rules. */
async function askCallback(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  outcomes: readonly ToolOutcome[],
): Promise<Verdict | undefined> {
  const callback = state.options.postTurnCallback;
  if (callback === undefined) return undefined;
  const answer = await context.callAsync(callback, [record(turnFields(state, turn, outcomes))]);
  if (answer === true) return stop("post_turn_stop");
  if (typeof answer === "string") return tell(state, answer) ? goOn : undefined;
  if (!isDict(answer)) return undefined;
  const isTold = tell(state, textAt(answer, "message") ?? "");
  applyNext(state, answer);
  if (boolAt(answer, "stop") === true) return stop(textAt(answer, "stop_reason") ?? "post_turn_stop");
  return isTold ? goOn : undefined;
}

function tell(state: LoopState, message: string): boolean {
  if (message === "") return false;
  state.session.add(feedbackMessage("post_turn", message));
  return true;
}

/** Options for the calls to come. Names that begin with `_` are the runtime's. */
function applyNext(state: LoopState, answer: DictValue): void {
  for (const key of ["next_options", "llm_options"]) {
    const changes = answer.get(key);
    if (!isDict(changes)) continue;
    const open = record(Object.fromEntries([...changes.entries()].filter(([name]) => !name.startsWith("_"))));
    state.callOptions = merged(state.callOptions, open);
  }
  const prefill = textAt(answer, "prefill");
  if (prefill !== undefined) state.callOptions = merged(state.callOptions, record({ prefill }));
}

function turnFields(state: LoopState, turn: Turn, outcomes: readonly ToolOutcome[]): Record<string, Value> {
  const results = list(outcomes.map(outcomeDict));
  const names = (isOk: boolean): Value =>
    list(outcomes.filter((outcome) => outcome.isOk === isOk).map((outcome) => outcome.toolName));
  return {
    session: record({ id: state.session.id, message_count: state.session.messages.length }),
    session_id: state.session.id,
    iteration: state.iteration - 1,
    text: turn.text,
    visible_text: turn.visible,
    tool_count: outcomes.length,
    has_tool_calls: outcomes.length > 0,
    tool_results: results,
    dispatch: outcomes.length > 0 ? results : null,
    successful_tool_names: names(true),
    rejected_tool_names: names(false),
    session_successful_tools: list(state.successful),
    session_rejected_tools: list(state.rejected),
  };
}

/** Holds a proposed end against the program's verifier and the required tools. True: the loop ends. */
export async function confirmEnd(context: CallContext, state: LoopState, turn: Turn, reason: string): Promise<boolean> {
  const veto = await verify(context, state, turn, reason);
  if (veto === "exhausted") {
    state.end("verify_exhausted", reason);
    return true;
  }
  if (veto !== undefined) {
    if (veto !== "") state.session.add(feedbackMessage("verify_completion", veto));
    return false;
  }
  const open = state.ledger?.open() ?? [];
  if (open.length > 0) {
    const text = `These deliverables of the task ledger are still open: ${open.join("; ")}. Finish them and mark them done, or mark them blocked or dropped with a note.`;
    state.session.add(feedbackMessage("task_ledger", text));
    return false;
  }
  const missing = state.missingTools();
  if (missing.length > 0) {
    state.session.add(
      feedbackMessage("required_tools", `These tools must succeed before the task is done: ${missing.join(", ")}.`),
    );
    return false;
  }
  state.end("", reason);
  return true;
}

/** What a verifier or a judge objects to ("" when it says no without a reason), `undefined` when all agree. */
async function verify(context: CallContext, state: LoopState, turn: Turn, reason: string): Promise<string | undefined> {
  const { verifyCompletion, maxVerifyAttempts } = state.options;
  const judges = await dueJudges(context, state);
  if (verifyCompletion === undefined && judges.length === 0) return undefined;
  if (state.verifyAttempts >= maxVerifyAttempts) return "exhausted";
  state.verifyAttempts++;
  if (verifyCompletion !== undefined) {
    const veto = vetoOf(await context.callAsync(verifyCompletion, [proposal(state, turn, reason)]));
    if (veto !== undefined) return veto;
  }
  for (const judge of judges) {
    const veto = await judgeDone(context, state, judge, turn, reason);
    if (veto !== undefined) return veto;
  }
  return undefined;
}

async function dueJudges(context: CallContext, state: LoopState): Promise<DictValue[]> {
  const due: DictValue[] = [];
  for (const name of ["verify_completion_judge", "done_judge"] as const) {
    const config = doneJudgeConfig(state, name);
    if (config !== undefined && (await isDue(context, state, config, false))) due.push(config);
  }
  return due;
}

function proposal(state: LoopState, turn: Turn, reason: string): DictValue {
  return record({
    task: state.task,
    session_id: state.session.id,
    iteration: state.iteration - 1,
    text: turn.text,
    visible_text: turn.visible,
    last_text: state.lastText,
    stop_reason: reason,
    all_tools_used: list(state.calls.map(({ call }) => call.name)),
    successful_tools_used: list(state.successful),
    transcript: state.session.transcript(),
  });
}
