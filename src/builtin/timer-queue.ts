/** Something that is due at a time. */
export interface QueuedTimer {
  /** Changed by the queue alone, in `moveAll`. */
  due: number;
  readonly callback: () => void;
}

interface Entry<T extends QueuedTimer> {
  readonly timer: T;
  readonly order: number;
}

/** Entries of timers that were taken out, beyond which they are cleared away. */
const spentLimit = 64;

/**
 * Timers of a clock that is moved by hand: the next one due, oldest first among equals. Adding and taking out cost a
 * logarithm (a binary heap), however many wait.
 */
export class TimerQueue<T extends QueuedTimer> {
  #heap: Entry<T>[] = [];
  readonly #waiting = new Set<T>();
  #count = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** In the order in which they were added. */
  all(): readonly T[] {
    return [...this.#waiting];
  }

  add(timer: T): void {
    this.#waiting.add(timer);
    this.#push({ timer, order: this.#count++ });
  }

  /** False when it does not wait any more. */
  remove(timer: T): boolean {
    if (!this.#waiting.delete(timer)) return false;
    if (this.#heap.length > 2 * this.#waiting.size + spentLimit) this.#rebuild();
    return true;
  }

  /** The next one, unless it is due later than that. It stays. */
  next(latest = Number.POSITIVE_INFINITY): T | undefined {
    let first = this.#heap[0];
    while (first && !this.#waiting.has(first.timer)) {
      this.#takeFirst();
      first = this.#heap[0];
    }
    return first && first.timer.due <= latest ? first.timer : undefined;
  }

  clear(): void {
    this.#heap = [];
    this.#waiting.clear();
  }

  /** Gives every timer a new time. */
  moveAll(dueOf: (timer: T) => number): void {
    for (const timer of this.#waiting) timer.due = dueOf(timer);
    this.#rebuild();
  }

  #rebuild(): void {
    // What is sorted is a heap.
    this.#heap = this.#heap.filter(({ timer }) => this.#waiting.has(timer)).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent] as Entry<T>)) break;
      heap[at] = heap[parent] as Entry<T>;
      at = parent;
    }
    heap[at] = entry;
  }

  #takeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry<T>, heap[child] as Entry<T>)) child++;
      if (!isBefore(heap[child] as Entry<T>, last)) break;
      heap[at] = heap[child] as Entry<T>;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry<QueuedTimer>, b: Entry<QueuedTimer>): boolean {
  return a.timer.due < b.timer.due || (a.timer.due === b.timer.due && a.order < b.order);
}
