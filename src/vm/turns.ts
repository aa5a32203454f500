/**
 * How tasks share their thread with the host: in real time, whatever clock programs see. What it answers decides where a busy
 * program is interrupted, so a replay gives its own.
 */
export interface Turns {
  /** Milliseconds; never goes back. */
  now(): number;
  /** Calls back after one turn of the host's event loop. */
  after(callback: () => void): void;
}

/** Where a host has it, it runs behind the timers and the input that are there, at once: a timer waits for a millisecond. */
const immediately = globalThis as { readonly setImmediate?: (callback: () => void) => unknown };

export const hostTurns: Turns = {
  now: () => performance.now(),
  after(callback) {
    if (immediately.setImmediate) immediately.setImmediate(callback);
    else setTimeout(callback, 0);
  },
};
