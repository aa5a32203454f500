import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { ActiveLog, EventLog, Json, RunEvent } from "../eventlog/index.ts";
import type { Closure } from "../value/index.ts";
import { AuditLog } from "./audit-log.ts";
import { Changes } from "./changes.ts";
import { Handoffs } from "./handoffs.ts";
import { SessionHooks } from "./hooks/session-hooks.ts";
import type { LifecycleReceipts } from "./receipts/receipts.ts";
import { Sequence } from "./sequence.ts";
import { queuedTriggers } from "./unsettled/queued-triggers.ts";
import { noSources, type SubagentControl, type UnsettledSources } from "./unsettled/sources.ts";
import type { UnsettledState } from "./unsettled/state.ts";

export interface LifecycleOptions {
  readonly log: ActiveLog;
  /** Unix milliseconds, as the program sees time. */
  readonly now: () => number;
  /** Unix milliseconds of the machine; claims of workers expire by it. */
  readonly machineNow: () => number;
  /** Whether a pattern is found in a text; undefined for a pattern that is none. */
  readonly matchesRegex: (pattern: string, text: string) => boolean | undefined;
  /** To whoever observes the run. */
  readonly emit: (event: RunEvent) => void;
  /** Whether anybody does. */
  readonly isObserved: () => boolean;
}

/**
 * What one run knows about its end. The rules:
 *
 * L1. At most one callback is registered, the last one; the finish sequence takes it out before anything else happens.
 * L2. One sequence numbers audit entries and handoffs; taking entries out does not restart it.
 * L3. A body that fails leaves nothing: callback, entries, handoffs, disposition and numbering are as at the start. A finish
 *     sequence that fails leaves what was recorded until then.
 * L4. What was copied to the event log stays there.
 */
export class Lifecycle {
  readonly audits: AuditLog;
  readonly handoffs: Handoffs;
  readonly hooks: SessionHooks;
  /** Other parts put theirs in. */
  readonly sources: UnsettledSources = noSources();
  readonly changes = new Changes();
  readonly emit: LifecycleOptions["emit"];
  /** Signed records of what was decided about parked work; absent until somebody makes one. */
  receipts: LifecycleReceipts | undefined;
  /** Absent as long as the runtime has no workers. */
  subagents: SubagentControl | undefined;
  /** The run that work is done for; set by whoever begins one. */
  pipelineId: string | null = null;
  /** What `finalize` said the run ended as. */
  disposition: Json | undefined;
  /** Whether a settlement loop is at work. */
  isSettling = false;
  readonly #options: LifecycleOptions;
  readonly #sequence = new Sequence();
  #onFinish: Closure | undefined;

  constructor(options: LifecycleOptions) {
    const { log, now } = options;
    const pipelineId = (): string | null => this.pipelineId;
    this.#options = options;
    this.emit = options.emit;
    this.audits = new AuditLog({ sequence: this.#sequence, log, pipelineId });
    this.handoffs = new Handoffs({ sequence: this.#sequence, now, pipelineId });
    this.hooks = new SessionHooks(options.matchesRegex);
  }

  /** Ask before building an event that only observers of the run are told. */
  get isObserved(): boolean {
    return this.#options.isObserved();
  }

  get log(): EventLog | undefined {
    return this.#options.log.get();
  }

  now(): number {
    return this.#options.now();
  }

  machineNow(): number {
    return this.#options.machineNow();
  }

  onFinish(callback: Closure): void {
    this.#onFinish = callback;
  }

  takeOnFinish(): Closure | undefined {
    const callback = this.#onFinish;
    this.#onFinish = undefined;
    return callback;
  }

  reset(): void {
    this.#onFinish = undefined;
    this.audits.clear();
    this.handoffs.clear();
    this.disposition = undefined;
    this.#sequence.restart();
  }

  async unsettled(): Promise<UnsettledState> {
    const { log } = this;
    const now = this.now();
    const queued = log === undefined ? [] : await queuedTriggers(log, { now, machineNow: this.machineNow() });
    return {
      suspended_subagents: this.sources.suspendedSubagents(now),
      queued_triggers: queued,
      partial_handoffs: this.handoffs.snapshot(),
      in_flight_llm_calls: this.sources.inFlightModelCalls(now),
      pool_pending_tasks: this.sources.poolPendingTasks(now),
    };
  }

  /** Whether any worker is parked or waits for input. */
  hasSuspendedSubagents(): boolean {
    return this.sources.suspendedSubagents(this.now()).length > 0;
  }
}

export const lifecycleKey: ServiceKey<Lifecycle> = serviceKey<Lifecycle>("lifecycle");
