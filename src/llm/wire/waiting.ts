import type { HostClock } from "../../builtin/index.ts";
import { Raise } from "../../value/index.ts";

/** What an aborted wait throws: the reason given, if it is one that programs know, or a cancellation. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason instanceof Raise ? signal.reason : new Raise("cancelled", "Cancelled", "cancelled");
}

/** Waits on the host's clock; ends early with an error when the signal aborts. */
export function waitFor(clock: HostClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(abortReason(signal));
    };
    const cancel = clock.schedule(Math.max(0, milliseconds), () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Bounds one request: its signal aborts when the caller's does or when the time is up, and whatever is awaited through
 * `race` ends then, even when the host does not notice.
 */
export class RequestScope {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal;
  readonly #release: () => void;
  #isTimedOut = false;

  constructor(caller: AbortSignal, clock: HostClock, timeoutMs: number) {
    this.#caller = caller;
    const onAbort = (): void => this.#controller.abort(caller.reason);
    const cancelTimer = clock.schedule(timeoutMs, () => {
      this.#isTimedOut = true;
      this.#controller.abort();
    });
    if (caller.aborted) onAbort();
    else caller.addEventListener("abort", onAbort, { once: true });
    this.#release = () => {
      cancelTimer();
      caller.removeEventListener("abort", onAbort);
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The time was up before the caller gave up. */
  get isTimedOut(): boolean {
    return this.#isTimedOut && !this.#caller.aborted;
  }

  get isCancelled(): boolean {
    return this.#caller.aborted;
  }

  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(new AbortedWait());
      if (this.signal.aborted) onAbort();
      else this.signal.addEventListener("abort", onAbort, { once: true });
      promise.then(resolve, reject).finally(() => this.signal.removeEventListener("abort", onAbort));
    });
  }

  /** Ends what is still under way and stops the timer. */
  close(): void {
    this.#release();
    this.#controller.abort();
  }
}

/** The scope's signal aborted while something was awaited. */
export class AbortedWait extends Error {}
