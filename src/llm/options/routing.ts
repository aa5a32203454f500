import type { RegexEngine } from "../../builtin/index.ts";
import { type DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import { dictAt, intAt, isDict, isList, itemsAt, list, merged, numberAt, record, textAt, textsAt } from "../fields.ts";
import { readVerifiers, type Verifier, verifierSpecs } from "./verifiers.ts";

export interface RouteLink {
  readonly provider: string;
  readonly model: string;
  readonly timeoutMs: number | undefined;
  readonly label: string;
}

/** Models to try in turn, and what makes a call go on to the next one. */
export interface RoutingPolicy {
  readonly label: string;
  readonly chain: readonly RouteLink[];
  /** HTTP statuses; empty stands for those that may pass. */
  readonly onStatus: readonly number[];
  readonly onErrorKinds: readonly string[];
  readonly maxAttempts: number | undefined;
  /** Longest time of one link. */
  readonly onTimeoutMs: number | undefined;
  readonly perCallUsd: number | undefined;
  readonly sessionUsd: number | undefined;
  readonly onExceed: "abort" | "skip" | "warn";
  /** How long a link may be silent before the next is asked as well. */
  readonly raceAfterMs: number | undefined;
  /** What is wrong with an answer sends the call on. */
  readonly escalateOn: readonly Verifier[];
  readonly maxRefinesPerLink: number;
}

/** How often a link is asked again where the policy does not say. */
const defaultRefines = 1;
const exceedWords = ["abort", "skip", "warn"] as const;

/** The policy dict that `routing_policy` gives, from what a program wrote. `handle` tells policies apart. */
export function routingPolicyDict(config: DictValue, handle: number, engine: RegexEngine): DictValue {
  const chain = readChain(config.get("chain"));
  const exceed = textAt(dictAt(config, "budget"), "on_exceed");
  if (exceed !== undefined && !exceedWords.some((word) => word === exceed))
    throw thrown(`routing_policy.budget.on_exceed: expected one of abort|skip|warn, got "${exceed}"`);
  const refines = config.get("max_refines_per_link") ?? null;
  if (refines !== null && (typeof refines !== "number" || refines < 0))
    throw thrown(
      `routing_policy.max_refines_per_link: expected a non-negative integer, got ${typeof refines === "number" ? refines : typeName(refines)}`,
    );
  return record({
    __handle__: handle,
    __routing_policy__: true,
    chain: list(chain),
    failover: merged(record({ on_status: list([]), on_error_kinds: list([]) }), dictAt(config, "failover")),
    latency: dictAt(config, "latency") ?? record({}),
    observe: dictAt(config, "observe") ?? record({}),
    budget: dictAt(config, "budget"),
    escalate_on: verifierSpecs(config.get("escalate_on"), engine),
    max_refines_per_link: refines ?? defaultRefines,
    label: textAt(config, "label") ?? `routing_policy(chain=${chain.length})`,
  });
}

function readChain(value: Value | undefined): DictValue[] {
  if (value === undefined || value === null)
    throw thrown("routing_policy: `chain` is required (list of {provider, model})");
  if (!isList(value)) throw thrown(`routing_policy.chain: expected a list, got ${typeName(value)}`);
  const links = value.toArray();
  if (links.length === 0) throw thrown("routing_policy.chain: at least one {provider, model} entry is required");
  return links.map((link, index) => {
    const provider = isDict(link) ? (textAt(link, "provider") ?? "") : "";
    const model = isDict(link) ? (textAt(link, "model") ?? "") : "";
    if (!isDict(link) || provider === "" || model === "")
      throw thrown(
        `routing_policy.chain[${index}]: both provider and model are required (got provider="${provider}", model="${model}")`,
      );
    return link;
  });
}

/** The policy in a call's `routing` option, if there is one; a plain dict is read as `routing_policy` would. */
export function readRouting(options: DictValue | undefined, engine: RegexEngine): RoutingPolicy | undefined {
  const given = dictAt(options, "routing");
  if (given === undefined) return undefined;
  const dict = given.get("__routing_policy__") === true ? given : routingPolicyDict(given, 0, engine);
  const failover = dictAt(dict, "failover");
  const budget = dictAt(dict, "budget");
  const exceed = textAt(budget, "on_exceed");
  return {
    label: textAt(dict, "label") ?? "",
    chain: (itemsAt(dict, "chain") ?? []).filter(isDict).map(readLink),
    onStatus: (itemsAt(failover, "on_status") ?? []).filter((status) => typeof status === "number"),
    onErrorKinds: textsAt(failover, "on_error_kinds") ?? [],
    maxAttempts: intAt(failover, "max_attempts"),
    onTimeoutMs: intAt(failover, "on_timeout_ms"),
    perCallUsd: numberAt(budget, "per_call_usd"),
    sessionUsd: numberAt(budget, "session_usd"),
    onExceed: exceedWords.find((word) => word === exceed) ?? "abort",
    raceAfterMs: raceAfter(dictAt(dict, "latency")),
    escalateOn: readVerifiers(dict.get("escalate_on"), engine),
    maxRefinesPerLink: intAt(dict, "max_refines_per_link") ?? defaultRefines,
  };
}

function raceAfter(latency: DictValue | undefined): number | undefined {
  const after = intAt(latency, "race_after_ms");
  if (after !== undefined && after < 0)
    throw thrown(`routing_policy.latency.race_after_ms: expected milliseconds, got ${after}`);
  return after;
}

function readLink(link: DictValue): RouteLink {
  const provider = textAt(link, "provider") ?? "";
  const model = textAt(link, "model") ?? "";
  return {
    provider,
    model,
    timeoutMs: intAt(link, "timeout_ms"),
    label: textAt(link, "label") ?? `${provider}:${model}`,
  };
}
