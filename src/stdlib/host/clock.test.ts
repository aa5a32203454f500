import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../host/testing/index.ts";
import { DurationValue, FloatValue } from "../../value/index.ts";
import { MockableClock } from "./mockable-clock.ts";
import { Bench } from "./testing/bench.ts";

describe("MockableClock", () => {
  const make = () => {
    const real = new VirtualClock(1_000);
    const clock = new MockableClock(real);
    const fired: string[] = [];
    const schedule = (name: string, milliseconds: number) => clock.schedule(milliseconds, () => fired.push(name));
    return { real, clock, fired, schedule };
  };

  test("is the real clock until it is mocked, and again afterwards", () => {
    const { real, clock } = make();
    real.advance(5);
    expect([clock.now(), clock.monotonic()]).toEqual([1_005, 5]);
    clock.mock(50);
    real.advance(5);
    expect([clock.now(), clock.monotonic()]).toEqual([50, 0]);
    clock.unmock();
    expect([clock.now(), clock.monotonic()]).toEqual([1_010, 10]);
  });

  test("nests: each mock is uncovered as it was left", () => {
    const { clock } = make();
    clock.mock(100);
    clock.advance(1);
    clock.mock(-1_500);
    expect(clock.now()).toBe(-1_500);
    clock.unmock();
    expect([clock.now(), clock.monotonic()]).toEqual([101, 1]);
    clock.unmock();
    clock.unmock();
    expect(clock.isMocked).toBe(false);
  });

  test("fires due timers in the order of their times, then of their making, at their own time", () => {
    const { clock, fired } = make();
    clock.mock(0);
    for (const [name, delay] of [
      ["late", 30],
      ["early", 10],
      ["also early", 10],
    ] as const) {
      clock.schedule(delay, () => fired.push(`${name} at ${clock.now()}`));
    }
    clock.advance(25);
    expect(fired).toEqual(["early at 10", "also early at 10"]);
    clock.advance(5);
    expect(fired.at(-1)).toBe("late at 30");
  });

  test("fires what a callback schedules when that is due within the same advance", () => {
    const { clock, fired, schedule } = make();
    clock.mock(0);
    clock.schedule(10, () => schedule("inner", 5));
    clock.advance(15);
    expect(fired).toEqual(["inner"]);
  });

  test("never goes back, and does not fire what was cancelled", () => {
    const { clock, fired, schedule } = make();
    clock.mock(100);
    const cancel = schedule("cancelled", 5);
    cancel();
    clock.advance(-50);
    clock.advance(10);
    expect([clock.now(), fired]).toEqual([110, []]);
  });

  test("a timer also fires after that much real time, once, and moves the mock with it", () => {
    const { real, clock, fired, schedule } = make();
    clock.mock(0);
    schedule("waited", 20);
    real.advance(20);
    expect([fired, clock.now()]).toEqual([["waited"], 20]);
    clock.advance(100);
    expect(fired).toEqual(["waited"]);
    expect(real.pending).toBe(0);
  });

  test("what is left of a timer when the mock goes is left on the real clock", () => {
    const { real, clock, fired, schedule } = make();
    clock.mock(0);
    schedule("kept", 20);
    clock.advance(15);
    clock.unmock();
    real.advance(4);
    expect(fired).toEqual([]);
    real.advance(1);
    expect(fired).toEqual(["kept"]);
    expect(real.pending).toBe(0);
  });

  test("a callback may take the mock away", () => {
    const { clock, fired, schedule } = make();
    clock.mock(0);
    clock.schedule(5, () => clock.unmock());
    schedule("later", 8);
    clock.advance(10);
    expect([clock.isMocked, fired]).toEqual([false, []]);
  });
});

describe("clock builtins", () => {
  test("read the host's clock", async () => {
    const bench = new Bench({ now: 1_704_067_200_000 });
    expect(bench.now("now_ms")).toBe(1_704_067_200_000);
    expect(await bench.shown("timestamp")).toBe("1704067200.0");
    expect(bench.now("date_now_iso")).toBe("2024-01-01T00:00:00.000Z");
    bench.host.clock.advance(1_500.7);
    expect([bench.now("elapsed"), bench.now("monotonic_ms")]).toEqual([1_500, 1_500]);
  });

  test("sleep waits for the host's clock, in ints and durations", async () => {
    const bench = new Bench();
    for (const length of [20, new DurationValue(20)]) {
      let isAwake = false;
      const sleeping = bench.start("sleep", length).then(() => (isAwake = true));
      bench.host.clock.advance(19);
      await Promise.resolve();
      expect(isAwake).toBe(false);
      bench.host.clock.advance(1);
      await sleeping;
    }
    expect(bench.now("sleep", 0)).toBe(null);
    expect(bench.now("sleep_ms", -5)).toBe(null);
  });

  test("a mocked clock moves when programs sleep", async () => {
    const bench = new Bench({ now: 5 });
    expect(await bench.shown("advance_time", 5)).toBe("!! advance_time: no mock active. Call mock_time(ms) first.");
    bench.now("mock_time", 1_000);
    bench.now("sleep_ms", 250);
    bench.now("__harness_clock_sleep_ms", new DurationValue(2_000));
    expect([bench.now("now_ms"), bench.now("monotonic_ms")]).toEqual([3_250, 2_250]);
    expect(bench.now("advance_time", -10)).toBe(3_250);
    bench.now("unmock_time");
    expect(bench.now("now_ms")).toBe(5);
  });

  test.each([new FloatValue(1.5), "now", null])("mock_time refuses %s", async (time) => {
    expect(await new Bench().shown("mock_time", time)).toBe(
      "!! mock_time(ms): expected an integer millisecond timestamp",
    );
  });

  test.each([new FloatValue(1.5), null, "1s"])("harness.clock.sleep_ms refuses %s", async (time) => {
    expect(await new Bench().shown("__harness_clock_sleep_ms", time)).toMatch(
      "Type error: HarnessClock.sleep_ms expects an int or duration argument",
    );
  });
});
