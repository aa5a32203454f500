import { type HostClock, type Outcome, SUSPENDED, type WaitReason } from "../../builtin/index.ts";
import { DictValue, HandleValue, runtimeError, type Value } from "../../value/index.ts";
import type { Holding } from "../holding.ts";
import type { Task } from "../task.ts";
import { after } from "./timer.ts";
import { WaitInLine, WaitLine } from "./wait-line.ts";

/** One task that waits for permits. */
class ParkedTaker extends WaitInLine {
  readonly #lock: Lock;
  readonly permits: number;
  /** On the monotonic clock, in milliseconds. */
  readonly began: number;
  granted: Permit | undefined;
  cancelTimer: (() => void) | undefined;

  constructor(lock: Lock, task: Task, permits: number, reason: WaitReason, began: number) {
    super(task, reason);
    this.#lock = lock;
    this.permits = permits;
    this.began = began;
  }

  override abandon(): void {
    this.#lock.abandon(this);
  }
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
  readonly #waiters = new WaitLine<ParkedTaker>();
  /** Those that are out, in no order. */
  readonly #permits: Permit[] = [];
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
    const reason = timeoutMs === undefined ? this.#forPermit : this.#forPermitInTime;
    const taker = new ParkedTaker(this, task, permits, reason, this.#clock.monotonic());
    this.#waiters.join(taker);
    this.#deepestQueue = Math.max(this.#deepestQueue, this.#waiters.size);
    if (timeoutMs !== undefined) taker.cancelTimer = after(this.#clock, timeoutMs, () => this.#giveUp(taker));
    return SUSPENDED;
  }

  #giveUp(taker: ParkedTaker): void {
    this.#waiters.leave(taker);
    this.#timeouts++;
    taker.wake(null);
    this.#grantNext();
  }

  /** The wait ended otherwise. */
  abandon(taker: ParkedTaker): void {
    taker.cancelTimer?.();
    if (taker.granted) taker.granted.release();
    else if (this.#waiters.leave(taker)) {
      if (taker.task.isCancelled) this.#cancellations++;
      this.#grantNext();
    }
  }

  #lease(task: Task, permits: number, now = this.#clock.monotonic()): Permit {
    this.#acquired++;
    this.#held += permits;
    const permit = new Permit(this, task, permits, now, this.#permits.length);
    this.#permits.push(permit);
    return permit;
  }

  #holders(): readonly string[] {
    return this.#permits.flatMap(({ holder }) => (holder ? [holder.taskId] : []));
  }

  takeBack(permit: Permit, permits: number, since: number): void {
    this.#forget(permit);
    this.#releases++;
    this.#held -= permits;
    const now = this.#clock.monotonic();
    this.#heldMs += now - since;
    this.#grantNext(now);
  }

  #forget(permit: Permit): void {
    const last = this.#permits.pop();
    if (!last || last === permit) return;
    this.#permits[permit.index] = last;
    last.index = permit.index;
  }

  #grantNext(now?: number): void {
    for (let taker = this.#waiters.first; taker; taker = this.#waiters.first) {
      if (this.#held + taker.permits > this.capacity) return;
      this.#waiters.shift();
      this.#grant(taker, this.#lease(taker.task, taker.permits, now));
    }
  }

  #grant(taker: ParkedTaker, permit: Permit): void {
    taker.cancelTimer?.();
    taker.granted = permit;
    this.#waitedMs += permit.since - taker.began;
    taker.wake(permit);
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
  /** Its place among the lock's permits. */
  index: number;
  #holder: Task | undefined;

  constructor(lock: Lock, holder: Task, permits: number, since: number, index: number) {
    super();
    this.index = index;
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
    if (task.held) task.held.push(this);
    else task.held = [this];
  }

  /** False when it was given back before. */
  release(): boolean {
    const holder = this.#holder;
    if (!holder) return false;
    const { held } = holder;
    // What was taken last is given back first, most often.
    if (held?.at(-1) === this) held.pop();
    else if (held) holder.held = held.filter((one) => one !== this);
    this.#holder = undefined;
    this.lock.takeBack(this, this.#permits, this.since);
    return true;
  }
}
