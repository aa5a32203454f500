import type { HostClock } from "../../builtin/index.ts";

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. Timers fire in the order they are due, oldest first among equals. */
export class VirtualClock implements HostClock {
  #timers: Timer[] = [];
  #elapsed = 0;
  #count = 0;
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
    return this.#timers.length;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { due: this.#elapsed + Math.max(0, milliseconds), order: this.#count++, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((candidate) => candidate !== timer);
    };
  }

  /** Timers set by a callback fire in the same advance when they become due within it. */
  advance(milliseconds: number): void {
    const target = this.#elapsed + milliseconds;
    for (let next = this.#next(target); next !== undefined; next = this.#next(target)) {
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.callback();
    }
    this.#elapsed = target;
  }

  #next(target: number): Timer | undefined {
    const [first] = [...this.#timers].sort((a, b) => a.due - b.due || a.order - b.order);
    return first !== undefined && first.due <= target ? first : undefined;
  }
}
