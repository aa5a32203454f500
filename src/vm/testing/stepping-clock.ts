import type { HostClock } from "../../builtin/index.ts";

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

/**
 * A clock that stands still until it is told to go on to its next timer. Timers are a heap: tests of many tasks have many
 * of them.
 */
export class SteppingClock implements HostClock {
  readonly #heap: Timer[] = [];
  #elapsed = 0;
  #count = 0;
  #pending = 0;
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
    return this.#pending;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = {
      due: this.#elapsed + Math.max(0, milliseconds),
      order: this.#count++,
      callback,
      isCancelled: false,
    };
    this.#pending++;
    this.#push(timer);
    return () => {
      if (!timer.isCancelled) this.#pending--;
      timer.isCancelled = true;
    };
  }

  /** Moves to the next timer and fires everything that is due then, oldest first. */
  step(): void {
    const first = this.#peek();
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
    for (let timer = this.#peek(); timer && timer.due <= now; timer = this.#peek()) {
      this.#take();
      this.#fire(timer);
    }
  }

  #fire(timer: Timer): void {
    if (timer.isCancelled) return;
    timer.isCancelled = true;
    this.#pending--;
    timer.callback();
  }

  #peek(): Timer | undefined {
    while (this.#heap[0]?.isCancelled) this.#take();
    return this.#heap[0];
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent] as Timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #take(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
