import type { CallContext, HostClock } from "../../builtin/index.ts";
import type { JsonObject } from "../../eventlog/index.ts";
import type { Lifecycle } from "../lifecycle.ts";
import { itemKeys, stateJson } from "../unsettled/state.ts";

/** How long a wait lasts that was given no limit. */
export const usualWaitMs = 30_000;

/** Other processes settle things too, and tell nobody: how often to look, at first and at most. */
const firstLookMs = 10;
const slowestLookMs = 250;

/** Waits until something settles that was unsettled when the wait began, or the time is up. */
export async function waitForSettlement(
  context: CallContext,
  lifecycle: Lifecycle,
  limitMs: number,
): Promise<JsonObject> {
  const { clock } = context.host;
  const deadline = clock.monotonic() + limitMs;
  let state = await lifecycle.unsettled();
  const awaited = itemKeys(state);
  const isOver = (): boolean => {
    if (awaited.size === 0) return true;
    const present = itemKeys(state);
    return [...awaited].some((key) => !present.has(key));
  };
  for (let pause = firstLookMs; !isOver(); pause = Math.min(pause * 2, slowestLookMs)) {
    const left = deadline - clock.monotonic();
    if (left <= 0 || context.signal.aborted) return { status: "unsettled", timed_out: true, state: stateJson(state) };
    await changeOrTime(lifecycle, clock, Math.min(pause, left), context.signal);
    state = await lifecycle.unsettled();
  }
  return { status: "settled", timed_out: false, state: stateJson(state) };
}

function changeOrTime(
  lifecycle: Lifecycle,
  clock: HostClock,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stopListening();
      stopTimer();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stopListening = lifecycle.changes.once(done);
    const stopTimer = clock.schedule(milliseconds, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
