import type { HostClock } from "../../builtin/index.ts";

/** One timer for a whole wait. */
export class Deadline {
  readonly passed: Promise<void>;
  isPassed = false;
  #release = (): void => {};

  constructor(clock: HostClock, timeoutMs: number, signal: AbortSignal | undefined) {
    this.passed = new Promise((resolve) => {
      const pass = (): void => {
        this.isPassed = true;
        resolve();
      };
      const cancelTimer = clock.schedule(Math.max(0, timeoutMs), pass);
      signal?.addEventListener("abort", pass, { once: true });
      this.#release = () => {
        cancelTimer();
        signal?.removeEventListener("abort", pass);
      };
      if (signal?.aborted === true) pass();
    });
  }

  cancel(): void {
    this.#release();
  }
}
