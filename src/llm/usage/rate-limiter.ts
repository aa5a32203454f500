import type { HostClock } from "../../builtin/index.ts";
import { waitFor } from "../wire/waiting.ts";

const windowMs = 60_000;

/** Holds requests to so many a minute, per provider, over a sliding window. It delays and never refuses. */
export class RateLimiter {
  readonly #clock: HostClock;
  readonly #limits = new Map<string, number>();
  readonly #sent = new Map<string, number[]>();

  constructor(clock: HostClock) {
    this.#clock = clock;
  }

  limit(provider: string): number | undefined {
    return this.#limits.get(provider);
  }

  /** Zero or less takes the limit away. */
  setLimit(provider: string, perMinute: number): void {
    if (perMinute > 0) this.#limits.set(provider, perMinute);
    else this.#limits.delete(provider);
  }

  async admit(provider: string, signal: AbortSignal): Promise<void> {
    const limit = this.#limits.get(provider);
    if (limit === undefined) return;
    for (;;) {
      const now = this.#clock.now();
      const recent = (this.#sent.get(provider) ?? []).filter((time) => time > now - windowMs);
      this.#sent.set(provider, recent);
      const oldest = recent[0];
      if (recent.length < limit || oldest === undefined) {
        recent.push(now);
        return;
      }
      await waitFor(this.#clock, oldest + windowMs - now, signal);
    }
  }
}
