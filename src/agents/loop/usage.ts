import type { CallContext } from "../../builtin/index.ts";
import { float } from "../../llm/fields.ts";
import { pressureStep } from "../reminders/own-providers.ts";
import type { LoopState } from "./state.ts";
import type { Turn } from "./turn.ts";

/** Lets reminder providers see what a call of the model used. The model is warned once at each step of how full its context is. */
export async function announceUsage(context: CallContext, state: LoopState, turn: Turn): Promise<void> {
  const window = state.service.llm.catalog.model(turn.model)?.contextWindow;
  const used = window === undefined ? 0 : (turn.inputTokens + turn.outputTokens) / window;
  const reported = state.reportedPressure;
  await state.service.reminders.fire(
    context,
    state.service,
    state.session,
    "OnBudgetThreshold",
    state.options.given,
    () => ({
      iteration: state.iteration,
      input_tokens: turn.inputTokens,
      output_tokens: turn.outputTokens,
      tokens_used: state.inputTokens + state.outputTokens,
      cost_usd: float(state.costUsd),
      provider: turn.provider,
      model: turn.model,
      used_ratio: float(used),
      reported_ratio: float(reported),
    }),
  );
  // A conversation that was compacted may fill up again.
  state.reportedPressure = pressureStep(used) ?? 0;
}
