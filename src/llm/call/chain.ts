import type { CallContext } from "../../builtin/index.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { ModelFailure } from "../failure.ts";
import { float, list, record } from "../fields.ts";
import type { ModelReply } from "../model.ts";
import { checkBudget } from "../options/budget.ts";
import type { RouteLink, RoutingPolicy } from "../options/routing.ts";
import type { LlmService } from "../service.ts";
import { costOf } from "../usage/cost.ts";
import { waitFor } from "../wire/waiting.ts";
import { type Attempted, callModel } from "./attempt.ts";
import { linkCall, type Routed } from "./link-call.ts";

/*
 * A routing policy's chain. In words:
 *
 * 1. Links are tried in their order, each once, and at most `max_attempts` of them.
 * 2. A failure that the policy names, else one that may pass, goes on to the next link; any other ends the call.
 * 3. With `race_after_ms`, a link that has not answered by then gets company: the next one is asked as well. The first good answer
 *    counts and ends what is still under way.
 * 4. An answer that a verifier rejects is asked for again from the same link, with what was wrong, `max_refines_per_link` times; then the
 *    next link is asked. When no link is left, the last answer counts.
 */

interface Chain {
  readonly context: CallContext;
  readonly service: LlmService;
  /** Its signal ends all links at once. */
  readonly call: Attempted;
  readonly policy: RoutingPolicy;
  readonly options: DictValue | undefined;
  readonly links: readonly RouteLink[];
  /** Rows of `routing.attempts`, by the place of the link. */
  readonly attempts: Map<number, DictValue>;
}

/** How asking one link ended. */
type Ended =
  | { readonly kind: "answered"; readonly at: number; readonly reply: ModelReply }
  | { readonly kind: "rejected"; readonly at: number; readonly reply: ModelReply }
  | { readonly kind: "failed"; readonly at: number; readonly failure: ModelFailure; readonly goesOn: boolean };

/** Asks the links of a policy; the result tells what each of them did. */
export async function callChain(
  context: CallContext,
  service: LlmService,
  call: Attempted,
  policy: RoutingPolicy,
  options: DictValue | undefined,
): Promise<Routed> {
  const stop = new AbortController();
  const follow = (): void => stop.abort(call.signal.reason);
  if (call.signal.aborted) follow();
  else call.signal.addEventListener("abort", follow, { once: true });
  const links = policy.chain.slice(0, policy.maxAttempts ?? policy.chain.length);
  const bounded = { ...call, signal: stop.signal };
  try {
    return await ask({ context, service, call: bounded, policy, options, links, attempts: new Map() });
  } finally {
    call.signal.removeEventListener("abort", follow);
    stop.abort();
  }
}

async function ask(chain: Chain): Promise<Routed> {
  const { links, policy } = chain;
  const running = new Map<number, Promise<Ended>>();
  let next = 0;
  let failure: ModelFailure | undefined;
  let rejected: { readonly at: number; readonly reply: ModelReply } | undefined;
  for (;;) {
    const link = links[next];
    if (running.size === 0 && link === undefined) {
      if (rejected !== undefined) return routed(chain, rejected.at, rejected.reply, running);
      throw failure ?? noLink();
    }
    if (link !== undefined && (running.size === 0 || (await isLate(chain, running)))) {
      const asked = askLink(chain, next, link);
      // Nobody waits for it any more once another has answered.
      asked.catch(() => undefined);
      running.set(next, asked);
      next++;
      if (policy.raceAfterMs !== undefined && next < links.length) continue;
    }
    const ended = await Promise.race(running.values());
    if (ended.kind === "answered") return routed(chain, ended.at, ended.reply, running);
    running.delete(ended.at);
    if (ended.kind === "rejected") rejected = ended;
    else {
      failure = ended.failure;
      if (!ended.goesOn) throw failure;
    }
  }
}

/** Whether those under way have not answered in time. */
async function isLate(
  { service, call, policy }: Chain,
  running: ReadonlyMap<number, Promise<Ended>>,
): Promise<boolean> {
  if (policy.raceAfterMs === undefined) return false;
  const enough = new AbortController();
  const onAbort = (): void => enough.abort(call.signal.reason);
  call.signal.addEventListener("abort", onAbort, { once: true });
  const waited = waitFor(service.host.clock, policy.raceAfterMs, enough.signal).then(
    () => true,
    () => false,
  );
  const settled = Promise.race(running.values()).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([settled, waited]);
  } finally {
    call.signal.removeEventListener("abort", onAbort);
    enough.abort();
  }
}

async function askLink(chain: Chain, at: number, link: RouteLink): Promise<Ended> {
  const { service, call, policy, options, attempts } = chain;
  const limited = { ...link, timeoutMs: link.timeoutMs ?? policy.onTimeoutMs };
  const linked = { ...linkCall(service, call, limited, options), listener: at === 0 ? call.listener : {} };
  const overrun = exceeds(service, linked, policy);
  if (overrun !== undefined && policy.onExceed !== "warn") {
    attempts.set(at, record({ ...about(at, link), status: "skipped", error: errorOf(overrun) }));
    return { kind: "failed", at, failure: overrun, goesOn: policy.onExceed === "skip" };
  }
  const begun = service.host.clock.monotonic();
  const duration = (): number => Math.round(service.host.clock.monotonic() - begun);
  try {
    const { reply, finding } = await askUntilAccepted(chain, linked);
    const cost = costOf(service.catalog, link.provider, link.model, reply.inputTokens, reply.outputTokens);
    attempts.set(
      at,
      record({
        ...about(at, link),
        status: finding === undefined ? "succeeded" : "escalated",
        reason: finding,
        duration_ms: duration(),
        cost_usd: float(cost),
        input_tokens: reply.inputTokens,
        output_tokens: reply.outputTokens,
      }),
    );
    return { kind: finding === undefined ? "answered" : "rejected", at, reply };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    attempts.set(at, record({ ...about(at, link), status: "failed", duration_ms: duration(), error: errorOf(error) }));
    return { kind: "failed", at, failure: error, goesOn: goesOn(policy, error) };
  }
}

/** The answer of a link, asked again with what was wrong while the policy allows that. */
async function askUntilAccepted(
  { context, service, policy }: Chain,
  linked: Attempted,
): Promise<{ readonly reply: ModelReply; readonly finding: string | undefined }> {
  let { messages } = linked.request;
  for (let refines = 0; ; refines++) {
    const reply = await callModel(service, { ...linked, request: { ...linked.request, messages } });
    const finding = await firstFinding(context, policy, reply);
    if (finding === undefined || refines >= policy.maxRefinesPerLink) return { reply, finding };
    messages = [
      ...messages,
      record({ role: "assistant", content: reply.text }),
      record({ role: "user", content: `That answer does not pass: ${finding}. Give it again, put right.` }),
    ];
  }
}

async function firstFinding(
  context: CallContext,
  policy: RoutingPolicy,
  reply: ModelReply,
): Promise<string | undefined> {
  for (const verify of policy.escalateOn) {
    const finding = await verify(context, reply);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function routed(chain: Chain, at: number, reply: ModelReply, running: ReadonlyMap<number, unknown>): Routed {
  const { attempts, links, policy, service } = chain;
  for (const [loser, link] of links.entries())
    if (loser !== at && running.has(loser)) attempts.set(loser, record({ ...about(loser, link), status: "cancelled" }));
  const selected = links[at];
  const routing = record({
    policy: policy.label,
    attempts: list([...attempts.entries()].sort(([a], [b]) => a - b).map(([, row]) => row)),
    selected: selected === undefined ? null : record(about(at, selected)),
    session_cost_usd: float(service.ledger.costUsd),
  });
  return { reply, routing };
}

function about(at: number, { label, provider, model }: RouteLink): Record<string, Value> {
  return { index: at + 1, label, provider, model };
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
