import type { CallContext } from "../../builtin/index.ts";
import { callDict } from "../../llm/call/result.ts";
import { boolAt, dictAt, intAt, isDict, list, record, textAt } from "../../llm/fields.ts";
import { defaultMaxTokens } from "../../llm/options/call-options.ts";
import { BuiltinValue, type DictValue, Raise, show, thrown, typeName, type Value } from "../../value/index.ts";
import { emit } from "./checkpoints.ts";
import { feedbackMessage } from "./feedback.ts";
import type { LoopState } from "./state.ts";
import type { ChosenCalls } from "./tools-of-turn.ts";
import type { Turn } from "./turn.ts";

/** What `next` answers when no other validator stands behind: that there is none. */
export const validatorDefault = "%structural_validator_default";

export function defaultValidation(): DictValue {
  return record({ result: record({ configured: false, reason: "not_configured", skipped: true, vetoed: false }) });
}

/**
 * Shows the turn to the program's validator before its tools run. It wraps the turn as middleware wraps a tool call: it gets
 * the turn and `next`, and answers with a `result`. True: the turn is vetoed and taken back.
 */
export async function isVetoed(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  chosen: ChosenCalls,
): Promise<boolean> {
  const validator = state.options.structuralValidator;
  if (validator === undefined) return false;
  const answer = await ask(context, validator, turnCall(state, turn, chosen));
  if (!isDict(answer)) throw thrown(`agent_loop: structural validator must return a dict; got ${typeName(answer)}`);
  const result = dictAt(answer, "result") ?? answer;
  await announce(context, state, result);
  if (boolAt(result, "vetoed") !== true) {
    state.validatorAttempts = 0;
    return false;
  }
  if (textAt(result, "on_failure") === "raise")
    throw thrown(textAt(result, "diagnostic") ?? "structural validator vetoed the turn");
  state.validatorAttempts++;
  state.validatorRule = textAt(result, "rule") ?? "";
  state.session.popAssistant();
  const feedback = textAt(result, "feedback") ?? "";
  if (feedback !== "") state.session.add(feedbackMessage("structural_validator", feedback));
  return true;
}

/** A turn that nothing was found in is not told of. */
async function announce(context: CallContext, state: LoopState, result: DictValue): Promise<void> {
  const vetoed = boolAt(result, "vetoed") === true;
  if (!vetoed && textAt(result, "rule") === undefined) return;
  const attempts = state.validatorAttempts;
  await emit(context, state, {
    type: "structural_validator_decision",
    iteration: state.iteration,
    rule: textAt(result, "rule") ?? "",
    diagnostic: textAt(result, "diagnostic") ?? "",
    recommended_action: textAt(result, "recommended_action") ?? "",
    vetoed,
    skipped: boolAt(result, "skipped") === true,
    reason: textAt(result, "reason"),
    on_failure: textAt(result, "on_failure") ?? "regenerate_with_feedback",
    attempts,
    max_attempts: intAt(result, "max_attempts") ?? 0,
  });
}

/** What `iteration_end` says of a turn that was vetoed. */
export function validatorFields(state: LoopState): Record<string, Value> {
  return {
    structural_validator_attempts: state.validatorAttempts,
    structural_validator_rule: state.validatorRule,
  };
}

async function ask(context: CallContext, validator: Value, call: DictValue): Promise<Value> {
  try {
    return await context.callAsync(validator, [call, new BuiltinValue(validatorDefault)]);
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    throw thrown(`agent_loop: structural validator failed: ${show(error.value)}`);
  }
}

function turnCall(state: LoopState, turn: Turn, chosen: ChosenCalls): DictValue {
  return record({
    tool_name: "__structural_validator_turn__",
    call_id: `structural_validator_${state.iteration}`,
    tool_args: record({
      session_id: state.session.id,
      iteration: state.iteration,
      attempts: state.validatorAttempts,
      assistant_text: turn.visible,
      raw_text: turn.text,
      tool_calls: list(chosen.calls.map((call) => callDict(call))),
      tool_parse_errors: list(turn.tagged.errors),
      protocol_violations: list(turn.tagged.violations),
      parsed_done_marker: turn.tagged.doneMarker ?? null,
      prior_successful_tools: list(state.successful),
      prior_rejected_tools: list(state.rejected),
      provider: turn.provider,
      model: turn.model,
      output_tokens: turn.outputTokens,
      max_output_tokens: intAt(state.callOptions, "max_tokens") ?? defaultMaxTokens,
      tool_format: state.toolFormat,
      tools: state.options.given.get("tools") ?? null,
      policy: state.options.given.get("policy") ?? null,
    }),
  });
}
