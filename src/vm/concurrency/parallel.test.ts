import { describe, expect, it } from "vitest";
import { pureStdlib } from "../../stdlib/index.ts";
import { linesOf, runProgram } from "../testing/run-program.ts";

describe("parallel", () => {
  it("counts: results in index order, bodies in the order they end", async () => {
    expect(
      await linesOf(`
        println(parallel 3 { i -> sleep((3 - i) * 10); println(i); i * i })
        println(parallel 0 { i -> i })
        println(parallel(-2) { i -> i })
      `),
    ).toEqual(["2", "1", "0", "[0, 1, 4]", "[]", "[]"]);
  });

  it("takes anything that can be looped over", async () => {
    expect(
      await linesOf(`
        fn numbers() { yield 1; sleep(3); yield 2 }
        println(parallel each [1, 2] { x -> x * 2 })
        println(parallel each (1 to 4) { x -> x })
        println(parallel each {b: 1, a: 2} { e -> e.key })
        println(parallel each numbers() { x -> x + 10 })
        println(parallel each nil { x -> x })
        println(try { let n: any = 5; parallel each n { x -> x } })
      `),
    ).toEqual([
      "[2, 4]",
      "[1, 2, 3, 4]",
      "[a, b]",
      "[11, 12]",
      "[]",
      "Result.Err(Type error: cannot iterate over int — only lists, dicts, sets, ranges, iterators, generators, streams and channels have elements)",
    ]);
  });

  it("runs every branch to its end, then throws the error of the lowest index", async () => {
    expect(
      await linesOf(`
        let ended = atomic(0)
        println(try {
          parallel each [30, 10, 20] { ms -> sleep(ms); atomic_add(ended, 1); if ms > 15 { throw "after \${ms}" } }
        })
        println(atomic_get(ended))
      `),
    ).toEqual(["Result.Err(after 30)", "3"]);
  });

  it("settles: every outcome, errors as text", async () => {
    expect(
      await linesOf(`
        println(parallel settle [2, 0, 1] { n -> if n == 1 { throw "one" }; 10 / n })
        println(parallel settle [] { n -> n })
      `),
    ).toEqual([
      "{failed: 2, results: [Result.Ok(5), Result.Err(Runtime error: Division by zero (line 2)), Result.Err(Thrown: one)], succeeded: 1}",
      "{failed: 0, results: [], succeeded: 0}",
    ]);
  });

  it.each([
    [1, 80],
    [2, 40],
    [3, 40],
    [0, 20],
    [-1, 20],
    [99, 20],
  ])("never runs more than max_concurrent = %i at a time", async (limit, duration) => {
    const { lines, elapsed } = await runProgram(`
      let running = atomic(0)
      let peak = atomic(0)
      parallel 4 with { max_concurrent: ${limit} } { i ->
        let now = atomic_add(running, 1) + 1
        if now > atomic_get(peak) { atomic_set(peak, now) }
        sleep(20)
        atomic_add(running, -1)
      }
      println(atomic_get(peak))
    `);
    expect(lines).toEqual([`${limit > 0 ? Math.min(limit, 4) : 4}`]);
    expect(elapsed).toBe(duration);
  });

  it("refuses a limit that is no int", async () => {
    expect(
      await linesOf('let n: any = "two"\nprintln(try { parallel 2 with { max_concurrent: n } { i -> i } })'),
    ).toEqual(["Result.Err(Type error: parallel max_concurrent must be an int; got string)"]);
  });

  it("ends its branches when it is interrupted", async () => {
    const { lines, elapsed } = await runProgram(`
      println(try { deadline 5ms { parallel 3 { i -> defer { println("cleaned \${i}") }; sleep(100) } } })
    `);
    expect(lines).toEqual(["cleaned 0", "cleaned 1", "cleaned 2", "Result.Err(Deadline exceeded)"]);
    expect(elapsed).toBe(5);
  });

  it("keeps what branches assign to outer variables to themselves", async () => {
    expect(await linesOf("pipeline main() { var n = 0\n parallel 3 { i -> n = n + 1 }\n println(n) }")).toEqual(["0"]);
  });
});

describe("parallel as stream", () => {
  it("gives results in the order they come", async () => {
    expect(
      await linesOf(`
        let s = parallel each [30, 10, 20] { ms -> sleep(ms); ms } as stream
        println(s)
        for v in s { println(v) }
        println(s)
        println(s.next())
      `),
    ).toEqual(["<stream>", "10", "20", "30", "<stream (done)>", "{done: true, value: nil}"]);
  });

  it("throws the first error at the pull and ends the other branches", async () => {
    expect(
      await linesOf(`
        let s = parallel each [5, 10, 20] { ms -> defer { println("left \${ms}") }; sleep(ms); if ms == 10 { throw "ten" }; ms } as stream
        println(s.next().value)
        println(try { s.next() })
        println(try { s.next() })
        sleep(50)
      `),
    ).toEqual(["left 5", "5", "left 10", "Result.Err(ten)", "Result.Ok({done: true, value: nil})", "left 20"]);
  });

  it("ends its branches when the loop is left", async () => {
    const { lines, elapsed } = await runProgram(`
      for v in (parallel each [5, 1000] { ms -> sleep(ms); println("end \${ms}"); ms } as stream) { break }
      sleep(1)
    `);
    expect(lines).toEqual(["end 5"]);
    expect(elapsed).toBe(6);
  });

  it("serves several consumers, each element once", async () => {
    expect(
      await linesOf(`
        let s = parallel each [4, 3, 2, 1] { n -> sleep(n); n } as stream
        let got = channel("got", 10)
        parallel 3 { i -> for v in s { send(got, v); sleep(1) } }
        close_channel(got)
        var sum = 0
        var count = 0
        for v in got { sum = sum + v; count = count + 1 }
        println("\${count} \${sum}")
      `),
    ).toEqual(["4 10"]);
  });
});

describe("parallel_race", () => {
  it("gives the first success and ends the rest", async () => {
    const { lines, elapsed } = await runProgram(
      `
      let ended = atomic(0)
      println(parallel_race([30, 10, 20], { ms -> defer { atomic_add(ended, 1) }; sleep(ms); if ms == 10 { throw "no" }; Ok(ms) }))
      sleep(1)
      println(atomic_get(ended))
    `,
      { parts: pureStdlib },
    );
    expect(lines).toEqual(["20", "3"]);
    expect(elapsed).toBe(21);
  });

  it("reports all failures, in order", async () => {
    expect(
      await linesOf('println(try { parallel_race([2, 1], { n -> sleep(n); Err("e${n}") }) })', { parts: pureStdlib }),
    ).toEqual(["Result.Err(Runtime error: parallel_race: all 2 task(s) failed: e2; e1)"]);
  });

  it.each([
    ["[], { n -> n }", "Runtime error: parallel_race: expected at least one item"],
    ['"x", { n -> n }', "Type error: parallel_race: first argument must be a list, got string"],
    ["[1], 5", "Type error: parallel_race: argument 2 must be callable, got int"],
  ])("refuses %s", async (args, message) => {
    expect(await linesOf(`println(try { parallel_race(${args}) })`)).toEqual([`Result.Err(${message})`]);
  });
});
