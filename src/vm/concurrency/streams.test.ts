import { describe, expect, it } from "vitest";
import { pureStdlib } from "../../stdlib/index.ts";
import { linesOf as run } from "../testing/run-program.ts";

const linesOf = (text: string): Promise<readonly string[]> => run(text, { parts: pureStdlib });

/** Elements at times: `timed([[5, "a"]])` gives `a` at 5 ms. */
const timed = "gen fn timed(plan) { for step in plan { sleep(step[0] - clock()); emit step[1] } }\n";

describe("stream operators", () => {
  it.each([
    ["stream.collect(stream.map([1, 2], { x -> x * 10 }))", "[10, 20]"],
    ["stream.collect(stream.filter([1, 2, 3], { x -> x != 2 }))", "[1, 3]"],
    ["stream.collect(stream.take([1, 2, 3], 2))", "[1, 2]"],
    ["stream.collect(stream.scan([1, 2, 3], 10, { a, x -> a + x }))", "[11, 13, 16]"],
    ["stream.fold([1, 2, 3], 0, { a, x -> sleep(1); a + x })", "6"],
    ["stream.first([7, 8])", "7"],
    ["stream.first([])", "nil"],
    ["stream.collect(stream.take_until([1, 2, 3], { x -> x == 3 }))", "[1, 2]"],
    ["stream.collect(stream.merge([1, 3], [2, 4]))", "[1, 2, 3, 4]"],
    ["stream.collect(stream.interleave([1, 4], [], [2], [3, 5, 6]))", "[1, 2, 3, 4, 5, 6]"],
    ["stream.collect(stream.zip([1, 2, 3], [4, 5]))", "[(1, 4), (2, 5)]"],
    ["stream.collect(stream.race([], [9, 10], [11]))", "[9, 10]"],
    ["stream.collect(stream.debounce([1, 2, 3], 0))", "[3]"],
    ["stream.collect(stream.throttle([1], 10))", "[1]"],
    ["stream.collect(stream.map({b: 1, a: 2}, { e -> e.first }))", "[a, b]"],
    ["type_of(stream.merge([1]))", "iter"],
  ])("%s is %s", async (expression, shown) => {
    expect(await linesOf(`println(${expression})`)).toEqual([shown]);
  });

  it("merge elements when they come", async () => {
    expect(
      await linesOf(
        `${timed}println(stream.collect(stream.merge(timed([[5, "a"], [30, "d"]]), timed([[10, "b"], [20, "c"]]))))\nprintln(clock())`,
      ),
    ).toEqual(["[a, b, c, d]", "30"]);
  });

  it("race by time, and let the losers clean up", async () => {
    expect(
      await linesOf(`
        gen fn runner(name, ms) { defer { println("\${name} leaves") }; sleep(ms); emit name; emit "\${name} again" }
        println(stream.collect(stream.race(runner("slow", 50), runner("fast", 5))))
        println(clock())
      `),
    ).toEqual(["slow leaves", "fast leaves", "[fast, fast again]", "5"]);
  });

  it("debounce bursts", async () => {
    expect(
      await linesOf(
        `${timed}println(stream.collect(stream.debounce(timed([[1, 1], [3, 2], [20, 3], [40, 4], [41, 5]]), 10)))`,
      ),
    ).toEqual(["[2, 3, 5]"]);
  });

  it("throttle to so many in a second", async () => {
    expect(await linesOf('for v in stream.throttle([1, 2, 3], 20) { println("${v} at ${clock()}") }')).toEqual([
      "1 at 0",
      "2 at 50",
      "3 at 100",
    ]);
  });

  it("tap with effects, waiting for them", async () => {
    expect(
      await linesOf('println(stream.collect(stream.tap([1, 2], { x -> sleep(5); println("saw ${x}") })))'),
    ).toEqual(["saw 1", "saw 2", "[1, 2]"]);
  });

  it("broadcast everything to everybody, pulling the source once", async () => {
    expect(
      await linesOf(`
        gen fn numbers() { for i in [1, 2, 3] { sleep(1); println("made \${i}"); emit i } }
        let copies = stream.broadcast(numbers(), 2)
        println(parallel each copies { c -> stream.collect(c) })
      `),
    ).toEqual(["made 1", "made 2", "made 3", "[[1, 2, 3], [1, 2, 3]]"]);
  });

  it("leave other channels alone once they have an element", async () => {
    expect(
      await linesOf(`
        let a = channel("a", 2)
        let b = channel("b", 2)
        send(b, "ready")
        println(stream.first(stream.merge(a, b)))
        send(a, "still there")
        println(try_receive(a))
        println(stream.first(stream.race(a, b, ["list"])))
      `),
    ).toEqual(["ready", "still there", "list"]);
  });

  it("pass errors on, at the element that met them", async () => {
    expect(
      await linesOf(`
        let bad = { -> stream.map([1, 2], { x -> if x == 2 { throw "bad" }; x }) }
        for source in [stream.merge(bad(), [3]), stream.race(bad(), stream.map([1], { x -> sleep(5) })), stream.tap(bad(), { x -> nil }), stream.broadcast(bad(), 1)[0]] {
          println(try { stream.collect(source) })
        }
      `),
    ).toEqual(["Result.Err(bad)", "Result.Err(bad)", "Result.Err(bad)", "Result.Err(bad)"]);
  });

  it("close their sources when a loop is left", async () => {
    expect(
      await linesOf(`
        gen fn numbers(name) { defer { println("\${name} closed") }; var i = 0; while true { emit i; i = i + 1 } }
        for v in stream.tap(numbers("tap"), { x -> nil }) { break }
        for v in stream.zip(numbers("left"), numbers("right")) { break }
        for v in stream.merge(numbers("merged"), [1]) { break }
        println(try { stream.collect(numbers("collected"), 3) })
        sleep(1)
      `),
    ).toEqual([
      "tap closed",
      "left closed",
      "right closed",
      "merged closed",
      "collected closed",
      "Result.Err(Runtime error: stream.collect: max cap 3 exceeded)",
    ]);
  });

  it.each([
    ["stream.map([1])", "Type error: stream.map: missing argument 2"],
    ["stream.map([1], 2)", "Type error: stream.map: argument 2 must be callable, got int"],
    ["stream.take([1], -1)", "Type error: stream.take: argument 2 must be a non-negative int, got int"],
    ["stream.merge()", "Type error: stream.merge: expected at least one stream"],
    ["stream.interleave([1])", "Type error: stream.interleave: expected at least two streams"],
    ["stream.zip([1])", "Type error: stream.zip: expected 2 streams, got 1"],
    ["stream.broadcast([1], 0)", "Type error: stream.broadcast: argument 2 must be a positive int, got int"],
    ["stream.throttle([1], 0)", "Type error: stream.throttle: argument 2 must be a positive finite number"],
    [
      'stream.collect([1], "x")',
      "Type error: stream.collect: second argument must be max int or options dict, got string",
    ],
    [
      "stream.first(5)",
      "Type error: 'iter' parameter `value` expects list | dict | string | set | range | iter | Generator | stream | channel, got int",
    ],
  ])("refuse %s", async (expression, message) => {
    expect(await linesOf(`println(try { ${expression} })`)).toEqual([`Result.Err(${message})`]);
  });

  it("that several tasks pull wakes all of them when it ends, is closed, or has something", async () => {
    const text = `
      for way in ["ended", "closed", "given"] {
        let c = channel("c", 1)
        let s = stream.merge(c)
        if way == "closed" { spawn { for x in s { break } } }
        var hs = []
        for i in 1 to 3 { hs = hs.push(spawn { stream.first(s) }) }
        sleep(1)
        if way == "ended" { close_channel(c) }
        if way == "closed" { send(c, 1) }
        if way == "given" { send(c, 1); send(c, 2); send(c, 3) }
        println(way, hs.map({ h -> await(h) }))
      }`;
    expect(await linesOf(text)).toEqual(["ended [nil, nil, nil]", "closed [nil, nil, nil]", "given [1, 2, 3]"]);
  });
});

describe("a stage that several tasks pull at once", () => {
  const slow = "{ x -> sleep(10 - x); x }";
  const source = "iter([1, 2, 3, 4])";
  // The element that is under way when another task finds the end is no end.
  it.each([
    ["map", `${source}.map(${slow})`, 10],
    ["filter", `${source}.filter({ x -> sleep(10 - x); true })`, 10],
    ["take_while", `${source}.take_while({ x -> sleep(10 - x); true })`, 10],
    ["enumerate", `${source}.map(${slow}).enumerate().map({ p -> p.second })`, 10],
    ["zip", `${source}.zip(iter([1, 2, 3, 4]).map(${slow})).map({ p -> p.second })`, 10],
    ["stream.map", `stream.map([1, 2, 3, 4], ${slow})`, 10],
    ["stream.tap", `stream.tap([1, 2, 3, 4], ${slow})`, 10],
    ["stream.scan", "stream.scan([1, 2, 3, 4], 0, { s, x -> sleep(10 - x); x })", 10],
    ["stream.interleave", `stream.interleave(stream.map([1, 2], ${slow}), stream.map([3, 4], ${slow}))`, 10],
    ["stream.zip", `stream.zip([1, 2], stream.map([3, 4, 5], ${slow}))`, 10],
    ["stream.zip of slow streams", `stream.zip(stream.map([1, 2], ${slow}), stream.map([3, 4, 5], ${slow}))`, 10],
    ["stream.throttle", `stream.throttle(stream.map([1, 2, 3, 4], ${slow}), 1000)`, 10],
  ])("%s gives every element to one of them", async (_name, stage, total) => {
    const text = `
      let s = ${stage}
      let sum = atomic(0)
      let hs = [1, 2, 3, 4, 5, 6].map({ i -> spawn { for v in s { atomic_add(sum, type_of(v) == "pair" ? v.first + v.second : v) } } })
      for h in hs { await(h) }
      for v in s { println("late", v) }
      println(atomic_get(sum))`;
    expect(await linesOf(text)).toEqual([`${total}`]);
  });
});
