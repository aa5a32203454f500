import { expect, test } from "vitest";
import { steadyClock } from "./steady-clock.ts";

function stall(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test("a process that is kept from running changes no order", async () => {
  const clock = steadyClock(0);
  const seen: string[] = [];
  const wait = (milliseconds: number): Promise<void> => new Promise((wake) => clock.schedule(milliseconds, wake));
  await Promise.all([
    (async () => {
      for (const step of [1, 2, 3]) {
        stall(20);
        await wait(2);
        seen.push(`step ${step}`);
      }
    })(),
    wait(12).then(() => seen.push("late")),
    wait(3).then(() => seen.push("early")),
  ]);
  expect(seen).toEqual(["step 1", "early", "step 2", "step 3", "late"]);
});

test("a loop that waits for a time gets there", () => {
  const clock = steadyClock(1_000);
  const end = clock.now() + 5;
  while (clock.now() < end) stall(0);
  expect(clock.now()).toBe(1_005);
});

test("what is taken back does not fire", async () => {
  const clock = steadyClock(0);
  const seen: string[] = [];
  clock.schedule(1, () => seen.push("never"))();
  await new Promise<void>((wake) => clock.schedule(2, wake));
  expect(seen).toEqual([]);
});
