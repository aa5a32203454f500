import type { CallContext } from "../../builtin/index.ts";
import { callDict } from "../../llm/call/result.ts";
import { boolAt, dictAt, intAt, isDict, list, record, textAt } from "../../llm/fields.ts";
import { defaultMaxTokens } from "../../llm/options/call-options.ts";
import { BuiltinValue, type DictValue, Raise, show, thrown, typeName, type Value } from "../../value/index.ts";
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
 * the turn and `next`, and answers with a `result`. True: the turn is vetoed and taken back. Telling what it decided is the validator's
 * own: those of the library emit `structural_validator_decision`.
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
