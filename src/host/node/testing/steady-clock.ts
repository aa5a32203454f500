import type { HostClock } from "../../../builtin/index.ts";
import { SharedTimer } from "../../shared-timer.ts";

/** How much later it is at each question, in milliseconds: a program that waits in a loop for a time gets there. */
const questionMs = 0.001;
/** Turns of the event loop in which what woke last may set its own timers, before time goes on. */
const turnsBetween = 8;

/**
 * Time on which a slow machine leaves no mark, for programs that do real things: it goes on from timer to timer only, each of
 * which really takes as long as it says or longer. What a program does in between takes no time, so what is due 5 ms and again
 * 5 ms later comes before what is due after 15, however long the process was kept from running.
 */
export function steadyClock(start: number): HostClock {
  let elapsed = 0;
  const timers = new SharedTimer(
    () => elapsed,
    (milliseconds, fire) => {
      const due = Math.floor(elapsed) + milliseconds;
      let turns = turnsBetween;
      let immediate: NodeJS.Immediate | undefined;
      const turn = (): void => {
        if (turns-- > 0) {
          immediate = setImmediate(turn);
          return;
        }
        elapsed = Math.max(elapsed, due);
        fire();
      };
      const timer = setTimeout(turn, milliseconds);
      return () => {
        clearTimeout(timer);
        clearImmediate(immediate);
      };
    },
  );
  const monotonic = (): number => (elapsed += questionMs);
  return {
    now: () => Math.floor(start + monotonic()),
    monotonic,
    schedule: (milliseconds, callback) => timers.schedule(milliseconds, callback),
  };
}
