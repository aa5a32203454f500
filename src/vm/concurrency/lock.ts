import { type HostClock, type Outcome, SUSPENDED, type WaitReason } from "../../builtin/index.ts";
import { DictValue, HandleValue, runtimeError, type Value } from "../../value/index.ts";
import type { Holding, Task } from "../task.ts";
import { after } from "./timer.ts";
import { WaitLine } from "./wait-line.ts";

interface Waiter {
  readonly task: Task;
  readonly permits: number;
  grant(permit: Permit): void;
}

/**
 * Permits under one name, handed out in the order in which they were asked for: a mutex has one, a semaphore several, and
 * of a read-write lock a reader takes one and a writer all.
 *
 * L1. Nobody passes a waiter: as long as somebody waits, the next permits are for the first of them.
 * L2. A permit that its taker never sees goes back at once.
 */
export class Lock {
  readonly kind: string;
  readonly key: string;
  readonly capacity: number;
  readonly #clock: HostClock;
  readonly #waiters = new WaitLine<Waiter>();
  readonly #permits = new Set<Permit>();
  /** One object for all who wait: they may be many. */
  readonly #forPermit: WaitReason;
  readonly #forPermitInTime: WaitReason;
  #held = 0;
  #acquired = 0;
  #timeouts = 0;
  #cancellations = 0;
  #releases = 0;
  #deepestQueue = 0;
  #waitedMs = 0;
  #heldMs = 0;

  constructor(kind: string, key: string, capacity: number, clock: HostClock) {
    this.kind = kind;
    this.key = key;
    this.capacity = capacity;
    this.#clock = clock;
    this.#forPermit = { kind: "lock", detail: `${kind} ${key}`, blockers: () => this.#holders() };
    this.#forPermitInTime = { ...this.#forPermit, isLimited: true };
  }

  /** A permit, or nil when the time is up. Without a limit it waits as long as it takes. */
  acquire(task: Task, permits: number, timeoutMs: number | undefined): Outcome {
    if (permits > this.capacity) {
      throw runtimeError(`sync ${this.kind} '${this.key}' requested ${permits} permits from capacity ${this.capacity}`);
    }
    if (this.#waiters.size === 0 && this.#held + permits <= this.capacity) return this.#lease(task, permits);
    if (timeoutMs === 0) {
      this.#timeouts++;
      return null;
    }
    return this.#wait(task, permits, timeoutMs);
  }

  #wait(task: Task, permits: number, timeoutMs: number | undefined): typeof SUSPENDED {
    let cancelTimer = (): void => {};
    let granted: Permit | undefined;
    const began = this.#clock.monotonic();
    const reason = timeoutMs === undefined ? this.#forPermit : this.#forPermitInTime;
    const waker = task.park(reason, () => {
      cancelTimer();
      if (granted) granted.release();
      else if (this.#waiters.leave(waiter)) this.#afterWithdrawal(task);
    });
    const waiter: Waiter = {
      task,
      permits,
      grant: (permit) => {
        cancelTimer();
        granted = permit;
        this.#waitedMs += permit.since - began;
        waker.wake(permit);
      },
    };
    this.#waiters.join(waiter);
    this.#deepestQueue = Math.max(this.#deepestQueue, this.#waiters.size);
    if (timeoutMs !== undefined) {
      cancelTimer = after(this.#clock, timeoutMs, () => {
        this.#waiters.leave(waiter);
        this.#timeouts++;
        waker.wake(null);
        this.#grantNext();
      });
    }
    return SUSPENDED;
  }

  #afterWithdrawal(task: Task): void {
    if (task.isCancelled) this.#cancellations++;
    this.#grantNext();
  }

  #lease(task: Task, permits: number, now = this.#clock.monotonic()): Permit {
    this.#acquired++;
    this.#held += permits;
    const permit = new Permit(this, task, permits, now);
    this.#permits.add(permit);
    return permit;
  }

  #holders(): readonly string[] {
    return [...this.#permits].flatMap(({ holder }) => (holder ? [holder.taskId] : []));
  }

  takeBack(permit: Permit, permits: number, since: number): void {
    this.#permits.delete(permit);
    this.#releases++;
    this.#held -= permits;
    const now = this.#clock.monotonic();
    this.#heldMs += now - since;
    this.#grantNext(now);
  }

  #grantNext(now?: number): void {
    for (let waiter = this.#waiters.first; waiter; waiter = this.#waiters.first) {
      if (this.#held + waiter.permits > this.capacity) return;
      this.#waiters.shift();
      waiter.grant(this.#lease(waiter.task, waiter.permits, now));
    }
  }

  metrics(): Value {
    return DictValue.of({
      kind: this.kind,
      key: this.key,
      capacity: this.capacity,
      acquisition_count: this.#acquired,
      timeout_count: this.#timeouts,
      cancellation_count: this.#cancellations,
      release_count: this.#releases,
      current_held: this.#held,
      current_queue_depth: this.#waiters.size,
      max_queue_depth: this.#deepestQueue,
      total_wait_ms: Math.floor(this.#waitedMs),
      total_held_ms: Math.floor(this.#heldMs),
    });
  }
}

/** The right to go on that a lock gave. The task that has it when it fails gives it back. */
export class Permit extends HandleValue implements Holding {
  readonly typeName = "sync_permit";
  readonly lock: Lock;
  readonly #permits: number;
  /** When it was given, on the monotonic clock in milliseconds. */
  readonly since: number;
  #holder: Task | undefined;

  constructor(lock: Lock, holder: Task, permits: number, since: number) {
    super();
    this.lock = lock;
    this.#permits = permits;
    this.since = since;
    this.passTo(holder);
  }

  get holder(): Task | undefined {
    return this.#holder;
  }

  override show(): string {
    return `<sync_permit:${this.lock.kind}:${this.lock.key}>`;
  }

  override equals(other: Value): boolean {
    return other === this;
  }

  override drop(): void {
    this.release();
  }

  passTo(task: Task): void {
    this.#holder = task;
    task.held ??= new Set();
    task.held.add(this);
  }

  /** False when it was given back before. */
  release(): boolean {
    if (!this.#holder) return false;
    this.#holder.held?.delete(this);
    this.#holder = undefined;
    this.lock.takeBack(this, this.#permits, this.since);
    return true;
  }
}
