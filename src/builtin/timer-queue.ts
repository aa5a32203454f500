/** Something that is due at a time. All but its callback is written by the queue that it is in. */
export class QueuedTimer {
  due: number;
  readonly callback: () => void;
  /** Its place among all that were ever added. */
  order = 0;
  bucket: Bucket | undefined;
  before: QueuedTimer | undefined;
  behind: QueuedTimer | undefined;

  constructor(due: number, callback: () => void) {
    this.due = due;
    this.callback = callback;
  }
}

/** Those that are due at the same time, oldest first. */
interface Bucket {
  readonly due: number;
  first: QueuedTimer | undefined;
  last: QueuedTimer | undefined;
}

/** Buckets that emptied before their time, beyond which they are cleared away. */
const spentLimit = 64;

/**
 * Timers of one clock: the next one due, oldest first among equals. Timers that are due together share a bucket, a list through
 * the timers themselves, so adding to it and taking out of it are constant; only a time that nobody waits for yet costs a
 * logarithm (a binary heap).
 */
export class TimerQueue<T extends QueuedTimer = QueuedTimer> {
  readonly #buckets = new Map<number, Bucket>();
  #heap: Bucket[] = [];
  /** Buckets of the heap in which nobody waits any more. */
  #spent = 0;
  #size = 0;
  #count = 0;

  get size(): number {
    return this.#size;
  }

  /** In the order in which they were added. */
  all(): readonly T[] {
    const all: QueuedTimer[] = [];
    for (const { first } of this.#heap) for (let timer = first; timer; timer = timer.behind) all.push(timer);
    return all.sort((a, b) => a.order - b.order) as T[];
  }

  /** A timer that waits nowhere. */
  add(timer: T): void {
    timer.order = this.#count++;
    this.#join(timer);
  }

  /** False when it does not wait any more. */
  remove(timer: T): boolean {
    const { bucket } = timer;
    if (bucket === undefined) return false;
    const { before, behind } = timer;
    if (before) before.behind = behind;
    else bucket.first = behind;
    if (behind) behind.before = before;
    else bucket.last = before;
    timer.bucket = timer.before = timer.behind = undefined;
    this.#size--;
    if (bucket.first === undefined && ++this.#spent > this.#heap.length / 2 + spentLimit) this.#discardSpent();
    return true;
  }

  /** The next one, unless it is due later than that. It stays. */
  next(latest = Number.POSITIVE_INFINITY): T | undefined {
    let bucket = this.#heap[0];
    while (bucket && bucket.first === undefined) {
      this.#takeFirst();
      bucket = this.#heap[0];
    }
    return bucket && bucket.due <= latest ? (bucket.first as T) : undefined;
  }

  clear(): void {
    for (const timer of this.all()) timer.bucket = timer.before = timer.behind = undefined;
    this.#heap = [];
    this.#buckets.clear();
    this.#size = this.#spent = 0;
  }

  /** Gives every timer a new time. */
  moveAll(dueOf: (timer: T) => number): void {
    const timers = this.all();
    this.clear();
    for (const timer of timers) {
      timer.due = dueOf(timer);
      this.#join(timer);
    }
  }

  /** Timers come in the order of their age. */
  #join(timer: T): void {
    let bucket = this.#buckets.get(timer.due);
    if (!bucket) this.#push((bucket = { due: timer.due, first: undefined, last: undefined }));
    else if (bucket.first === undefined) this.#spent--;
    const { last } = bucket;
    timer.bucket = bucket;
    timer.before = last;
    if (last) last.behind = timer;
    else bucket.first = timer;
    bucket.last = timer;
    this.#size++;
  }

  #discardSpent(): void {
    for (const { due, first } of this.#heap) if (first === undefined) this.#buckets.delete(due);
    // What is sorted is a heap.
    this.#heap = this.#heap.filter(({ first }) => first !== undefined).sort((a, b) => a.due - b.due);
    this.#spent = 0;
  }

  #push(bucket: Bucket): void {
    this.#buckets.set(bucket.due, bucket);
    const heap = this.#heap;
    let at = heap.push(bucket) - 1;
    while (at > 0) {
      const parent = heap[(at - 1) >> 1] as Bucket;
      if (parent.due <= bucket.due) break;
      heap[at] = parent;
      at = (at - 1) >> 1;
    }
    heap[at] = bucket;
  }

  /** The first bucket is spent. */
  #takeFirst(): void {
    const heap = this.#heap;
    this.#buckets.delete((heap[0] as Bucket).due);
    this.#spent--;
    const last = heap.pop() as Bucket;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Bucket).due < (heap[child] as Bucket).due) child++;
      if ((heap[child] as Bucket).due >= last.due) break;
      heap[at] = heap[child] as Bucket;
      at = child;
    }
    heap[at] = last;
  }
}
