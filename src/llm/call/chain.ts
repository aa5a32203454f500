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
import { type Verification, verifyReply } from "./verification.ts";

/*
 * A routing policy's chain. In words:
 *
 * 1. Links are tried in their order, each once, and at most `max_attempts` of them.
 * 2. A failure that the policy names, else one that may pass, goes on to the next link; any other ends the call.
 * 3. With `race_after_ms`, a link that has not answered by then gets company: the next one is asked as well. The first good answer
 *    counts and ends what is still under way.
 * 4. An answer in which a verifier finds what can be put right is asked for again from the same link, with what was wrong,
 *    `max_refines_per_link` times. After that, or when a verifier says so, the next link is asked. When no link is left, the last answer
 *    counts.
 */

interface Chain {
  readonly context: CallContext;
  readonly service: LlmService;
  /** Its signal ends all links at once. */
  readonly call: Attempted;
  readonly policy: RoutingPolicy;
  readonly options: DictValue | undefined;
  readonly links: readonly RouteLink[];
  /** In the order in which they began. */
  readonly attempts: Attempt[];
}

/** One question to a link: a row of `routing.attempts`. What it says is known once it has ended. */
interface Attempt {
  readonly link: RouteLink;
  ended: Readonly<Record<string, Value | undefined>> | undefined;
}

/** How asking one link ended. */
type Ended =
  | { readonly kind: "answered"; readonly at: number; readonly reply: ModelReply; readonly attempt: Attempt }
  | { readonly kind: "rejected"; readonly at: number; readonly reply: ModelReply; readonly attempt: Attempt }
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
    return await ask({ context, service, call: bounded, policy, options, links, attempts: [] });
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
  let rejected: { readonly attempt: Attempt; readonly reply: ModelReply } | undefined;
  for (;;) {
    const link = links[next];
    if (running.size === 0 && link === undefined) {
      if (rejected !== undefined) return routed(chain, rejected.attempt, rejected.reply);
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
    if (ended.kind === "answered") return routed(chain, ended.attempt, ended.reply);
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
  const { service, call, policy, options } = chain;
  const limited = { ...link, timeoutMs: link.timeoutMs ?? policy.onTimeoutMs };
  const linked = { ...linkCall(service, call, limited, options), listener: at === 0 ? call.listener : {} };
  const overrun = exceeds(service, linked, policy);
  if (overrun !== undefined && policy.onExceed !== "warn") {
    chain.attempts.push({ link, ended: { status: "skipped", error: errorOf(overrun) } });
    return { kind: "failed", at, failure: overrun, goesOn: policy.onExceed === "skip" };
  }
  let { request } = linked;
  for (let refines = 0; ; refines++) {
    const attempt: Attempt = { link, ended: undefined };
    chain.attempts.push(attempt);
    const answer = await askOnce(chain, { ...linked, request }, attempt);
    if (answer instanceof ModelFailure) return { kind: "failed", at, failure: answer, goesOn: goesOn(policy, answer) };
    const { outcome, findings } = answer.verification;
    if (outcome === "accept") return { kind: "answered", at, reply: answer.reply, attempt };
    if (outcome === "escalate" || refines >= policy.maxRefinesPerLink)
      return { kind: "rejected", at, reply: answer.reply, attempt };
    request = { ...request, messages: [...linked.request.messages, correction(findings)] };
  }
}

/** One answer of a link and what its checks say, or how the link failed. */
async function askOnce(
  { context, service, policy }: Chain,
  linked: Attempted,
  attempt: Attempt,
): Promise<{ readonly reply: ModelReply; readonly verification: Verification } | ModelFailure> {
  const { model, provider } = attempt.link;
  const begun = service.host.clock.monotonic();
  const duration = (): number => Math.round(service.host.clock.monotonic() - begun);
  try {
    const reply = await callModel(service, linked);
    const answered = {
      status: "succeeded",
      duration_ms: duration(),
      cost_usd: float(costOf(service.catalog, provider, model, reply.inputTokens, reply.outputTokens)),
      input_tokens: reply.inputTokens,
      output_tokens: reply.outputTokens,
    };
    attempt.ended = answered;
    const verification = await verifyReply(context, service, policy.escalateOn, reply);
    if (policy.escalateOn.length > 0)
      attempt.ended = {
        ...answered,
        verifier_outcome: verification.outcome,
        verifier_signals: list(verification.signals),
      };
    return { reply, verification };
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    attempt.ended = { status: "failed", duration_ms: duration(), error: errorOf(error) };
    return error;
  }
}

function correction(findings: readonly string[]): DictValue {
  const lines = ["Your last answer did not pass its checks:", ...findings.map((finding) => `- ${finding}`)];
  return record({ role: "user", content: [...lines, "Answer again, with this put right."].join("\n") });
}

function routed({ attempts, policy, service }: Chain, selected: Attempt, reply: ModelReply): Routed {
  const routing = record({
    policy: policy.label,
    attempts: list(attempts.map(rowOf)),
    selected: attempts.indexOf(selected),
    session_cost_usd: float(service.ledger.costUsd),
  });
  return { reply, routing };
}

/** Rows are numbered from 1. Who had not answered when another did was cancelled. */
function rowOf({ link: { label, model, provider }, ended }: Attempt, index: number): DictValue {
  return record({ index: index + 1, label, provider, model, ...(ended ?? { status: "cancelled" }) });
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
