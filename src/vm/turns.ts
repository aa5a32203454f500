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

export const hostTurns: Turns = {
  now: () => performance.now(),
  after(callback) {
    setTimeout(callback, 0);
  },
};
