// A place for scenarios: a log of its own, and a clock that moves only when it is moved.
import type { CallContext, HostClock, ServiceKey } from "../../builtin/index.ts";
import {
  ActiveLog,
  defaultQueueDepth,
  isJsonObject,
  type Json,
  type JsonObject,
  MemoryEventLog,
  rfc3339,
  type Topic,
} from "../../eventlog/index.ts";
import type { TriggerSpec } from "../bindings/binding.ts";
import { retryPolicy } from "../bindings/retry.ts";
import type { HandlerPorts } from "../dispatch/handlers.ts";
import type { TriggerEvent } from "../events/event.ts";
import { TriggerService } from "../service.ts";

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Time stands still until `runUntil` has nothing else to do; then it jumps to what is due next. */
export class StageClock implements HostClock {
  readonly start: number;
  #elapsed = 0;
  #timers: Timer[] = [];

  constructor(start: number) {
    this.start = start;
  }

  now(): number {
    return this.start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#elapsed + Math.max(0, milliseconds), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }

  /** Lets time pass, timer by timer, until the work is done. */
  async runUntil<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await settle();
      const [next] = [...this.#timers].sort((left, right) => left.due - right.due);
      if (isDone || next === undefined) continue;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.callback();
    }
    return done;
  }
}

/** Enough turns of the microtask queue for a dispatcher to come to its next wait. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await null;
}

export class Stage {
  readonly clock: StageClock;
  readonly log: ActiveLog;
  readonly uuid: () => string;
  readonly #context: CallContext;

  constructor(context: CallContext, uuid: () => string, start: string) {
    this.clock = new StageClock(Date.parse(start));
    this.uuid = uuid;
    const now = (): number => this.clock.now();
    this.log = new ActiveLog({ now, onOpenFailure: () => {} });
    this.log.install(new MemoryEventLog({ now, queueDepth: defaultQueueDepth }));
    this.#context = stagedContext(context, this.clock);
  }

  get context(): CallContext {
    return this.#context;
  }

  /** A service over the stage's log; two of them are two processes, one after the other. */
  service(ports: HandlerPorts = {}): TriggerService {
    const now = (): number => this.clock.now();
    return new TriggerService({ log: this.log, now, machineNow: now, uuid: this.uuid, ports });
  }

  event(kind: string, dedupeKey: string, more: Partial<TriggerEvent> = {}): TriggerEvent {
    const at = rfc3339(this.clock.now());
    return {
      id: `trigger_evt_${this.uuid()}`,
      provider: "webhook",
      kind,
      receivedAt: at,
      occurredAt: at,
      dedupeKey,
      traceId: `trace_${this.uuid()}`,
      tenantId: null,
      headers: {},
      providerPayload: { provider: "webhook", source: "harness", content_type: null, raw: {} },
      signature: { state: "unsigned" },
      ...more,
    };
  }

  /** Payloads of the records of one kind. */
  async records(topic: Topic, kind: string): Promise<readonly JsonObject[]> {
    const events = await this.log.getOrCreate().readRange(topic, undefined, Number.MAX_SAFE_INTEGER);
    return events.flatMap((event) => (event.kind === kind && isJsonObject(event.payload) ? [event.payload] : []));
  }

  /** Milliseconds since the scenario began. */
  since(time: Json | undefined): number {
    return typeof time === "string" ? Date.parse(time) - this.clock.start : 0;
  }
}

/** A trigger whose handler is the scenario's own port. */
export function stagedSpec(id: string, more: Partial<TriggerSpec> = {}): TriggerSpec {
  return {
    id,
    source: "manifest",
    kind: "webhook",
    provider: "webhook",
    tier: "act_auto",
    handler: { kind: "persona", name: "scenario" },
    priority: "normal",
    when: null,
    whenBudget: undefined,
    retry: retryPolicy(1, { kind: "linear", delayMs: 0 }),
    events: [],
    dedupeKey: null,
    dedupeRetentionDays: 7,
    filter: null,
    budget: {
      dailyCostUsd: null,
      hourlyCostUsd: null,
      decisionsPerHour: null,
      decisionsPerDay: null,
      maxConcurrent: null,
      onExhausted: "false",
    },
    flowControl: {},
    aggregation: undefined,
    manifestPath: null,
    packageName: null,
    ...more,
  };
}

/** The caller's own task, on the stage's clock. */
function stagedContext(context: CallContext, clock: HostClock): CallContext {
  return {
    host: { ...context.host, clock },
    signal: context.signal,
    taskId: context.taskId,
    service: (key) => context.service(key),
    call0: (callee) => context.call0(callee),
    call1: (callee, a) => context.call1(callee, a),
    call2: (callee, a, b) => context.call2(callee, a, b),
    call: (callee, args) => context.call(callee, args),
    callAsync: (callee, args, stop) => context.callAsync(callee, args, stop),
    resumeWith: (frame) => context.resumeWith(frame),
    wait: (promise) => context.wait(promise),
    async: (body) => context.async(body),
    park: (reason, abandon) => context.park(reason, abandon),
    scoped: <T>(key: ServiceKey<T>) => context.scoped(key),
    setScoped: (key, value) => context.setScoped(key, value),
    write: (stream, text) => context.write(stream, text),
  };
}
