import type { CallContext } from "../../builtin/index.ts";
import type { JsonObject } from "../../eventlog/index.ts";
import { costOf, llmService, replyCache } from "../../llm/index.ts";
import { isResult, Raise, show, typeName, type Value } from "../../value/index.ts";
import type { Binding, BudgetStrategy, PredicateBudget } from "../bindings/binding.ts";
import { eventValue } from "../events/event.ts";
import type { Dispatch, DispatchLog } from "./dispatch-log.ts";
import { PredicateReplies, type PredicateReplyStore } from "./predicate-replies.ts";

/** What a predicate said, and what it used to say so. */
export interface PredicateVerdict {
  readonly result: boolean;
  readonly reason: string | null;
  /** `<closure>`. */
  readonly text: string;
  /** Answers of models came from an earlier evaluation. */
  readonly isCached: boolean;
  readonly costUsd: number;
  readonly tokens: number;
  readonly latencyMs: number;
  /** Why the budget ended the evaluation, and what the binding wants then. */
  readonly exhausted: { readonly reason: string; readonly strategy: BudgetStrategy } | null;
}

interface Breaker {
  failures: number;
  openUntil: number | undefined;
}

const [failuresToOpen, openForMs] = [3, 5 * 60_000];
const text = "<closure>";

interface Evaluation {
  readonly context: CallContext;
  readonly dispatch: Dispatch;
  readonly log: DispatchLog;
  readonly replies: PredicateReplyStore;
}

/** Evaluates `when`. A predicate that fails counts as false; after three failures in a row it is left alone for five minutes. */
export class Predicates {
  readonly #breakers = new Map<string, Breaker>();

  async evaluate(evaluation: Evaluation): Promise<PredicateVerdict> {
    const { dispatch, log } = evaluation;
    const verdict = await this.#judge(evaluation);
    if (verdict.exhausted !== null) recordExhaustion(dispatch, log, verdict);
    log.lifecycle(dispatch, "predicate.evaluated", verdictJson(dispatch, verdict));
    log.graph(dispatch, { kind: "predicate", verdict });
    return verdict;
  }

  async #judge(evaluation: Evaluation): Promise<PredicateVerdict> {
    const { context, dispatch } = evaluation;
    const { clock } = context.host;
    const breaker = this.#breakerOf(dispatch.binding);
    if (breaker.openUntil !== undefined && breaker.openUntil > clock.monotonic()) {
      warn(context, "trigger predicate circuit breaker is open; short-circuiting to false");
      return { ...refused("circuit_open"), latencyMs: 0 };
    }
    const begun = clock.monotonic();
    const { verdict, hasFailed } = await call(evaluation);
    breaker.failures = hasFailed ? breaker.failures + 1 : 0;
    breaker.openUntil = breaker.failures >= failuresToOpen ? clock.monotonic() + openForMs : undefined;
    if (breaker.openUntil !== undefined) {
      breaker.failures = 0;
      warn(context, "trigger predicate circuit breaker opened for 5 minutes");
    }
    return { ...verdict, latencyMs: Math.round(clock.monotonic() - begun) };
  }

  #breakerOf({ key }: Binding): Breaker {
    const breaker = this.#breakers.get(key) ?? { failures: 0, openUntil: undefined };
    this.#breakers.set(key, breaker);
    return breaker;
  }
}

interface Called {
  readonly verdict: Omit<PredicateVerdict, "latencyMs">;
  readonly hasFailed: boolean;
}

async function call({ context, dispatch, replies }: Evaluation): Promise<Called> {
  const { binding, event, replayOf } = dispatch;
  const cache = new PredicateReplies(
    replyCosts(context),
    replayOf === null ? [] : await replies.read(binding.spec.id, event.id),
  );
  const outer = context.scoped(replyCache);
  context.setScoped(replyCache, cache);
  try {
    const answer = await within(context, binding.spec.whenBudget, binding.spec.when, eventValue(event));
    const used = { text, isCached: cache.wasUsed, costUsd: cache.costUsd, tokens: cache.tokens };
    if (answer.kind === "late") return overBudget(binding, used, "predicate_timeout");
    const over = exceeded(binding.spec.whenBudget, cache);
    if (over) return overBudget(binding, used, "budget_exceeded");
    const read =
      answer.kind === "failed" ? { result: false, reason: answer.reason, hasFailed: true } : readAnswer(answer.value);
    const { hasFailed, ...verdict } = read;
    return { verdict: { ...verdict, ...used, exhausted: null }, hasFailed };
  } finally {
    context.setScoped(replyCache, outer);
    if (replayOf === null) replies.write(binding.spec.id, event.id, cache.kept);
  }
}

function replyCosts(context: CallContext): (provider: string, model: string, input: number, output: number) => number {
  const { catalog } = context.service(llmService);
  return (provider, model, input, output) => costOf(catalog, provider, model, input, output);
}

type Answer =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "late" };

async function within(
  context: CallContext,
  budget: PredicateBudget | undefined,
  when: Value,
  event: Value,
): Promise<Answer> {
  const stop = new AbortController();
  const answer = settled(context.callAsync(when, [event], stop.signal));
  if (budget?.timeoutMs === undefined) return answer;
  let cancel = (): void => {};
  const late = new Promise<Answer>((resolve) => {
    cancel = context.host.clock.schedule(budget.timeoutMs ?? 0, () => resolve({ kind: "late" }));
  });
  const first = await Promise.race([answer, late]);
  cancel();
  if (first.kind === "late") stop.abort();
  return first;
}

async function settled(answer: Promise<Value>): Promise<Answer> {
  try {
    return { kind: "value", value: await answer };
  } catch (error) {
    if (!(error instanceof Raise)) throw error;
    return { kind: "failed", reason: show(error.value) };
  }
}

interface Read {
  readonly result: boolean;
  readonly reason: string | null;
  readonly hasFailed: boolean;
}

function readAnswer(value: Value): Read {
  if (typeof value === "boolean") return { result: value, reason: null, hasFailed: false };
  if (isResult(value)) {
    const inner = value.fields[0] ?? null;
    if (value.variant === "Err") return { result: false, reason: show(inner), hasFailed: true };
    if (typeof inner === "boolean") return { result: inner, reason: null, hasFailed: false };
  }
  const reason = `predicate must return bool or Result<bool, _>, got ${typeName(value)}`;
  return { result: false, reason, hasFailed: true };
}

function exceeded(budget: PredicateBudget | undefined, { costUsd, tokens }: PredicateReplies): boolean {
  if (budget === undefined) return false;
  return (
    (budget.maxCostUsd !== undefined && costUsd > budget.maxCostUsd) ||
    (budget.tokensMax !== undefined && tokens > budget.tokensMax)
  );
}

type Used = Pick<PredicateVerdict, "text" | "isCached" | "costUsd" | "tokens">;

function overBudget(binding: Binding, used: Used, reason: string): Called {
  const exhausted = { reason, strategy: binding.spec.budget.onExhausted };
  return { verdict: { result: false, reason, ...used, exhausted }, hasFailed: false };
}

function refused(reason: string): Omit<PredicateVerdict, "latencyMs"> {
  return { result: false, reason, text, isCached: false, costUsd: 0, tokens: 0, exhausted: null };
}

function verdictJson({ binding, event, replayOf }: Dispatch, verdict: PredicateVerdict): JsonObject {
  return {
    trigger_id: binding.spec.id,
    event_id: event.id,
    result: verdict.result,
    reason: verdict.reason,
    cached: verdict.isCached,
    cost_usd: verdict.costUsd,
    tokens: verdict.tokens,
    latency_ms: verdict.latencyMs,
    on_budget_exhausted: verdict.exhausted?.strategy ?? null,
    replay_of_event_id: replayOf,
  };
}

function recordExhaustion(dispatch: Dispatch, log: DispatchLog, verdict: PredicateVerdict): void {
  const { binding, event, replayOf } = dispatch;
  const { whenBudget, budget } = binding.spec;
  const about = { trigger_id: binding.spec.id, event_id: event.id, replay_of_event_id: replayOf };
  const used = { cost_usd: verdict.costUsd, tokens: verdict.tokens };
  log.lifecycle(dispatch, "predicate.budget_exceeded", {
    ...about,
    ...used,
    reason: verdict.reason,
    strategy: budget.onExhausted,
    expected_cost_usd: verdict.costUsd,
    cost_today_usd: verdict.costUsd,
    cost_hour_usd: verdict.costUsd,
    daily_limit_usd: budget.dailyCostUsd,
    hourly_limit_usd: budget.hourlyCostUsd,
  });
  log.lifecycle(dispatch, "predicate.invocation_budget_exceeded", {
    ...about,
    ...used,
    max_cost_usd: whenBudget?.maxCostUsd ?? null,
    tokens_max: whenBudget?.tokensMax ?? null,
  });
}

function warn(context: CallContext, message: string): void {
  context.write("stderr", `[harn] warning: ${message}\n`);
}
