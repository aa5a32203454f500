/** When to try again. Delays are milliseconds. */
export type Backoff =
  | { readonly kind: "svix" }
  | { readonly kind: "linear"; readonly delayMs: number }
  | { readonly kind: "exponential"; readonly baseMs: number; readonly capMs: number };

export interface RetryPolicy {
  /** Attempts in all. */
  readonly maxAttempts: number;
  readonly backoff: Backoff;
}

const usualAttempts = 7;
const minute = 60_000;
const hour = 60 * minute;
/** Before the first, second … attempt; the last one holds from there on. */
const svixDelays = [0, 5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour];

/** No attempts at all means the usual number. */
export function retryPolicy(maxAttempts: number, backoff: Backoff): RetryPolicy {
  return { maxAttempts: maxAttempts === 0 ? usualAttempts : maxAttempts, backoff };
}

export const usualRetry = retryPolicy(usualAttempts, { kind: "svix" });

/** How long to wait before an attempt; attempts count from 1, and the first never waits. */
export function delayBefore(attempt: number, backoff: Backoff): number {
  if (attempt <= 1) return 0;
  switch (backoff.kind) {
    case "svix":
      return svixDelays[Math.min(attempt, svixDelays.length) - 1] ?? 0;
    case "linear":
      return backoff.delayMs;
    case "exponential":
      return Math.min(backoff.capMs, backoff.baseMs * 2 ** (attempt - 2));
  }
}

/** The policy as fingerprints of definitions spell it. */
export function backoffText(backoff: Backoff): string {
  switch (backoff.kind) {
    case "svix":
      return "Svix";
    case "linear":
      return `Linear { delay_ms: ${backoff.delayMs} }`;
    case "exponential":
      return `Exponential { base_ms: ${backoff.baseMs}, cap_ms: ${backoff.capMs} }`;
  }
}
