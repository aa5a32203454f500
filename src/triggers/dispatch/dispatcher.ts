// One event at one binding: gates, attempts, what becomes of it.
//
// D1. What happens is in the log before the next step, so a run that is killed leaves a dispatch that can be told from its
//     records, and the event stays queued until a record says that it was begun.
// D2. An event that nobody wants any more (a cancel request) is not begun; a handler that runs for it is ended.
// D3. A replay ignores cancel requests before attempts, and answers waits and predicates from what was recorded.
import type { CallContext } from "../../builtin/index.ts";
import { type ActiveLog, type EventLog, type Json, rfc3339, waitDurably } from "../../eventlog/index.ts";
import { cancelRequestsTopic } from "../../lifecycle/index.ts";
import type { AutonomyTier, Binding, BudgetStrategy } from "../bindings/binding.ts";
import { targetUri } from "../bindings/handler.ts";
import { RegistryError, type TriggerRegistry } from "../bindings/registry.ts";
import { delayBefore } from "../bindings/retry.ts";
import type { TriggerEvent } from "../events/event.ts";
import type { WorkerQueue } from "../queue/worker-queue.ts";
import { countDecision, exhaustedAutonomy, requestAutonomyApproval } from "./autonomy.ts";
import { CancelRequests } from "./cancel-requests.ts";
import type { DestinationCircuits } from "./circuits.ts";
import { type Dispatch, DispatchLog } from "./dispatch-log.ts";
import { FlowGates } from "./flow-control.ts";
import { cancelledByRequest, type HandlerFailure, handlerFailure } from "./handler-failure.ts";
import { type HandlerPorts, invokeHandler } from "./handlers.ts";
import type { AttemptRecord, DispatchOutcome, DispatchStatus } from "./outcome.ts";
import { Predicates } from "./predicate.ts";
import { PredicateReplyStore } from "./predicate-replies.ts";
import { countCost, exhaustedSpending } from "./spending.ts";

export interface DispatcherOptions {
  readonly log: ActiveLog;
  readonly registry: TriggerRegistry;
  readonly queue: WorkerQueue;
  readonly ports: HandlerPorts;
  /** How far the trigger may go on its own, which what it did before may change. */
  readonly tierOf: (binding: Binding) => Promise<AutonomyTier>;
  /** Told of every dispatch that came to an end. */
  readonly onFinished: (dispatch: Dispatch, tier: AutonomyTier, outcome: DispatchOutcome) => Promise<void>;
}

export interface DispatchRequest {
  readonly binding: Binding;
  readonly event: TriggerEvent;
  /** The event that is repeated. */
  readonly replayOf?: string;
  /** Which destinations are left alone, and why. */
  readonly circuits: DestinationCircuits;
}

interface Ending {
  readonly status: DispatchStatus;
  readonly attemptCount: number;
  readonly result?: Json;
  readonly error?: string;
  /** Not an action of the trigger: nothing to hold it to. */
  readonly isUntrusted?: boolean;
}

interface Work {
  readonly context: CallContext;
  readonly dispatch: Dispatch;
  readonly circuits: DestinationCircuits;
  readonly tier: AutonomyTier;
}

const cancelledRetryWait = "dispatcher shutdown cancelled retry wait";

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #records: DispatchLog;
  readonly #predicates = new Predicates();
  readonly #gates = new FlowGates();
  readonly #cancels: CancelRequests;
  readonly #replies: PredicateReplyStore;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#records = new DispatchLog(options.log);
    this.#cancels = new CancelRequests(options.log);
    this.#replies = new PredicateReplyStore(options.log);
  }

  async dispatch(context: CallContext, request: DispatchRequest): Promise<DispatchOutcome> {
    const { binding, event, replayOf = null, circuits } = request;
    this.#refuseUnready(binding, replayOf !== null);
    const dispatch: Dispatch = { binding, event, replayOf };
    const { registry } = this.#options;
    const tier = await this.#options.tierOf(binding);
    registry.begin(binding);
    try {
      this.#records.graph(dispatch, { kind: "received" });
      const ending = await this.#run({ context, dispatch, circuits, tier });
      this.#count(binding, ending.status);
      const outcome = outcomeOf(dispatch, ending);
      if (ending.isUntrusted !== true) await this.#options.onFinished(dispatch, tier, outcome);
      return outcome;
    } finally {
      registry.end(binding);
    }
  }

  /** Hands an event to everybody who wants it, one after the other. */
  async dispatchMatching(
    context: CallContext,
    event: TriggerEvent,
    circuits: DestinationCircuits,
  ): Promise<readonly DispatchOutcome[]> {
    const outcomes: DispatchOutcome[] = [];
    for (const binding of this.#options.registry.matching(event))
      outcomes.push(await this.dispatch(context, { binding, event, circuits }));
    return outcomes;
  }

  #refuseUnready({ spec, version, state }: Binding, isReplay: boolean): void {
    if (state === "paused" || (state === "terminated" && !isReplay))
      throw new RegistryError(`trigger binding '${spec.id}' version ${version} is ${state}`);
  }

  #count({ metrics }: Binding, status: DispatchStatus): void {
    if (status === "succeeded" || status === "skipped") metrics.dispatched++;
    else if (status === "failed") metrics.failed++;
    else if (status === "dlq") metrics.deadLettered++;
  }

  async #run(work: Work): Promise<Ending> {
    const { context, dispatch } = work;
    const { binding, event, replayOf } = dispatch;
    if (replayOf === null && (await this.#cancels.has(binding.key, event.id))) return cancelledBefore(1);
    const spent = exhaustedSpending(binding, 0, context.host.clock.now());
    if (spent !== undefined && binding.spec.budget.onExhausted !== "warn")
      return this.#refuse(dispatch, binding.spec.budget.onExhausted, "budget", spent, context.host.clock.now());
    const refusal = await this.#askPredicate(work);
    if (refusal !== undefined) return refusal;
    const now = context.host.clock.now();
    const exhausted = exhaustedAutonomy(dispatch, now);
    if (exhausted !== undefined) {
      const result = await requestAutonomyApproval(context, dispatch, this.#records, exhausted);
      return { status: "waiting", attemptCount: 0, result };
    }
    countDecision(dispatch, now);
    const gate = await this.#gates.pass(context, binding, event);
    if (gate.kind === "refused") {
      const detail = { flow_control: gate.reason };
      this.#records.skipped(dispatch, "flow_control", detail);
      return { status: "skipped", attemptCount: 0, result: { skipped: true, ...detail }, isUntrusted: true };
    }
    try {
      return await this.#attempt({ ...work, dispatch: { ...dispatch, event: gate.event } });
    } finally {
      gate.leave();
    }
  }

  // ------------------------------------------------------------ predicate

  async #askPredicate({ context, dispatch }: Work): Promise<Ending | undefined> {
    if (dispatch.binding.spec.when === null) return undefined;
    const verdict = await this.#predicates.evaluate({ context, dispatch, log: this.#records, replies: this.#replies });
    countCost(dispatch.binding, verdict.costUsd, context.host.clock.now());
    if (verdict.result) return undefined;
    const strategy = verdict.exhausted?.strategy ?? "false";
    if (strategy === "warn") return undefined;
    return this.#refuse(dispatch, strategy, verdict.text, verdict.reason, context.host.clock.now());
  }

  /** What the binding wants done with an event that is not to be handled now. */
  #refuse(
    dispatch: Dispatch,
    strategy: Exclude<BudgetStrategy, "warn">,
    predicate: string,
    reason: string | null,
    now: number,
  ): Ending {
    switch (strategy) {
      case "fail":
        return this.#deadLetter(dispatch, [], `trigger budget exhausted: ${reason ?? ""}`);
      case "retry_later":
        return this.#defer(dispatch, predicate, reason, now);
      case "false": {
        const detail = { predicate, reason };
        this.#records.skipped(dispatch, "predicate", detail);
        return { status: "skipped", attemptCount: 0, result: { skipped: true, ...detail } };
      }
    }
  }

  /** Budgets begin anew at midnight, UTC. */
  #defer(dispatch: Dispatch, predicate: string, reason: string | null, now: number): Ending {
    const dayMs = 24 * 3_600_000;
    const retryAt = rfc3339((Math.floor(now / dayMs) + 1) * dayMs);
    this.#records.deferred(dispatch, reason ?? "", retryAt);
    this.#records.skipped(dispatch, "predicate", { deferred: true, reason, retry_at: retryAt });
    return { status: "waiting", attemptCount: 0, result: { deferred: true, predicate, reason } };
  }

  // ------------------------------------------------------------- attempts

  async #attempt(work: Work): Promise<Ending> {
    const { context, dispatch, circuits } = work;
    const { retry, handler } = dispatch.binding.spec;
    const destination = `${handler.kind}:${targetUri(handler)}`;
    const attempts: AttemptRecord[] = [];
    for (let attempt = 1; ; attempt++) {
      const wait = circuits.waitFor(destination, context.host.clock.monotonic());
      if (wait !== undefined) {
        const seconds = Math.ceil(wait / 1000);
        return this.#deadLetter(
          dispatch,
          attempts,
          `destination circuit open for ${destination}; retry after ${seconds}s`,
        );
      }
      if (dispatch.replayOf === null && (await this.#isCancelled(dispatch))) return cancelledBefore(attempt);
      const tried = await this.#tryOnce(work, attempt);
      attempts.push(tried.record);
      if (tried.failure === undefined) {
        circuits.succeeded(destination);
        return { status: "succeeded", attemptCount: attempt, result: tried.result };
      }
      const { kind, message, isRetryable } = tried.failure;
      if (kind === "waiting")
        return { status: "waiting", attemptCount: attempt, result: { waiting: true, message }, isUntrusted: true };
      if (kind === "cancelled") return { status: "cancelled", attemptCount: attempt, error: message };
      if (!isRetryable) return { status: "failed", attemptCount: attempt, error: message };
      if (circuits.failed(destination, context.host.clock.monotonic())) {
        const failures = circuits.threshold;
        const opened = `destination circuit opened for ${destination} after ${failures} consecutive failures: ${message}`;
        return this.#deadLetter(dispatch, attempts, opened);
      }
      if (attempt >= retry.maxAttempts) return this.#deadLetter(dispatch, attempts, message);
      const isOn = await this.#waitForRetry(work, attempt + 1, message);
      if (!isOn) return { status: "cancelled", attemptCount: attempt, error: cancelledRetryWait };
    }
  }

  async #tryOnce(
    work: Work,
    attempt: number,
  ): Promise<{ readonly record: AttemptRecord; readonly result: Json; readonly failure: HandlerFailure | undefined }> {
    const { context, dispatch } = work;
    const { clock } = context.host;
    this.#records.started(dispatch, attempt);
    const startedAt = rfc3339(clock.now());
    const recordOf = (outcome: AttemptRecord["outcome"], error: string | null): AttemptRecord => {
      const record = { attempt, startedAt, completedAt: rfc3339(clock.now()), outcome, error };
      this.#records.attempted(dispatch, record);
      return record;
    };
    try {
      const result = await this.#invoke(work);
      const record = recordOf("success", null);
      this.#records.succeeded(dispatch, attempt, result);
      return { record, result, failure: undefined };
    } catch (error) {
      const failure = error === cancelRequest ? cancelFailure : handlerFailure(error);
      const record = recordOf(failure.kind, failure.message);
      if (failure.kind === "waiting")
        this.#records.waiting(dispatch, attempt, failure.message, failure.waitpoints ?? []);
      else this.#records.failed(dispatch, attempt, failure.message);
      return { record, result: null, failure };
    }
  }

  /** Runs the handler; a cancel request that comes meanwhile ends a closure. */
  async #invoke({ context, dispatch, tier }: Work): Promise<Json> {
    const { queue, ports } = this.#options;
    const stop = new AbortController();
    const running = invokeHandler({ context, dispatch, tier, queue, ports, stop: stop.signal });
    if (dispatch.binding.spec.handler.kind !== "local") return running;
    const watched = this.#watchForCancel(dispatch);
    try {
      const first = await Promise.race([running.then((result) => ({ result })), watched.cancelled]);
      if (first !== undefined) return first.result;
      stop.abort();
      await running.catch(() => {});
      throw cancelRequest;
    } finally {
      watched.stop();
    }
  }

  /** `cancelled` resolves when a request for the dispatch is there. */
  #watchForCancel(dispatch: Dispatch): { readonly cancelled: Promise<undefined>; readonly stop: () => void } {
    const subscription = this.#log.subscribe(cancelRequestsTopic);
    const cancelled = (async (): Promise<undefined> => {
      for await (const _event of subscription) if (await this.#isCancelled(dispatch)) return undefined;
      return await new Promise<never>(() => {});
    })();
    return { cancelled, stop: () => subscription.close() };
  }

  async #waitForRetry({ context, dispatch }: Work, attempt: number, error: string): Promise<boolean> {
    const delayMs = delayBefore(attempt, dispatch.binding.spec.retry.backoff);
    this.#records.retryScheduled(dispatch, attempt, delayMs, error);
    if (delayMs === 0) return true;
    const ended = await waitDurably(context, {
      log: this.#log,
      topics: dispatch.replayOf === null ? [cancelRequestsTopic] : [],
      timeoutMs: delayMs,
      look: async () => ((await this.#isCancelled(dispatch)) ? true : undefined),
    });
    return ended.kind === "timed_out";
  }

  #isCancelled({ binding, event, replayOf }: Dispatch): Promise<boolean> {
    return replayOf === null ? this.#cancels.has(binding.key, event.id) : Promise.resolve(false);
  }

  #deadLetter(dispatch: Dispatch, attempts: readonly AttemptRecord[], error: string): Ending {
    this.#records.deadLettered(dispatch, attempts, error);
    return { status: "dlq", attemptCount: attempts.length, error };
  }

  get #log(): EventLog {
    return this.#options.log.getOrCreate();
  }
}

const cancelRequest = Symbol("cancel request");
const cancelFailure: HandlerFailure = { kind: "cancelled", message: cancelledByRequest, isRetryable: false };

function cancelledBefore(attempt: number): Ending {
  const error = `trigger cancel request cancelled dispatch before attempt ${attempt}`;
  return { status: "cancelled", attemptCount: attempt - 1, error, isUntrusted: true };
}

function outcomeOf({ binding, event, replayOf }: Dispatch, ending: Ending): DispatchOutcome {
  const { spec } = binding;
  return {
    triggerId: spec.id,
    bindingKey: binding.key,
    eventId: event.id,
    attemptCount: ending.attemptCount,
    status: ending.status,
    handlerKind: spec.handler.kind,
    targetUri: targetUri(spec.handler),
    replayOfEventId: replayOf,
    result: ending.result ?? null,
    error: ending.error ?? null,
  };
}
