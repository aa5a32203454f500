import { type DictValue, Raise } from "../../value/index.ts";
import { ModelFailure } from "../failure.ts";
import { dictAt, float, list, record, textsAt } from "../fields.ts";
import type { ModelReply, ModelRequest } from "../model.ts";
import { checkBudget } from "../options/budget.ts";
import { type RouteLink, type RoutingPolicy, readRouting } from "../options/routing.ts";
import type { LlmService } from "../service.ts";
import { costOf } from "../usage/cost.ts";
import { type Attempted, callModel } from "./attempt.ts";

export interface Routed {
  readonly reply: ModelReply;
  /** The `routing` key of the result; only with a routing policy. */
  readonly routing: DictValue | undefined;
}

/** Calls the model, or those that stand behind it: a routing policy's chain, else the fallback providers. */
export async function callWithFallback(
  service: LlmService,
  call: Attempted,
  options: DictValue | undefined,
): Promise<Routed> {
  const policy = readRouting(options);
  if (policy !== undefined) return callChain(service, call, policy, options);
  try {
    return { reply: await callModel(service, call), routing: undefined };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    const reply = await firstThatAnswers(service, call, fallbackProviders(service, call, options), options);
    if (reply === undefined) throw error;
    return { reply, routing: undefined };
  }
}

function fallbackProviders(service: LlmService, call: Attempted, options: DictValue | undefined): string[] {
  const { provider } = call.selection;
  const own = service.catalog.provider(provider)?.fallback;
  const named = textsAt(options, "fallback_chain") ?? [];
  return [...new Set([...named, ...(own === undefined ? [] : [own])])].filter((name) => name !== provider);
}

/** The same model at other providers, unstreamed. What goes wrong with them is not told: the first failure is. */
async function firstThatAnswers(
  service: LlmService,
  call: Attempted,
  providers: readonly string[],
  options: DictValue | undefined,
): Promise<ModelReply | undefined> {
  for (const provider of providers) {
    try {
      const link = { provider, model: call.request.model, timeoutMs: undefined, label: provider };
      return await callModel(service, { ...linkCall(service, call, link, options), listener: {} });
    } catch (error) {
      if (!(error instanceof ModelFailure) && !(error instanceof Raise && error.kind === "thrown")) throw error;
    }
  }
  return undefined;
}

function linkCall(service: LlmService, call: Attempted, link: RouteLink, options: DictValue | undefined): Attempted {
  const { catalog } = service;
  const selection = { provider: link.provider, model: link.model, via: `the route '${link.label}'` };
  const request: ModelRequest = {
    ...call.request,
    provider: link.provider,
    model: link.model,
    capabilities: catalog.capabilities(link.provider, link.model),
    overrides: dictAt(options, link.provider),
    timeoutMs: link.timeoutMs ?? call.request.timeoutMs,
    stream: false,
  };
  return { ...call, selection, request };
}

async function callChain(
  service: LlmService,
  call: Attempted,
  policy: RoutingPolicy,
  options: DictValue | undefined,
): Promise<Routed> {
  const attempts: DictValue[] = [];
  let last: ModelFailure | undefined;
  for (const [at, link] of policy.chain.slice(0, policy.maxAttempts ?? policy.chain.length).entries()) {
    const index = at + 1;
    const about = { index, label: link.label, provider: link.provider, model: link.model };
    const limited = { ...link, timeoutMs: link.timeoutMs ?? policy.onTimeoutMs };
    const linked = { ...linkCall(service, call, limited, options), listener: at === 0 ? call.listener : {} };
    const overrun = exceeds(service, linked, policy);
    if (overrun !== undefined && policy.onExceed === "abort") throw overrun;
    if (overrun !== undefined && policy.onExceed === "skip") {
      last ??= overrun;
      attempts.push(record({ ...about, status: "skipped", error: errorOf(overrun) }));
      continue;
    }
    const begun = service.host.clock.monotonic();
    const duration = (): number => Math.round(service.host.clock.monotonic() - begun);
    try {
      const reply = await callModel(service, linked);
      const cost = costOf(service.catalog, link.provider, link.model, reply.inputTokens, reply.outputTokens);
      attempts.push(
        record({
          ...about,
          status: "succeeded",
          duration_ms: duration(),
          cost_usd: float(cost),
          input_tokens: reply.inputTokens,
          output_tokens: reply.outputTokens,
        }),
      );
      const routing = record({
        policy: policy.label,
        attempts: list(attempts),
        selected: record(about),
        session_cost_usd: float(service.ledger.costUsd),
      });
      return { reply, routing };
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      last = error;
      attempts.push(record({ ...about, status: "failed", duration_ms: duration(), error: errorOf(error) }));
      if (!goesOn(policy, error)) throw error;
    }
  }
  throw last ?? noLink();
}

/** A policy whose `max_attempts` is 0. */
function noLink(): ModelFailure {
  return new ModelFailure({
    kind: "terminal",
    reason: "invalid_request",
    category: "generic",
    message: "the routing policy allows no attempt",
  });
}

function errorOf({ facts }: ModelFailure): DictValue {
  return record({ category: facts.category, message: facts.message });
}

/** Statuses that a category stands for, where a failure came without one. */
const statusesOf: Readonly<Record<string, readonly number[]>> = {
  rate_limit: [429],
  timeout: [408, 504],
  server_error: [500, 502],
  overloaded: [503],
  auth: [401, 403],
  not_found: [404],
};

function goesOn(policy: RoutingPolicy, { facts }: ModelFailure): boolean {
  if (policy.onErrorKinds.some((kind) => kind === facts.category || kind === facts.reason)) return true;
  const statuses = statusesOf[facts.category] ?? [];
  if (policy.onStatus.some((status) => statuses.includes(status))) return true;
  return policy.onStatus.length === 0 && policy.onErrorKinds.length === 0 && facts.kind === "transient";
}

/** Why a link would cost too much: by what it is sure to read and may write, and by what the run has spent. */
function exceeds(service: LlmService, { request }: Attempted, policy: RoutingPolicy): ModelFailure | undefined {
  const limits = {
    maxCostUsd: policy.perCallUsd,
    totalBudgetUsd: policy.sessionUsd,
    maxInputTokens: undefined,
    maxOutputTokens: undefined,
  };
  try {
    checkBudget(service.catalog, request, limits, service.ledger.costUsd);
    return undefined;
  } catch (error) {
    if (error instanceof ModelFailure) return error;
    throw error;
  }
}
