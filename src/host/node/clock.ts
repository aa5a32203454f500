import type { HostClock } from "../../builtin/index.ts";

/** The longest delay that Node's timers take; anything longer fires at once with a warning. */
const longestDelay = 2 ** 31 - 1;

/** The machine's clock. A pending timer keeps the process alive: a program that sleeps is not finished. */
export const systemClock: HostClock = {
  now: () => Date.now(),
  // Not `performance.now()`: its first use loads a module, and a program's first task asks for the time.
  monotonic: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
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
