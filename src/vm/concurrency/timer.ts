import { type HostClock, type Outcome, SUSPENDED } from "../../builtin/index.ts";
import { isInt, isObject, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";

/** Timers of hosts count in 32 bits. Longer waits are made of several. */
const longestMs = 2 ** 31 - 1;

/** Calls back once after so many milliseconds, however many; the result cancels it. */
export function after(clock: HostClock, milliseconds: number, callback: () => void): () => void {
  if (milliseconds <= longestMs) return clock.schedule(milliseconds, callback);
  let cancel = clock.schedule(longestMs, () => {
    cancel = after(clock, milliseconds - longestMs, callback);
  });
  return () => cancel();
}

/** A length of time as programs give it: a duration, or an int of milliseconds. Anything else is `undefined`. */
export function millisecondsOf(value: Value | undefined): number | undefined {
  if (isInt(value)) return Number(value);
  return isObject(value) && value.kind === "duration" ? value.milliseconds : undefined;
}

/** Parks the task for a time that nothing else can end. */
export function pause(task: Task, milliseconds: number, detail: string): Outcome {
  let cancel = (): void => {};
  const waker = task.park({ kind: "timer", detail }, () => cancel());
  cancel = after(task.host.clock, milliseconds, () => waker.wake(null));
  return SUSPENDED;
}
