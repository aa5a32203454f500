import { QueuedTimer, TimerQueue } from "../builtin/index.ts";

/** The longest delay that timers of JavaScript hosts take; anything longer fires at once. */
const longestDelay = 2 ** 31 - 1;

/** One timer of the host: calls back after so many whole milliseconds; the result takes it back. */
export type ArmTimer = (milliseconds: number, callback: () => void) => () => void;

/**
 * Any number of timers behind one of the host's: ten thousand tasks that sleep are a timer, not ten thousand, and those that are
 * due together wake in one turn of the event loop.
 *
 * T1. No timer fires before its time. Times are whole milliseconds of the clock, rounded up: so many are due together.
 * T2. What is due fires in the order of due times, oldest first among equals. Whoever was due earlier goes on before those
 *     that were due later fire, even when the host comes late to both. A timer that a callback sets waits for a later turn.
 * T3. As long as one waits, the host's timer is armed, so the process stays alive; with none it is not.
 * T4. A callback that throws is reported by the host like any other, and keeps no other timer from firing.
 */
export class SharedTimer {
  readonly #monotonic: () => number;
  readonly #arm: ArmTimer;
  readonly #queue = new TimerQueue();
  #disarm: (() => void) | undefined;
  /** When the host's timer fires, if it is armed. */
  #armedFor = Number.POSITIVE_INFINITY;
  readonly #fireDue = (): void => this.#fire();

  constructor(monotonic: () => number, arm: ArmTimer) {
    this.#monotonic = monotonic;
    this.#arm = arm;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const now = this.#monotonic();
    // Strictly after now, even without a delay: see T2.
    const timer = new QueuedTimer(Math.floor(now + Math.max(milliseconds, 0)) + 1, callback);
    this.#queue.add(timer);
    if (timer.due < this.#armedFor) this.#armFor(timer.due, now);
    return () => {
      if (this.#queue.remove(timer) && this.#queue.size === 0) this.#stop();
    };
  }

  #armFor(due: number, now: number): void {
    this.#stop();
    this.#armedFor = due;
    this.#disarm = this.#arm(Math.min(Math.max(1, due - Math.floor(now)), longestDelay), this.#fireDue);
  }

  #stop(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    this.#disarm = undefined;
    // Meanwhile nothing else needs to arm it.
    this.#armedFor = Number.NEGATIVE_INFINITY;
    this.#fireUpTo(this.#monotonic());
  }

  #fireUpTo(now: number): void {
    const first = this.#queue.next(now);
    if (!first) {
      this.#armedFor = Number.POSITIVE_INFINITY;
      const next = this.#queue.next();
      if (next) this.#armFor(next.due, now);
      return;
    }
    try {
      for (let timer: QueuedTimer | undefined = first; timer?.due === first.due; timer = this.#queue.next(now)) {
        this.#queue.remove(timer);
        timer.callback();
      }
    } finally {
      queueMicrotask(() => this.#fireUpTo(now));
    }
  }
}
