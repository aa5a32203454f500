import type { DictValue } from "../../value/index.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import { contentText } from "../dialects/content-blocks.ts";
import { ModelFailure } from "../failure.ts";
import { dictAt, float, intAt, numberAt, record } from "../fields.ts";
import type { ModelRequest } from "../model.ts";
import { costOf } from "../usage/cost.ts";

export interface CallBudget {
  readonly maxCostUsd: number | undefined;
  readonly totalBudgetUsd: number | undefined;
  readonly maxInputTokens: number | undefined;
  readonly maxOutputTokens: number | undefined;
}

/** The `budget` option, or the same keys at the top level; `budget_usd` is what one call may cost. */
export function readBudget(options: DictValue | undefined): CallBudget {
  const budget = dictAt(options, "budget") ?? options;
  return {
    maxCostUsd: numberAt(budget, "max_cost_usd") ?? numberAt(options, "budget_usd"),
    totalBudgetUsd: numberAt(budget, "total_budget_usd"),
    maxInputTokens: intAt(budget, "max_input_tokens"),
    maxOutputTokens: intAt(budget, "max_output_tokens"),
  };
}

/** About four characters make a token. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Refuses a call that could pass a limit, before anything is sent. The projected output is all that `max_tokens` allows. */
export function checkBudget(
  catalog: ProviderCatalog,
  request: ModelRequest,
  budget: CallBudget,
  sessionCostUsd: number,
): void {
  if (Object.values(budget).every((limit) => limit === undefined)) return;
  const texts = [request.system ?? "", ...request.messages.map((message) => contentText(message.get("content")))];
  const input = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  const output = request.maxTokens;
  const cost = costOf(catalog, request.provider, request.model, input, output);
  const refuse = (limit: string, value: number, projected: string): never => {
    throw new ModelFailure({
      kind: "terminal",
      reason: "budget_exceeded",
      category: "budget_exceeded",
      message: `LLM budget exceeded before provider call: projected ${projected} would exceed ${limit}`,
      extra: record({
        limit,
        limit_value: limit.endsWith("_usd") ? float(value) : value,
        projected_cost_usd: float(cost),
        session_cost_usd: float(sessionCostUsd),
        projected_input_tokens: input,
        projected_output_tokens: output,
      }),
    });
  };
  if (budget.maxInputTokens !== undefined && input > budget.maxInputTokens)
    refuse("max_input_tokens", budget.maxInputTokens, `input tokens ${input}`);
  if (budget.maxOutputTokens !== undefined && output > budget.maxOutputTokens)
    refuse("max_output_tokens", budget.maxOutputTokens, `output tokens ${output}`);
  if (budget.maxCostUsd !== undefined && cost > budget.maxCostUsd)
    refuse("max_cost_usd", budget.maxCostUsd, `cost ${dollars(cost)}`);
  if (budget.totalBudgetUsd !== undefined && sessionCostUsd + cost > budget.totalBudgetUsd) {
    refuse("total_budget_usd", budget.totalBudgetUsd, `session cost ${dollars(sessionCostUsd + cost)}`);
  }
}

function dollars(amount: number): string {
  return `$${amount.toFixed(6)}`;
}
