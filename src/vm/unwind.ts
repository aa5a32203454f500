import { Raise } from "../value/index.ts";

/**
 * Ends a task from outside: thrown into it where it stands. It runs `finally` and `defer` blocks on its way out and no
 * `catch` stops it.
 */
export class Unwind {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** What a task that is asked to stop fails with. */
export function cancellation(): Raise {
  return new Raise("cancelled", "kind:cancelled:VM cancelled by host", "cancelled");
}

export function isCancellation(error: Raise | Unwind): boolean {
  return error instanceof Raise && error.kind === "cancelled";
}

/** For asynchronous code whose wait was abandoned before it asked. */
export function abortedSignal(): AbortSignal {
  const stopped = new AbortController();
  stopped.abort();
  return stopped.signal;
}

/** No error of the language: `exit`, or a fault. */
export function isFatalError(error: unknown): boolean {
  return !(error instanceof Raise) && !(error instanceof Unwind);
}
