import { describe, expect, it } from "vitest";
import { declare } from "../builtin/index.ts";
import type { Task } from "./task.ts";
import { linesOf } from "./testing/run-program.ts";
import { SteppingClock } from "./testing/stepping-clock.ts";

describe("the scheduler", () => {
  it("lets timers fire between tasks that wake each other for ever", async () => {
    const text = `
      let a = channel("a", 1)
      let b = channel("b", 1)
      spawn { for v in a { send(b, v) } }
      println(try { deadline 20ms { while true { send(a, 1); receive(b) } } })
    `;
    expect(await linesOf(text, { clock: new SteppingClock(5) })).toEqual(["Result.Err(Deadline exceeded)"]);
  });

  it.each(["never", "always"] as const)(
    "lets the host's own timers fire while a loop runs, compiled %s",
    async (compiling) => {
      let isTime = false;
      const hostTime = declare("testing")({
        name: "host_time",
        summary: "Whether the host's timer has fired.",
        params: [],
        run: () => isTime,
      });
      setTimeout(() => {
        isTime = true;
      }, 1);
      const parts = [{ builtins: [hostTime] }];
      expect(await linesOf('while !host_time() { }\nprintln("fired")', { parts, compiling })).toEqual(["fired"]);
    },
  );

  it("repeats an interleaving by its seed", async () => {
    const text = "for i in 1 to 6 { spawn { println(i); yield_now(); println(i) } }\nsleep(1)";
    const order = (seed: number): Promise<readonly string[]> => linesOf(text, { interleaving: seed });
    const orders = await Promise.all([1, 2, 3, 4].map(order));
    expect(await Promise.all([1, 2, 3, 4].map(order))).toEqual(orders);
    expect(new Set(orders.map(String)).size).toBe(4);
    for (const lines of orders) expect([...lines].sort()).toEqual([..."112233445566"]);
  });

  it("lets a task go on before any other after giving the event loop a turn", async () => {
    const text = `
      pipeline main() {
        let other = spawn { sleep(1); println("other") }
        yield_now()
        var n = 0
        while n < 25000 { n = n + 1 }
        println("counted")
        await(other)
      }
    `;
    const watch = (task: Task): void => {
      task.machine.scheduler.patienceMs = Number.POSITIVE_INFINITY;
    };
    expect(await linesOf(text, { clock: new SteppingClock(1), watch })).toEqual(["counted", "other"]);
  });

  it("goes on with the others when a task that gave the event loop a turn is ended meanwhile", async () => {
    const text = `
      pipeline main() {
        println(try { deadline 3ms { parallel 2 { i -> while true { } } } })
        println("goes on")
      }
    `;
    expect(await linesOf(text, { clock: new SteppingClock(1) })).toEqual(["Result.Err(Deadline exceeded)", "goes on"]);
  });

  it("keeps order over thousands of tasks", async () => {
    const text = `
      pipeline main() {
        let order = channel("order", 10000)
        var hs = []
        for i in (1 to 3000) { hs = hs + [spawn { yield_now(); send(order, i) }] }
        for h in hs { await(h) }
        close_channel(order)
        var last = 0
        var sorted = true
        for v in order { if v != last + 1 { sorted = false }; last = v }
        println(last, sorted)
      }
    `;
    expect(await linesOf(text)).toEqual(["3000 true"]);
  });
});
