import { describe, expect, it } from "vitest";
import { linesOf, runProgram } from "../testing/run-program.ts";
import { SteppingClock } from "../testing/stepping-clock.ts";

describe("deadline", () => {
  it("gives the body's value, and lets its error through", async () => {
    expect(await linesOf('println(deadline 1s { 5 })\nprintln(try { deadline 1s { throw "own" } })')).toEqual([
      "5",
      "Result.Err(own)",
    ]);
  });

  it.each([
    "sleep(1000)",
    "receive(channel())",
    "await(spawn { sleep(1000) })",
    "parallel 2 { i -> sleep(1000) }",
    "select { x from channel() { } }",
  ])("ends %s", async (wait) => {
    const { lines, elapsed } = await runProgram(`println(try { deadline 20ms { ${wait} } })`);
    expect(lines).toEqual(["Result.Err(Deadline exceeded)"]);
    expect(elapsed).toBe(20);
  });

  it("ends a loop that never waits", async () => {
    const clock = new SteppingClock(100);
    const { lines } = await runProgram("println(try { deadline 20ms { while true { } } })", { clock });
    expect(lines).toEqual(["Result.Err(Deadline exceeded)"]);
  });

  it("lets the branches that it ends clean up, waits included", async () => {
    const { lines, elapsed } = await runProgram(`
      println(try {
        deadline 20ms {
          parallel 2 { i ->
            try { sleep(1000) } finally {
              sleep(5)
              println("cleaned \${i}")
            }
          }
        }
      })
      sleep(5)
    `);
    expect(lines).toEqual(["Result.Err(Deadline exceeded)", "cleaned 0", "cleaned 1"]);
    expect(elapsed).toBe(25);
  });

  it.each([
    [20, 500, 20],
    [500, 20, 20],
  ])("nests: %i ms around %i ms is over after %i", async (outer, inner, end) => {
    const { lines, elapsed } = await runProgram(
      `println(try { deadline ${outer}ms { deadline ${inner}ms { sleep(2000) } } })`,
    );
    expect(lines).toEqual(["Result.Err(Deadline exceeded)"]);
    expect(elapsed).toBe(end);
  });

  it("can be caught inside, but every further wait fails too", async () => {
    const { lines, elapsed } = await runProgram(`
      println(try {
        deadline 10ms {
          println(try { sleep(50) })
          println("still here")
          sleep(1)
          println("never")
        }
      })
      sleep(5)
      println("outside")
    `);
    expect(lines).toEqual(["Result.Err(Deadline exceeded)", "still here", "Result.Err(Deadline exceeded)", "outside"]);
    expect(elapsed).toBe(15);
  });

  it("runs finalizers", async () => {
    expect(
      await linesOf(
        'try { deadline 5ms { try { sleep(50) } finally { println("finally") } } } catch (e) { println(e) }',
      ),
    ).toEqual(["finally", "Deadline exceeded"]);
  });

  it("holds for tasks that are started inside", async () => {
    expect(
      await linesOf(`
        let marks = atomic(0)
        println(try { deadline 10ms { let h = spawn { sleep(50); atomic_add(marks, 1) }; await(h) } })
        var late = nil
        deadline 10ms { late = spawn { sleep(50); atomic_add(marks, 1) } }
        sleep(100)
        println(atomic_get(marks))
        println(try { await(late) })
      `),
    ).toEqual(["Result.Err(Deadline exceeded)", "0", "Result.Err(Deadline exceeded)"]);
  });

  it.each([
    ["0ms", "Result.Err(Deadline exceeded)"],
    ["-5", "Result.Err(Deadline exceeded)"],
    ["nil", "Result.Ok(1)"],
    ['"soon"', "Result.Ok(1)"],
  ])("takes %s for what it is", async (length, shown) => {
    expect(await linesOf(`let d: any = ${length}\nprintln(try { deadline d { 1 } })`)).toEqual([shown]);
  });

  it("leaves no timer behind", async () => {
    const { elapsed } = await runProgram("deadline 60s { sleep(1) }\nsleep(1)");
    expect(elapsed).toBe(2);
  });

  it("does not swallow what came just before it", async () => {
    expect(
      await linesOf(`
        let ch = channel("c", 1)
        spawn { sleep(10); send(ch, "in time") }
        println(try { deadline 10ms { receive(ch) } })
        println(try_receive(ch))
      `),
    ).toHaveLength(2);
  });
});
