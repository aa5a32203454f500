import { describe, expect, it } from "vitest";
import { pureStdlib } from "../stdlib/index.ts";
import { linesOf, runProgram } from "./testing/run-program.ts";

describe("a generator", () => {
  it("runs no further than its consumer asks", async () => {
    expect(
      await linesOf(`
        fn numbers() { println("begin"); yield 1; println("between"); yield 2; println("end") }
        let g = numbers()
        println(g)
        println(g.next())
        println(g.next())
        println(g.next())
        println(g.next())
        println(g)
      `),
    ).toEqual([
      "<generator>",
      "begin",
      "{done: false, value: 1}",
      "between",
      "{done: false, value: 2}",
      "end",
      "{done: true, value: nil}",
      "{done: true, value: nil}",
      "<generator (done)>",
    ]);
  });

  it("may wait between its values", async () => {
    expect(
      await linesOf(`
        gen fn slow() { for i in [1, 2] { sleep(10); emit i } }
        for v in slow() { println("\${v} at \${clock()}") }
      `),
    ).toEqual(["1 at 10", "2 at 20"]);
  });

  it("is closed by an error that leaves the loop over it, before anybody catches that", async () => {
    expect(
      await linesOf(`
        gen fn g(name) { try { emit 1; emit 2 } finally { println("closed", name) } }
        gen fn outer() { for x in g("inner") { emit x } }
        fn fails() { for x in g("called") { throw "two" } }
        try { for x in g("direct") { throw "one" } } catch (e) { println("caught", e) }
        try { fails() } catch (e) { println("caught", e) }
        for x in outer() { break }
        println(try { for x in g("sleeping") { deadline 5ms { sleep(10) } } })
      `),
    ).toEqual([
      "closed direct",
      "caught one",
      "closed called",
      "caught two",
      "closed inner",
      "closed sleeping",
      "Result.Err(Deadline exceeded)",
    ]);
  });

  it("surfaces its error at the pull, and is done", async () => {
    expect(
      await linesOf(`
        gen fn bad() { emit 1; sleep(1); throw "x" }
        let s = bad()
        println(s.next().value)
        println(try { s.next() })
        println(try { s.next() })
        fn worse() { yield 1 / 0 }
        println(try { worse().next() })
      `),
    ).toEqual([
      "1",
      "Result.Err(x)",
      "Result.Ok({done: true, value: nil})",
      "Result.Err(Runtime error: Division by zero (line 7))",
    ]);
  });

  it("cleans up when the loop over it is left", async () => {
    expect(
      await linesOf(`
        fn numbers() { defer { println("cleaned") }; try { for i in [1, 2, 3] { yield i } } finally { println("finally") } }
        for n in numbers() { println(n); break }
        println("after")
        fn first() { for n in numbers() { return n } }
        println(first())
      `),
    ).toEqual(["1", "finally", "cleaned", "after", "finally", "cleaned", "1"]);
  });

  it("nests", async () => {
    expect(
      await linesOf(
        `
        gen fn count(n) { if n > 0 { for v in count(n - 1) { emit v }; sleep(1); emit n } }
        var all = []
        for v in count(20) { all = all.push(v) }
        println(all.count())
      `,
        { parts: pureStdlib },
      ),
    ).toEqual(["20"]);
  });

  it("gives each value once when several tasks pull it", async () => {
    expect(
      await linesOf(`
        gen fn numbers() { for i in [1, 2, 3, 4, 5] { sleep(2); emit i } }
        let s = numbers()
        let got = channel("got", 10)
        parallel 3 { k -> for v in s { send(got, v) } }
        close_channel(got)
        for v in got { println(v) }
      `),
    ).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("keeps a value for the next pull when one gives up", async () => {
    expect(
      await linesOf(`
        gen fn slow() { sleep(10); emit "kept"; emit "next" }
        let s = slow()
        println(try { deadline 2ms { s.next() } })
        println(s.next().value, s.next().value)
      `),
    ).toEqual(["Result.Err(Deadline exceeded)", "kept next"]);
  });

  it("keeps its turn order when a waiting pull is ended", async () => {
    expect(
      await linesOf(`
        gen fn slow() { sleep(10); emit "a"; sleep(10); emit "b" }
        let s = slow()
        let first = spawn { println("first \${s.next().value}") }
        let second = spawn { println("second \${s.next().value}") }
        let third = spawn { println("third \${s.next().value}") }
        sleep(1)
        cancel(first)
        await(second)
        await(third)
      `),
    ).toEqual(["second a", "third b"]);
  });

  it("refuses to be pulled by its own body", async () => {
    expect(
      await linesOf(`
        let box = channel("box", 1)
        gen fn odd() { let me = receive(box); emit me.next() }
        let s = odd()
        send(box, s)
        println(try { s.next() })
      `),
    ).toEqual(["Result.Err(Runtime error: the stream is already running: its body pulled it (line 3))"]);
  });

  it("knows whether its consumer is to stop", async () => {
    expect(
      await linesOf(`
        gen fn flags() { while true { emit is_cancelled() } }
        let s = flags()
        let h = spawn {
          println(s.next().value)
          try { sleep(50) } catch (e) { }
          println(s.next().value)
        }
        sleep(1)
        cancel_graceful(h)
        println(s.next().value)
      `),
    ).toEqual(["false", "true", "false"]);
  });

  it("stands still between an abandoned pull and the next, whoever makes it", async () => {
    expect(
      await linesOf(`
        gen fn slow() { sleep(10); println("first wait over at \${clock()}"); sleep(10); emit clock() }
        let s = slow()
        let h = spawn { s.next() }
        sleep(1)
        cancel(h)
        sleep(99)
        println("pull at \${clock()}")
        println(await(spawn { s.next().value }))
      `),
    ).toEqual(["pull at 100", "first wait over at 100", "110"]);
  });

  it("closed while it is held back, it cleans up and gives back what it was handed", async () => {
    const text = `
      let c = channel("c", 1)
      gen fn received() { try { emit receive(c) } finally { sleep(1); println("cleaned up") } }
      let s = received()
      let h = spawn { for x in s { } }
      sleep(1)
      cancel(h)
      send(c, "message")
      sleep(5)
      println(receive(c))`;
    for (let interleaving = 1; interleaving <= 10; interleaving++) {
      const { lines } = await runProgram(text, { interleaving });
      expect(lines).toEqual(["cleaned up", "message"]);
    }
  });

  it("held back for good, it is part of a deadlock", async () => {
    const { result } = await runProgram(`
      gen fn slow() { sleep(5); emit 1 }
      let s = slow()
      try { deadline 2ms { s.next() } } catch (e) { }
      receive(channel("never", 1))
    `);
    expect(result).toContain("deadlock: every task waits for what only another could give");
    expect(result).toContain("somebody to pull what it is part of");
  });
});
