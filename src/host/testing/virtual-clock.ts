import { type HostClock, QueuedTimer, TimerQueue } from "../../builtin/index.ts";

/** A clock that stands still until it is told to move. Timers fire in the order they are due, oldest first among equals. */
export class VirtualClock implements HostClock {
  readonly #timers = new TimerQueue();
  #elapsed = 0;
  readonly #start: number;

  constructor(start = 0) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  get pending(): number {
    return this.#timers.size;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const timer = new QueuedTimer(this.#elapsed + Math.max(0, milliseconds), callback);
    this.#timers.add(timer);
    return () => this.#timers.remove(timer);
  }

  /** Timers set by a callback fire in the same advance when they become due within it. */
  advance(milliseconds: number): void {
    const target = this.#elapsed + milliseconds;
    for (let next = this.#timers.next(target); next !== undefined; next = this.#timers.next(target)) {
      this.#timers.remove(next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.callback();
    }
    this.#elapsed = target;
  }
}
