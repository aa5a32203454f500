import type { CallContext } from "../../builtin/index.ts";
import { isDict, numberAt, record, textAt } from "../../llm/fields.ts";
import { Raise, show } from "../../value/index.ts";
import { emit } from "./checkpoints.ts";
import type { LoopState } from "./state.ts";

const labels = ["in_scope", "out_of_scope", "escalate"];
const threshold = 0.65;
const cannedAnswer = "This request is outside of what this agent works on, so nothing was done.";

/** Asks the program whether the turn is within what the agent is for. True: it is not, and the loop ends with a canned answer. */
export async function isOutOfScope(context: CallContext, state: LoopState): Promise<boolean> {
  const classifier = state.options.scopeClassifier;
  if (classifier === undefined) return false;
  let original = "in_scope";
  let confidence = 1;
  let evidence = "";
  let problem: string | undefined;
  try {
    const answer = await context.callAsync(classifier, [
      record({
        session_id: state.session.id,
        iteration: state.iteration,
        task: state.task,
        transcript: state.session.transcript(),
      }),
    ]);
    const said = isDict(answer) ? answer : undefined;
    original = (typeof answer === "string" ? answer : textAt(said, "label")) ?? "in_scope";
    confidence = numberAt(said, "confidence") ?? 1;
    evidence = textAt(said, "evidence") ?? textAt(said, "reason") ?? "";
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    problem = show(error.value);
  }
  const known = labels.includes(original) ? original : "in_scope";
  const label = problem === undefined && confidence < threshold ? "escalate" : known;
  const isOut = label === "out_of_scope";
  const about = {
    iteration: state.iteration,
    label,
    original_label: original,
    confidence,
    confidence_threshold: threshold,
    evidence,
    skip_main_turn: isOut,
  };
  state.note("scope_classifier_verdict", record({ label, original_label: original, evidence }));
  await emit(context, state, {
    type: "scope_classifier_verdict",
    ...about,
    classifier_kind: "closure",
    model: undefined,
    error: problem,
  });
  if (!isOut) return false;
  const text = evidence === "" ? cannedAnswer : `${cannedAnswer} ${evidence}`;
  state.session.add(record({ role: "assistant", content: text }));
  state.lastText = text;
  state.end("scope_alert", "out_of_scope");
  return true;
}
