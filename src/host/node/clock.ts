import type { HostClock } from "../../builtin/index.ts";
import { SharedTimer } from "../shared-timer.ts";

/** Questions that are answered before it is worth loading what answers them faster. */
const firstQuestions = 32;

/**
 * Milliseconds that never go back. `performance.now()` is several times cheaper than `process.hrtime()`, but its first use
 * loads a module, and every program's first task asks for the time.
 */
function monotonicTime(): () => number {
  let asked = 0;
  let origin = 0;
  return () => {
    if (asked > firstQuestions) return origin + performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const time = seconds * 1e3 + nanoseconds / 1e6;
    if (++asked > firstQuestions) origin = time - performance.now();
    return time;
  };
}

const monotonic = monotonicTime();

const timers = new SharedTimer(monotonic, (milliseconds, callback) => {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
});

/** The machine's clock. A pending timer keeps the process alive: a program that sleeps is not finished. */
export const systemClock: HostClock = {
  now: () => Date.now(),
  monotonic,
  schedule: (milliseconds, callback) => timers.schedule(milliseconds, callback),
};
