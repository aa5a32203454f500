import { describe, expect, it } from "vitest";
import { type CatalogPart, declare, req, t } from "../../builtin/index.ts";
import { ExitRequest } from "../../value/index.ts";
import { linesOf, runProgram } from "../testing/run-program.ts";
import { SteppingClock } from "../testing/stepping-clock.ts";
import { hostTurns } from "../turns.ts";

const exits: CatalogPart = {
  builtins: [
    declare("testing")({
      name: "exit",
      summary: "End the program.",
      params: [req("status", t.int)],
      run: (_context, status) => {
        throw new ExitRequest(Number(status));
      },
    }),
    declare("testing")({
      name: "broken",
      summary: "A builtin with a mistake in it.",
      params: [],
      run: () => {
        throw new TypeError("a fault of ours");
      },
    }),
  ],
};

describe("spawn", () => {
  it("starts a task when its starter first waits", async () => {
    expect(
      await linesOf(`
        let h = spawn { println("task"); 7 }
        println("starter")
        println(await(h))
      `),
    ).toEqual(["starter", "task", "7"]);
  });

  it("gives a handle with the task's number in its starter", async () => {
    expect(await linesOf("spawn { 1 }\nlet h = spawn { 2 }\nprintln(h)\nprintln(h == h)")).toEqual([
      "<task:vm_task_2>",
      "true",
    ]);
  });

  it("runs tasks in the order in which they became ready", async () => {
    expect(
      await linesOf(`
        let hs = [3, 1, 2]
        for n in hs { spawn { println("begin \${n}"); sleep(n); println("end \${n}") } }
        sleep(10)
      `),
    ).toEqual(["begin 3", "begin 1", "begin 2", "end 1", "end 2", "end 3"]);
  });

  it("captures by value", async () => {
    expect(
      await linesOf(`
        pipeline main() {
          var n = 1
          let h = spawn { n = n + 10; n }
          n = 5
          println(await(h))
          println(n)
        }
      `),
    ).toEqual(["11", "5"]);
  });

  it("gives way with yield_now", async () => {
    expect(
      await linesOf(`
        let a = spawn { println("a1"); yield_now(); println("a2") }
        let b = spawn { println("b1"); yield_now(); println("b2") }
        await(a)
        await(b)
      `),
    ).toEqual(["a1", "b1", "a2", "b2"]);
  });
});

describe("await", () => {
  it("rethrows the task's error, with one line in its text", async () => {
    expect(
      await linesOf(`
        let h = spawn { 1 / 0 }
        println(try { await(h) })
        let g = spawn { throw {code: 7} }
        println(try { await(g) })
      `),
    ).toEqual(["Result.Err(Runtime error: Division by zero (line 2))", "Result.Err({code: 7})"]);
  });

  it("hands a result out once, and to everybody who waits by then", async () => {
    expect(
      await linesOf(`
        let h = spawn { sleep(5); "done" }
        let others = parallel 2 { i -> await(h) }
        println(others)
        println(await(h))
      `),
    ).toEqual(["[done, done]", "nil"]);
  });

  it("passes through what is no handle", async () => {
    expect(await linesOf("let v: any = 3\nprintln(await(v))")).toEqual(["3"]);
  });

  it("refuses a task that awaits itself", async () => {
    expect(
      await linesOf(`
        let box = channel("box", 1)
        let h = spawn { let me = receive(box); await(me) }
        send(box, h)
        println(try { await(h) })
      `),
    ).toEqual(["Result.Err(Runtime error: await: a task cannot await itself (line 3))"]);
  });
});

describe("cancel", () => {
  it("ends a task that has not begun without running any of it", async () => {
    expect(await linesOf('let h = spawn { println("ran") }\ncancel(h)\nsleep(1)\nprintln(await(h))')).toEqual(["nil"]);
  });

  it("runs finalizers, which no catch prevents", async () => {
    expect(
      await linesOf(`
        let h = spawn {
          defer { println("defer") }
          try {
            try { sleep(1000) } catch (e) { println("caught \${e}") }
          } finally {
            println("finally")
          }
          println("unreachable")
        }
        sleep(1)
        cancel(h)
        println(await(h))
      `),
    ).toEqual(["finally", "defer", "nil"]);
  });

  it("lets finalizers wait, but not for ever", async () => {
    const { lines, elapsed } = await runProgram(`
      let h = spawn { defer { sleep(20); println("cleaned") }; sleep(5000) }
      let g = spawn { defer { sleep(9000); println("never") }; sleep(5000) }
      sleep(1)
      cancel(h)
      cancel(g)
      println(await(h))
      println(await(g))
    `);
    expect(lines).toEqual(["cleaned", "nil", "nil"]);
    expect(elapsed).toBe(251);
  });

  it("ends what the task has started", async () => {
    expect(
      await linesOf(`
        let h = spawn {
          spawn { defer { println("grandchild") }; sleep(50) }
          defer { println("child") }
          sleep(50)
        }
        sleep(1)
        cancel(h)
        sleep(100)
      `),
    ).toEqual(["grandchild", "child"]);
  });

  it("stops a loop that never waits", async () => {
    const clock = new SteppingClock(100);
    const { lines } = await runProgram('let h = spawn { while true { } }\nsleep(10)\ncancel(h)\nprintln("stopped")', {
      clock,
      watch: (task) => {
        task.machine.scheduler.patienceMs = 30;
      },
    });
    expect(lines).toEqual(["stopped"]);
  });
});

describe("cancel_graceful", () => {
  it("interrupts the next wait once, catchably", async () => {
    expect(
      await linesOf(`
        let c = channel("c", 1)
        let h = spawn {
          let first = try { sleep(1000) }
          spawn { sleep(5); send(c, "message") }
          "\${first} \${is_cancelled()} \${receive(c)}"
        }
        sleep(1)
        println(cancel_graceful(h))
        println(await(h))
      `),
    ).toEqual(["Result.Ok(Result.Err(kind:cancelled:VM cancelled by host) true message)", "nil"]);
  });

  it("ends a loop that tries again and again: pauses fail each time, after a moment", async () => {
    const { lines, elapsed } = await runProgram(`
      let h = spawn {
        var tries = 0
        while tries < 3 { tries = tries + 1; try { sleep(1000) } catch (e) { println("try", tries, clock(), e) } }
        sleep(1000)
      }
      sleep(1)
      println(cancel_graceful(h))
    `);
    expect(lines).toEqual([
      "try 1 1 kind:cancelled:VM cancelled by host",
      "try 2 2 kind:cancelled:VM cancelled by host",
      "try 3 3 kind:cancelled:VM cancelled by host",
      "Result.Err(Thrown: kind:cancelled:VM cancelled by host)",
    ]);
    expect(elapsed).toBe(4);
  });

  it.each([19, 20, 21])("comes to the same at %i ms, whether a pause is over then or not", async (milliseconds) => {
    const text = `
      let h = spawn { while !is_cancelled() { sleep(10) }; "polled" }
      sleep(${milliseconds})
      println(cancel_graceful(h))
    `;
    const outcome = "Result.Err(Thrown: kind:cancelled:VM cancelled by host)";
    expect(await linesOf(text)).toEqual([outcome]);
    for (let seed = 1; seed <= 20; seed++) expect(await linesOf(text, { interleaving: seed })).toEqual([outcome]);
  });

  it.each(["never", "always"] as const)(
    "lets a loop that never waits see it by itself, compiled %s",
    async (compiling) => {
      const outcomes = async (condition: string): Promise<readonly string[]> => {
        let now = 0;
        // Every look at the clock ends a slice, and patience with it.
        const turns = { ...hostTurns, now: () => (now += 5000) };
        const options = { compiling, clock: new SteppingClock(10), turns };
        const text = `
        let h = spawn { var n = 0; while ${condition} { n = n + 1 }; "polite" }
        sleep(5)
        println(cancel_graceful(h))
      `;
        return linesOf(text, options);
      };
      expect(await outcomes("!is_cancelled()")).toEqual(["Result.Ok(polite)"]);
      expect(await outcomes("true")).toEqual(["Result.Err(Thrown: kind:cancelled:VM cancelled by host)"]);
    },
  );

  it("reports the task's error as text", async () => {
    expect(await linesOf("let h = spawn { sleep(1000) }\nsleep(1)\nprintln(cancel_graceful(h))")).toEqual([
      "Result.Err(Thrown: kind:cancelled:VM cancelled by host)",
    ]);
  });

  it("leaves a polling loop the time to see it", async () => {
    expect(
      await linesOf(`
        let h = spawn {
          var n = 0
          while !is_cancelled() { yield_now(); n = n + 1 }
          "polite"
        }
        yield_now()
        println(cancel_graceful(h))
      `),
    ).toEqual(["Result.Ok(polite)"]);
    expect(
      await linesOf(`
        let h = spawn {
          while !is_cancelled() { try { sleep(2) } catch (e) { } }
          "polite"
        }
        sleep(10)
        println(cancel_graceful(h))
      `),
    ).toEqual(["Result.Ok(polite)"]);
  });

  it("ends a task that takes too long", async () => {
    const { lines, elapsed } = await runProgram(`
      let h = spawn { while true { try { sleep(50) } catch (e) { } } }
      sleep(1)
      println(cancel_graceful(h, 20ms))
    `);
    expect(lines).toEqual(["Result.Err(cancel_graceful: timeout, task forcefully aborted)"]);
    expect(elapsed).toBe(21);
  });
});

describe("the end of a program", () => {
  it("ends unawaited tasks, with their cleanup", async () => {
    const { lines, elapsed } = await runProgram(`
      spawn { defer { println("cleaned") }; sleep(60000); println("never") }
      spawn { throw "nobody looks" }
      sleep(5)
      println("leaving")
    `);
    expect(lines).toEqual(["leaving", "cleaned"]);
    expect(elapsed).toBe(5);
  });

  it("comes with exit from any task, without cleanup", async () => {
    const { lines, result } = await runProgram(
      `
        pipeline main() {
          defer { println("main defer") }
          spawn { defer { println("sibling defer") }; sleep(100) }
          spawn { sleep(1); exit(3) }
          sleep(1000)
          println("never")
        }
      `,
      { parts: [exits] },
    );
    expect(lines).toEqual([]);
    expect(result).toBe("error: [object Object]");
  });

  it("comes with a fault of ours in a task that nobody awaits", async () => {
    const { result } = await runProgram("spawn { broken() }\nsleep(10)", { parts: [exits] });
    expect(result).toBe("error: TypeError: a fault of ours");
  });

  it("comes with an interrupt of its root", async () => {
    const { lines, result } = await runProgram('pipeline main() { defer { println("cleaned") }\n sleep(1000) }', {
      watch: (task) => task.host.clock.schedule(5, () => task.requestCancel()),
    });
    expect(lines).toEqual(["cleaned"]);
    expect(result).toBe("error: kind:cancelled:VM cancelled by host");
  });
});
