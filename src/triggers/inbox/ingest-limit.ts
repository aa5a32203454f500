export interface IngestVerdict {
  readonly isAdmitted: boolean;
  /** Milliseconds until there is room again; 0 when admitted. */
  readonly retryAfterMs: number;
}

/** How many events may be taken in, per key: a bucket of tokens that fills up again over time. */
export class IngestLimit {
  readonly #capacity: number;
  readonly #periodMs: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** `capacity` events in `periodMs`; `now` gives monotonic milliseconds. */
  constructor(capacity: number, periodMs: number, now: () => number) {
    this.#capacity = capacity;
    this.#periodMs = periodMs;
    this.#now = now;
  }

  admit(key: string): IngestVerdict {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#capacity, at: now };
    this.#buckets.set(key, bucket);
    const perMs = this.#capacity / this.#periodMs;
    bucket.tokens = Math.min(this.#capacity, bucket.tokens + (now - bucket.at) * perMs);
    bucket.at = now;
    if (bucket.tokens < 1) return { isAdmitted: false, retryAfterMs: Math.ceil((1 - bucket.tokens) / perMs) };
    bucket.tokens--;
    return { isAdmitted: true, retryAfterMs: 0 };
  }
}
