import { type DictValue, thrown, typeName } from "../../value/index.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import type { Selection } from "../catalog/selection.ts";
import { isDict, textAt, textsAt } from "../fields.ts";

/** A rule by which a call picks its model itself, in place of what `provider` and `model` say. */
export type RoutePolicy =
  | { readonly kind: "manual" }
  | { readonly kind: "always"; readonly id: string }
  | { readonly kind: "cheapest" | "fastest"; readonly quality: string }
  | { readonly kind: "preference"; readonly targets: readonly string[]; readonly strategy: Strategy };

const strategies = ["prefer_order", "cheapest_first", "fastest_first"] as const;
type Strategy = (typeof strategies)[number];

/** `route_policy`, else the list in `prefer` with its `fallback_strategy`. */
export function readRoutePolicy(options: DictValue | undefined): RoutePolicy {
  const given = options?.get("route_policy");
  if (given === undefined || given === null || given === false) return preference(options, "prefer");
  if (typeof given === "string") return ofText(given);
  if (!isDict(given)) throw thrown(`route_policy: expected a string, a dict or false, got ${typeName(given)}`);
  return ofDict(given);
}

function preference(options: DictValue | undefined, key: string): RoutePolicy {
  const targets = textsAt(options, key) ?? [];
  if (targets.length === 0) return { kind: "manual" };
  return { kind: "preference", targets, strategy: strategyOf(options) };
}

function strategyOf(options: DictValue | undefined): Strategy {
  const word = textAt(options, "fallback_strategy") ?? textAt(options, "strategy") ?? "prefer_order";
  const known = strategies.find((each) => each === word);
  if (known === undefined) throw thrown(`fallback_strategy: expected ${strategies.join(", ")}, got "${word}"`);
  return known;
}

function ofText(text: string): RoutePolicy {
  const [, name, argument] = /^\s*(\w+)\s*(?:\(\s*(.*?)\s*\))?\s*$/.exec(text) ?? [];
  if (name === "manual" && argument === undefined) return { kind: "manual" };
  if (name === "always" && argument) return { kind: "always", id: argument };
  if (name === "cheapest_over_quality" && argument) return { kind: "cheapest", quality: argument };
  if (name === "fastest_over_quality" && argument) return { kind: "fastest", quality: argument };
  throw thrown(
    `route_policy: expected manual, always(id), cheapest_over_quality(t), or fastest_over_quality(t), got "${text}"`,
  );
}

function ofDict(dict: DictValue): RoutePolicy {
  const mode = textAt(dict, "mode") ?? "manual";
  const target = textAt(dict, "target") ?? textAt(dict, "id") ?? textAt(dict, "quality");
  switch (mode) {
    case "manual":
      return { kind: "manual" };
    case "preference_list":
      return preference(dict, dict.has("targets") ? "targets" : "prefer");
    case "always":
      return { kind: "always", id: target ?? needsTarget(mode) };
    case "cheapest_over_quality":
      return { kind: "cheapest", quality: target ?? needsTarget(mode) };
    case "fastest_over_quality":
      return { kind: "fastest", quality: target ?? needsTarget(mode) };
    default:
      throw thrown(`route_policy.mode: unsupported value "${mode}"`);
  }
}

function needsTarget(mode: string): never {
  throw thrown(`route_policy: mode "${mode}" needs \`target\``);
}

/** The models to try, best first; empty when the policy leaves the choice to the call. Only those that can be called now, unless none can. */
export function candidatesOf(catalog: ProviderCatalog, policy: RoutePolicy): readonly Selection[] {
  switch (policy.kind) {
    case "manual":
      return [];
    case "always":
      return [selectionOf(catalog, policy.id)];
    case "preference":
      return ordered(catalog, callable(catalog, policy.targets), policy.strategy);
    case "cheapest":
    case "fastest": {
      const least = rankOf(policy.quality);
      const strong = catalog.aliasNames().filter((name) => rankOf(catalog.resolve(name).tier) >= least);
      return ordered(
        catalog,
        callable(catalog, strong),
        policy.kind === "cheapest" ? "cheapest_first" : "fastest_first",
      );
    }
  }
}

function selectionOf(catalog: ProviderCatalog, target: string): Selection {
  const { id, provider } = catalog.resolve(target);
  return { provider, model: id, via: `the route policy's '${target}'` };
}

function callable(catalog: ProviderCatalog, targets: readonly string[]): readonly Selection[] {
  const all = new Map(
    targets.map((target) => {
      const selection = selectionOf(catalog, target);
      return [`${selection.provider} ${selection.model}`, selection];
    }),
  );
  const found = [...all.values()];
  const ready = found.filter(({ provider }) => catalog.isAvailable(provider));
  return ready.length === 0 ? found : ready;
}

function ordered(catalog: ProviderCatalog, selections: readonly Selection[], strategy: Strategy): readonly Selection[] {
  switch (strategy) {
    case "prefer_order":
      return selections;
    case "cheapest_first":
      return selections.toSorted((a, b) => priceOf(catalog, a) - priceOf(catalog, b));
    case "fastest_first":
      return selections.toSorted((a, b) => latencyOf(catalog, a) - latencyOf(catalog, b));
  }
}

/** Reading and writing weigh alike; a model of unknown price comes last. */
function priceOf(catalog: ProviderCatalog, { model, provider }: Selection): number {
  const pricing = catalog.pricing(model, provider)?.pricing;
  return pricing === undefined ? Number.MAX_VALUE : pricing.inputPerMtok + pricing.outputPerMtok;
}

function latencyOf(catalog: ProviderCatalog, { provider }: Selection): number {
  return catalog.provider(provider)?.latencyP50Ms ?? Number.MAX_VALUE;
}

const ranks: Readonly<Record<string, number>> = {
  small: 0,
  low: 0,
  mid: 1,
  medium: 1,
  reasoning: 1,
  frontier: 2,
  high: 2,
};

function rankOf(quality: string): number {
  return ranks[quality] ?? 1;
}
