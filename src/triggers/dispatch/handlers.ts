import type { CallContext } from "../../builtin/index.ts";
import { type DispatchScope, dispatchScope, type Json, type JsonObject, jsonOfValue } from "../../eventlog/index.ts";
import type { DictValue } from "../../value/index.ts";
import { type AutonomyTier, autonomyTiers } from "../bindings/binding.ts";
import { eventJson, eventValue, type TriggerEvent } from "../events/event.ts";
import type { WorkerQueue } from "../queue/worker-queue.ts";
import type { Dispatch } from "./dispatch-log.ts";
import { HandlerRefused } from "./handler-failure.ts";

/** What other parts of the runtime do for handlers that are not closures. A part that is absent refuses its handlers. */
export interface HandlerPorts {
  readonly spawnToPool?: (context: CallContext, dispatch: Dispatch, config: DictValue) => Promise<Json>;
  readonly injectReminder?: (context: CallContext, dispatch: Dispatch, config: DictValue) => Promise<Json>;
  readonly interruptWorkers?: (context: CallContext, dispatch: Dispatch, config: DictValue) => Promise<Json>;
  readonly resumeWorker?: (context: CallContext, workerId: string, event: TriggerEvent) => Promise<Json>;
  readonly callAgent?: (context: CallContext, target: string, event: TriggerEvent) => Promise<Json>;
  readonly firePersona?: (context: CallContext, name: string, event: TriggerEvent) => Promise<Json>;
}

export interface Invocation {
  readonly context: CallContext;
  readonly dispatch: Dispatch;
  readonly tier: AutonomyTier;
  readonly queue: WorkerQueue;
  readonly ports: HandlerPorts;
  /** Ends a closure that runs. */
  readonly stop: AbortSignal;
}

/** Calls the handler once and gives its result as JSON. */
export async function invokeHandler(invocation: Invocation): Promise<Json> {
  const { context, dispatch, queue, ports } = invocation;
  const { binding, event } = dispatch;
  const { handler, priority } = binding.spec;
  switch (handler.kind) {
    case "local":
      return jsonOfValue(await callClosure(invocation, handler.closure));
    case "worker":
      return await queue.enqueue(handler.queue, { binding, event, priority });
    case "spawn_to_pool":
      return await need(ports.spawnToPool, "pools")(context, dispatch, handler.config);
    case "reminder_inject":
      return await need(ports.injectReminder, "session reminders")(context, dispatch, handler.config);
    case "interrupt_and_suspend":
      return await need(ports.interruptWorkers, "workers")(context, dispatch, handler.config);
    case "auto_resume":
      return await need(ports.resumeWorker, "workers")(context, handler.workerId, event);
    case "a2a":
      return await need(ports.callAgent, "a client for remote agents (a2a://)")(context, handler.target, event);
    case "persona":
      return await need(ports.firePersona, "personas")(context, handler.name, event);
  }
}

function need<T>(port: T | undefined, what: string): T {
  if (port === undefined) throw new HandlerRefused(`the handler needs ${what}, which this runtime does not have`);
  return port;
}

async function callClosure(
  { context, dispatch, tier, stop }: Invocation,
  closure: Parameters<CallContext["call0"]>[0],
) {
  const outer = context.scoped(dispatchScope);
  context.setScoped(dispatchScope, new HandlerScope(dispatch, tier));
  try {
    return await context.callAsync(closure, [eventValue(dispatch.event)], stop);
  } finally {
    context.setScoped(dispatchScope, outer);
  }
}

/** What the tasks of a handler know about their dispatch. */
export class HandlerScope implements DispatchScope {
  readonly dispatch: Dispatch;
  readonly tier: AutonomyTier;
  readonly #counts = new Map<string, number>();

  constructor(dispatch: Dispatch, tier: AutonomyTier) {
    this.dispatch = dispatch;
    this.tier = tier;
  }

  get eventId(): string {
    return this.dispatch.event.id;
  }

  get replayOfEventId(): string | undefined {
    return this.dispatch.replayOf ?? undefined;
  }

  get traceId(): string {
    return this.dispatch.event.traceId;
  }

  get agentId(): string {
    return this.dispatch.binding.spec.id;
  }

  get bindingId(): string {
    return this.dispatch.binding.spec.id;
  }

  get bindingVersion(): number {
    return this.dispatch.binding.version;
  }

  get isReplay(): boolean {
    return this.dispatch.replayOf !== null;
  }

  get event(): JsonObject {
    return eventJson(this.dispatch.event);
  }

  /** `github.issues.opened`. */
  get action(): string {
    return `${this.dispatch.event.provider}.${this.dispatch.event.kind}`;
  }

  next(kind: string): number {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return count;
  }
}

export function isTier(name: string): name is AutonomyTier {
  return autonomyTiers.some((tier) => tier === name);
}
