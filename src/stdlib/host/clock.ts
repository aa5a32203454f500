import {
  type Builtin,
  type CallContext,
  declare,
  type Outcome,
  opt,
  req,
  SUSPENDED,
  t,
  type WaitReason,
} from "../../builtin/index.ts";
import { FloatValue, isInt, typeError, type Value } from "../../value/index.ts";
import { fail } from "./faults.ts";
import { mockableClock } from "./mockable-clock.ts";
import { intOf, millisecondsOf } from "./options.ts";

const clock = declare("clock");
const scheduling = declare("concurrency");

function wholeNow(context: CallContext): number {
  return Math.floor(context.host.clock.now());
}

function wholeMonotonic(context: CallContext): number {
  return Math.floor(context.host.clock.monotonic());
}

const endOfSleep: WaitReason = { kind: "timer", detail: "the end of a sleep" };

/** Waits; under a mock the waiting itself is what moves time. */
function sleep(context: CallContext, milliseconds: number): Outcome {
  if (milliseconds <= 0) return null;
  const mockable = context.service(mockableClock);
  if (mockable.isMocked) {
    mockable.advance(milliseconds);
    return null;
  }
  let cancel = (): void => {};
  const waker = context.park(endOfSleep, () => cancel());
  cancel = context.host.clock.schedule(milliseconds, () => waker.wake(null));
  return SUSPENDED;
}

function reading(name: string, summary: string, read: (context: CallContext) => Value): Builtin {
  return clock({
    name,
    summary,
    params: [],
    returns: t.int,
    effect: "time",
    deprecated: `harness.clock.${name}`,
    run: read,
  });
}

const readings: readonly Builtin[] = [
  reading("now_ms", "Milliseconds since the Unix epoch.", wholeNow),
  reading("monotonic_ms", "Milliseconds of a clock that never goes back.", wholeMonotonic),
  reading("elapsed", "Milliseconds since the program started.", wholeMonotonic),
  clock({
    name: "timestamp",
    summary: "Seconds since the Unix epoch.",
    params: [],
    returns: t.float,
    effect: "time",
    deprecated: "harness.clock.timestamp",
    examples: [["timestamp() > 0", "true"]],
    run: (context) => new FloatValue(wholeNow(context) / 1000),
  }),
];

const sleeps: readonly Builtin[] = [
  scheduling({
    name: "sleep",
    summary: "Wait: milliseconds as an int, or a duration.",
    params: [opt("duration", t.any)],
    returns: t.nil,
    effect: "time",
    examples: [["sleep(0)", "nil"]],
    run: (context, duration) => sleep(context, millisecondsOf(duration) ?? 0),
  }),
  clock({
    name: "sleep_ms",
    summary: "Wait: milliseconds as an int, or a duration.",
    params: [opt("ms", t.any)],
    returns: t.nil,
    effect: "time",
    deprecated: "harness.clock.sleep_ms",
    run: (context, duration) => sleep(context, millisecondsOf(duration) ?? 0),
  }),
  clock({
    name: "__harness_clock_sleep_ms",
    summary: "Wait: milliseconds as an int, or a duration.",
    params: [req("ms", t.any)],
    returns: t.nil,
    effect: "time",
    run(context, duration) {
      const milliseconds = millisecondsOf(duration);
      if (milliseconds === undefined) throw typeError("HarnessClock.sleep_ms expects an int or duration argument");
      return sleep(context, milliseconds);
    },
  }),
];

const mocks: readonly Builtin[] = [
  clock({
    name: "mock_time",
    summary: "Stop the clock at a time, in Unix milliseconds, until `unmock_time`. Mocks nest.",
    params: [opt("ms", t.any)],
    returns: t.nil,
    effect: "test",
    run(context, time) {
      if (!isInt(time)) throw fail("mock_time(ms): expected an integer millisecond timestamp");
      context.service(mockableClock).mock(Number(time));
      return null;
    },
  }),
  clock({
    name: "advance_time",
    summary: "Move the mocked clock on and give the new time.",
    params: [opt("ms", t.any)],
    returns: t.int,
    effect: "test",
    run(context, milliseconds) {
      const mockable = context.service(mockableClock);
      if (!mockable.isMocked) throw fail("advance_time: no mock active. Call mock_time(ms) first.");
      mockable.advance(intOf(milliseconds) ?? 0);
      return Math.floor(mockable.now());
    },
  }),
  clock({
    name: "unmock_time",
    summary: "End the last mock of the clock.",
    params: [],
    returns: t.nil,
    effect: "test",
    run(context) {
      context.service(mockableClock).unmock();
      return null;
    },
  }),
];

export const clockBuiltins: readonly Builtin[] = [...readings, ...sleeps, ...mocks];

/** Waits inside asynchronous JavaScript, as `sleep` does in programs. Ends early, with an error, when the task ends. */
export function pause(context: CallContext, milliseconds: number): Promise<void> {
  const mockable = context.service(mockableClock);
  if (mockable.isMocked || milliseconds <= 0) {
    mockable.advance(milliseconds);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(context.signal.reason);
    };
    const cancel = context.host.clock.schedule(milliseconds, () => {
      context.signal.removeEventListener("abort", abort);
      resolve();
    });
    context.signal.addEventListener("abort", abort, { once: true });
  });
}
