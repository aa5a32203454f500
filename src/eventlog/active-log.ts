import { type ServiceKey, serviceKey } from "../builtin/index.ts";
import type { EventLog } from "./contract.ts";
import { late } from "./late-modules.ts";

/** The runtime's event log, as a service of its builtins. */
export const activeLogKey: ServiceKey<ActiveLog> = serviceKey("event log");

/** Something else that must be on the disk before the outside sees what rests on it. */
export interface DurableState {
  readonly isDurable: boolean;
  durable(): Promise<void>;
  durableNow(): void;
}

export interface ActiveLogOptions {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Told when the pending log could not be opened; the runtime then goes on without one. */
  readonly onOpenFailure: (error: unknown) => void;
}

/**
 * The one log of a runtime. It may be pending: a program that never touches it then never creates its file. The first
 * `get()` opens it, a read as much as a write.
 */
export class ActiveLog {
  readonly #options: ActiveLogOptions;
  #log: EventLog | undefined;
  #pending: (() => EventLog) | undefined;
  readonly #joined: DurableState[] = [];

  constructor(options: ActiveLogOptions) {
    this.#options = options;
  }

  /** Whether a log is open. */
  get isOpen(): boolean {
    return this.#log !== undefined;
  }

  /** Makes `log` the active one; gives the one it replaces, which is the caller's to close. */
  install(log: EventLog): EventLog | undefined {
    const previous = this.#log;
    this.#log = log;
    return previous;
  }

  /** Opens later, unless a log is active already; replaces an earlier pending one. */
  installLazily(open: () => EventLog): void {
    if (this.#log === undefined) this.#pending = open;
  }

  /** The active log, opened now if it is pending; `undefined` when there is none. */
  get(): EventLog | undefined {
    if (this.#log !== undefined || this.#pending === undefined) return this.#log;
    const open = this.#pending;
    this.#pending = undefined;
    try {
      this.#log = open();
    } catch (error) {
      this.#options.onOpenFailure(error);
    }
    return this.#log;
  }

  /** The active log, or a log in memory where there is neither an active nor a pending one. */
  getOrCreate(): EventLog {
    const present = this.get();
    if (present !== undefined) return present;
    const { MemoryEventLog } = late.memoryLog();
    this.#log = new MemoryEventLog({ now: this.#options.now });
    return this.#log;
  }

  /** Makes whoever waits for the log wait for `state` as well. */
  join(state: DurableState): void {
    this.#joined.push(state);
  }

  /** Whether `durable()` would have nothing to wait for. */
  get isDurable(): boolean {
    return (this.#log?.isDurable ?? true) && this.#joined.every((state) => state.isDurable);
  }

  /**
   * Resolves when whatever the run has appended, and what has joined, is durable: wait for it before anything becomes
   * visible outside.
   */
  async durable(): Promise<void> {
    await this.#log?.durable();
    for (const state of this.#joined) await state.durable();
  }

  /** The same at once. */
  durableNow(): void {
    this.#log?.durableNow();
    for (const state of this.#joined) state.durableNow();
  }

  /** Forgets both the active and the pending log, and gives the active one, which is the caller's to close. */
  reset(): EventLog | undefined {
    const log = this.#log;
    this.#log = undefined;
    this.#pending = undefined;
    return log;
  }
}
