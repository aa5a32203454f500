import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type QueuedTimer, TimerQueue } from "./timer-queue.ts";

interface Named extends QueuedTimer {
  readonly name: number;
}

const nothing = (): void => {};

function drain(queue: TimerQueue<Named>, latest?: number): number[] {
  const names: number[] = [];
  for (let timer = queue.next(latest); timer; timer = queue.next(latest)) {
    queue.remove(timer);
    names.push(timer.name);
  }
  return names;
}

describe("a queue of timers", () => {
  it("gives what is due, by time and then by age", () => {
    const queue = new TimerQueue<Named>();
    for (const [name, due] of [5, 3, 5, 1, 3].entries()) queue.add({ name, due, callback: nothing });
    expect(drain(queue, 3)).toEqual([3, 1, 4]);
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual([0, 2]);
  });

  it("forgets what was taken out, once", () => {
    const queue = new TimerQueue<Named>();
    const timer = { name: 1, due: 1, callback: nothing };
    queue.add(timer);
    expect([queue.remove(timer), queue.remove(timer), queue.next()]).toEqual([true, false, undefined]);
  });

  it("does the same as a sorted list, whatever is added, taken out and moved", () => {
    const step = fc.tuple(fc.constantFrom("add", "add", "add", "remove", "take", "move"), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new TimerQueue<Named>();
        let list: Named[] = [];
        const inOrder = (): Named[] => [...list].sort((a, b) => a.due - b.due || a.name - b.name);
        for (const [name, [action, number]] of steps.entries()) {
          if (action === "add") {
            const timer = { name, due: number, callback: nothing };
            queue.add(timer);
            list.push(timer);
          } else if (action === "move") {
            queue.moveAll(({ due }) => Math.max(0, due - number));
          } else {
            const timer = action === "take" ? inOrder()[0] : list[number % Math.max(1, list.length)];
            if (!timer) continue;
            if (action === "take") expect(queue.next()).toBe(timer);
            queue.remove(timer);
            list = list.filter((other) => other !== timer);
          }
          expect(queue.size).toBe(list.length);
        }
        const expected = inOrder().map(({ name }) => name);
        expect(drain(queue)).toEqual(expected);
      }),
    );
  });
});
