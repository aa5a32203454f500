import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { type DictValue, FloatValue, thrown } from "../../value/index.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import { float, intAt, isDict, list, numberOf, record, textAt } from "../fields.ts";
import { estimateTokens } from "../options/budget.ts";
import { llmService } from "../service.ts";
import { costOf } from "../usage/cost.ts";
import { formatUsd } from "../usage/format-usd.ts";
import { estimateTokensByPieces, tokenizerOf } from "../usage/token-estimate.ts";
import { pricingDict } from "./model-dicts.ts";

function pricingOf(catalog: ProviderCatalog, model: string, provider: string): DictValue | null {
  const found = catalog.pricing(model, provider);
  if (found === undefined) return null;
  return pricingDict(found.pricing).with("provider", provider).with("model", model).with("source", found.source);
}

const cost = declare("llm-cost");

export const costBuiltins: readonly Builtin[] = [
  cost({
    name: "llm_cost",
    summary: "US dollars for the tokens of a call; zero when the price is not known.",
    params: [req("model", t.string), req("input_tokens", t.int), req("output_tokens", t.int)],
    returns: t.float,
    effect: "state",
    run: (context, model, input, output) => {
      const { catalog } = context.service(llmService);
      return float(costOf(catalog, undefined, model, numberOf(input) ?? 0, numberOf(output) ?? 0));
    },
  }),
  cost({
    name: "llm_pricing",
    summary: "The price of a model per million tokens, with where it was found; nil when it is not known.",
    params: [req("model_or_dict", t.union(t.string, t.dict)), opt("model", t.string)],
    returns: t.nilable(t.dict),
    effect: "state",
    run: (context, subject, second) => {
      const { catalog } = context.service(llmService);
      const selector = isDict(subject) ? (textAt(subject, "model") ?? textAt(subject, "id") ?? "") : subject;
      const resolved = catalog.resolve(selector);
      const provider = (isDict(subject) ? textAt(subject, "provider") : second) ?? resolved.provider;
      return pricingOf(catalog, resolved.id, provider);
    },
  }),
  cost({
    name: "llm_session_cost",
    summary: "What this run's model calls have cost and used.",
    params: [],
    returns: t.dict,
    effect: "state",
    examples: [["llm_session_cost().total_cost", "0.0"]],
    run: (context) => context.service(llmService).ledger.costDict(),
  }),
  cost({
    name: "llm_budget",
    summary: "Sets how much the run's model calls may cost: the call that passes it fails.",
    params: [req("max_cost", t.number)],
    returns: t.nil,
    effect: "state",
    run: (context, usd) => {
      context.service(llmService).ledger.setBudget(numberOf(usd) ?? 0);
      return null;
    },
  }),
  cost({
    name: "llm_budget_remaining",
    summary: "What is left of the budget; nil without one.",
    params: [],
    returns: t.nilable(t.float),
    effect: "state",
    run: (context) => {
      const remaining = context.service(llmService).ledger.budgetRemaining();
      return remaining === undefined ? null : new FloatValue(remaining);
    },
  }),
  cost({
    name: "llm_format_usd",
    summary: "An amount as text: cents from a thousand dollars on, more places the smaller it is.",
    params: [req("amount", t.number), opt("options", t.dict)],
    returns: t.string,
    effect: "state",
    run: (_context, amount, options) => formatUsd(numberOf(amount) ?? 0, intAt(options, "precision")),
  }),
  cost({
    name: "llm_compare_costs",
    summary: "The cost of one call on several models, cheapest first.",
    params: [req("candidates", t.list), req("opts", t.dict)],
    returns: t.list,
    effect: "state",
    run: (context, candidates, options) => {
      const { catalog } = context.service(llmService);
      const input = intAt(options, "input_tokens") ?? estimateTokens(textAt(options, "prompt") ?? "");
      const output = intAt(options, "output_tokens") ?? intAt(options, "max_tokens") ?? 0;
      const rows = candidates.toArray().map((candidate) => {
        const selector = isDict(candidate)
          ? (textAt(candidate, "model") ?? "")
          : typeof candidate === "string"
            ? candidate
            : "";
        const resolved = catalog.resolve(selector);
        const provider = (isDict(candidate) ? textAt(candidate, "provider") : undefined) ?? resolved.provider;
        return {
          provider,
          model: resolved.id,
          known: catalog.pricing(resolved.id, provider) !== undefined,
          usd: costOf(catalog, provider, resolved.id, input, output),
        };
      });
      const calls = intAt(options, "calls") ?? 1;
      rows.sort((a, b) => Number(b.known) - Number(a.known) || a.usd - b.usd);
      return list(
        rows.map((row) =>
          record({
            provider: row.provider,
            model: row.model,
            calls,
            cost_usd: row.known ? float(row.usd * calls) : null,
            pricing_known: row.known,
            pricing: pricingOf(catalog, row.model, row.provider),
          }),
        ),
      );
    },
  }),
  cost({
    name: "tiktoken_tokenizer_info",
    summary:
      "How the tokens of a model are counted: `{model, model_family, known_model_family, encoder, exact, source}`.",
    params: [req("model", t.string)],
    returns: t.dict,
    effect: "state",
    run: (_, model) => {
      const { family, encoder } = tokenizerOf(model);
      return record({
        model,
        model_family: family,
        known_model_family: family !== "unknown",
        encoder: encoder ?? null,
        exact: false,
        source: encoder === undefined ? "heuristic" : "piece_estimate",
      });
    },
  }),
  cost({
    name: "tiktoken_count_tokens",
    summary: "About how many tokens a text takes, for a model whose way to cut words is known.",
    params: [req("text", t.string), req("model", t.string)],
    returns: t.int,
    effect: "state",
    run: (_, text, model) => {
      if (tokenizerOf(model).encoder === undefined)
        throw thrown(`tiktoken_count_tokens: no tiktoken encoder for model \`${model}\``);
      return estimateTokensByPieces(text);
    },
  }),
];
