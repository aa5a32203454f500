import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QueuedTimer, TimerQueue } from "./timer-queue.ts";

class Named extends QueuedTimer {
  readonly name: number;

  constructor(name: number, due: number) {
    super(due, () => {});
    this.name = name;
  }
}

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
    for (const [name, due] of [5, 3, 5, 1, 3].entries()) queue.add(new Named(name, due));
    expect(drain(queue, 3)).toEqual([3, 1, 4]);
    expect(queue.size).toBe(2);
    expect(drain(queue)).toEqual([0, 2]);
  });

  it("forgets what was taken out, once", () => {
    const queue = new TimerQueue<Named>();
    const timer = new Named(1, 1);
    queue.add(timer);
    expect([queue.remove(timer), queue.remove(timer), queue.next()]).toEqual([true, false, undefined]);
  });

  it("takes a timer again that it gave", () => {
    const queue = new TimerQueue<Named>();
    const [first, second] = [new Named(1, 1), new Named(2, 1)];
    for (const timer of [first, second]) queue.add(timer);
    queue.remove(first);
    queue.add(first);
    expect(drain(queue)).toEqual([2, 1]);
  });

  it("has nothing after it was cleared, and what it had can be added again", () => {
    const queue = new TimerQueue<Named>();
    const timer = new Named(1, 1);
    queue.add(timer);
    queue.clear();
    expect([queue.size, queue.next(), queue.remove(timer)]).toEqual([0, undefined, false]);
    queue.add(timer);
    expect(drain(queue)).toEqual([1]);
  });

  const step = fc.tuple(fc.constantFrom("add", "add", "add", "remove", "take", "move"), fc.nat(20));

  it("does the same as a sorted list, whatever is added, taken out and moved", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new TimerQueue<Named>();
        let list: Named[] = [];
        const inOrder = (): Named[] => [...list].sort((a, b) => a.due - b.due || a.name - b.name);
        for (const [name, [action, number]] of steps.entries()) {
          if (action === "add") {
            const timer = new Named(name, number);
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
          expect(queue.all()).toEqual(list);
        }
        const expected = inOrder().map(({ name }) => name);
        expect(drain(queue)).toEqual(expected);
      }),
    );
  });
});
