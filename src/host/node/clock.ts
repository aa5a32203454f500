import type { HostClock } from "../../builtin/index.ts";

/** The longest delay that Node's timers take; anything longer fires at once with a warning. */
const longestDelay = 2 ** 31 - 1;

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

/** The machine's clock. A pending timer keeps the process alive: a program that sleeps is not finished. */
export const systemClock: HostClock = {
  now: () => Date.now(),
  monotonic: monotonicTime(),
  schedule(milliseconds, callback) {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(Math.max(left, 0), longestDelay);
      timer = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
    };
    arm(milliseconds);
    return () => clearTimeout(timer);
  },
};
