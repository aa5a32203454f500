import type { CallContext } from "../../builtin/index.ts";
import { activeWork, attributeOf } from "../../runtime/index.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { dictAt, float, intAt, merged, numberAt, record, textAt } from "../fields.ts";

/**
 * What the step that a task works in says of model calls, under what a call says itself: `@step(model: …, budget: {max_tokens,
 * max_usd})` name the model and the limits of each call. An answer is no longer than the step allows.
 */
export function withStepDefaults(
  context: Pick<CallContext, "scoped">,
  options: DictValue | undefined,
): DictValue | undefined {
  const { step } = activeWork(context);
  const given = step && attributeOf(step, "step")?.arguments;
  if (given === undefined) return options;
  const model = isAbsent(options, "model") && isAbsent(options, "model_tier") ? textAt(given, "model") : undefined;
  const maxTokens = intAt(dictAt(given, "budget"), "max_tokens");
  const maxUsd = numberAt(dictAt(given, "budget"), "max_usd");
  if (model === undefined && maxTokens === undefined && maxUsd === undefined) return options;
  // Limits may stand at the top level as well; what a call says there holds, so it moves into the budget with the step's.
  const said = dictAt(options, "budget") ?? options;
  const limit = (key: string, ofStep: Value | undefined): Value | undefined => said?.get(key) ?? ofStep;
  const budget = record({
    max_input_tokens: said?.get("max_input_tokens"),
    max_output_tokens: limit("max_output_tokens", maxTokens),
    max_cost_usd: limit("max_cost_usd", maxUsd === undefined ? undefined : float(maxUsd)),
    total_budget_usd: said?.get("total_budget_usd"),
  });
  return merged(
    options,
    record({ model, budget, max_tokens: isAbsent(options, "max_tokens") ? maxTokens : undefined }),
  );
}

function isAbsent(options: DictValue | undefined, key: string): boolean {
  return (options?.get(key) ?? null) === null;
}
