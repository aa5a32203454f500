import { type HostClock, QueuedTimer, TimerQueue } from "../../builtin/index.ts";

/** A clock that stands still until it is told to go on to its next timer. */
export class SteppingClock implements HostClock {
  readonly #timers = new TimerQueue();
  #elapsed = 0;
  readonly #turnMs: number;

  /** With `turnMs`, each turn of the event loop takes that long: for programs that never wait. */
  constructor(turnMs = 0) {
    this.#turnMs = turnMs;
  }

  now(): number {
    return this.#elapsed;
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

  /** Moves to the next timer and fires everything that is due then, oldest first. */
  step(): void {
    const first = this.#timers.next();
    if (!first) return;
    this.#elapsed = Math.max(this.#elapsed, first.due);
    this.#fireDue();
  }

  turn(): void {
    this.#elapsed += this.#turnMs;
    this.#fireDue();
  }

  #fireDue(): void {
    const now = this.#elapsed;
    for (let timer = this.#timers.next(now); timer; timer = this.#timers.next(now)) {
      this.#timers.remove(timer);
      timer.callback();
    }
  }
}
