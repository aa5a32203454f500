// How a log on a disk commits. The store says what a transaction is; here it is decided when one begins and ends.
//
// G1. The first write after a commit opens a transaction; later ones join it.
// G2. One commit acknowledges all writes since the last. It comes at once when somebody waits for durability, else after a short
//     linger, so that other processes are never kept out for long.
// G3. What is to be written before a commit is: a commit that fails there is not made.
// G4. A write or commit that fails fails the log for good: events may have been seen by readers here that the store lacks.
import { EventLogError, type EventLogErrorCategory, stepError } from "../../eventlog/index.ts";

export interface TransactionStore {
  readonly category: EventLogErrorCategory;
  /** The file or folder that failures name. */
  readonly location: string;
  begin(): void;
  commit(): void;
  /** Takes back what the transaction wrote, as far as that can be done. */
  rollback(): void;
  /** The log is lost: whoever reads it live is to be told. */
  failed(error: EventLogError): void;
}

interface Waiter {
  resolve(): void;
  reject(error: EventLogError): void;
}

/** Milliseconds that appends wait for company when nobody waits for them. */
const linger = 5;
/**
 * Milliseconds after which a program that never yields has its appends committed in between: long enough that a slow disk takes a
 * small share of its time, short enough for other processes that wait.
 */
function longestTransaction(lastCommit: number): number {
  return Math.min(Math.max(20 * lastCommit, 100), 1000);
}

export class GroupCommit {
  readonly #store: TransactionStore;
  #started: number | undefined;
  /** How long the last commit took, in milliseconds. */
  #lastCommit = 0;
  #linger: NodeJS.Timeout | undefined;
  #commitSoon: NodeJS.Immediate | undefined;
  #waiters: Waiter[] = [];
  #failure: EventLogError | undefined;
  #isClosed = false;
  /** To be called before a commit (G3). */
  beforeCommit: (() => void) | undefined;

  constructor(store: TransactionStore) {
    this.#store = store;
  }

  get isOpen(): boolean {
    return this.#started !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isDurable(): boolean {
    return this.#started === undefined && this.#failure === undefined;
  }

  /** Joins the open transaction, or opens one. */
  begin(): void {
    this.requireUsable();
    if (this.#started !== undefined) {
      // Asked at every append, so of the cheapest clock. One that was set back ends the transaction as well.
      const age = Date.now() - this.#started;
      if (age >= 0 && age < longestTransaction(this.#lastCommit)) return;
      this.commit();
    }
    // Nothing is lost yet when a transaction cannot begin: the caller alone is told.
    try {
      this.#store.begin();
    } catch (cause) {
      throw stepError(this.#store.category, "transaction", cause, this.#store.location);
    }
    this.#started = Date.now();
    this.#linger = setTimeout(() => this.#tryCommit(), linger);
  }

  /** Runs a step of the open transaction. */
  write<T>(step: string, run: () => T): T {
    try {
      return run();
    } catch (cause) {
      throw this.fail(stepError(this.#store.category, step, cause, this.#store.location));
    }
  }

  /** Makes everything since the last commit durable and tells whoever waits. */
  commit(): void {
    if (this.#started === undefined) return;
    this.#stopTimers();
    const begun = Date.now();
    this.write("commit", () => {
      this.beforeCommit?.();
      this.#store.commit();
    });
    this.#lastCommit = Math.max(0, Date.now() - begun);
    this.#started = undefined;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  durable(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#started === undefined) return Promise.resolve();
    this.#commitSoon ??= setImmediate(() => this.#tryCommit());
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  durableNow(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.commit();
  }

  fail(error: EventLogError): EventLogError {
    if (this.#failure !== undefined) return this.#failure;
    this.#failure = error;
    this.#stopTimers();
    this.#started = undefined;
    this.#store.rollback();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    this.#store.failed(error);
    return error;
  }

  /** Commits what is open. Throws what failed the log, now or before. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      if (this.#failure !== undefined) throw this.#failure;
      this.commit();
    } finally {
      this.#stopTimers();
    }
  }

  requireUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isClosed) throw new EventLogError("closed", "event log is closed");
  }

  /** For timers: the failure reaches whoever waits, and whoever writes next. */
  #tryCommit(): void {
    try {
      this.commit();
    } catch (error) {
      if (error !== this.#failure) throw error;
    }
  }

  #stopTimers(): void {
    clearTimeout(this.#linger);
    clearImmediate(this.#commitSoon);
    this.#linger = undefined;
    this.#commitSoon = undefined;
  }
}
