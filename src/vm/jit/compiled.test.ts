import { afterEach, describe, expect, test, vi } from "vitest";
import { linesOf, runProgram } from "../testing/run-program.ts";
import { tierDifference } from "./testing/compare-tiers.ts";

afterEach(() => vi.unstubAllGlobals());

/** What the program prints where everything is compiled; the other tiers have to agree. */
async function compiledLines(text: string): Promise<readonly string[]> {
  expect(await tierDifference(text)).toBeUndefined();
  return linesOf(text, { compiling: "always" });
}

describe("compiled code", () => {
  test.each([
    ['"\\"; globalThis.leaked = 1; \\""', '"; globalThis.leaked = 1; "'],
    ['"${1}\u2028\u2029`${2}`"', "1\u2028\u2029`2`"],
    ['"\\\\"', "\\"],
    ['"*/ ] } ) ; throw 1 //"', "*/ ] } ) ; throw 1 //"],
  ])("takes the text %s for text", async (literal, shown) => {
    expect(await compiledLines(`fn f(x) { return ${literal} + x }\npipeline main() { println(f("")) }`)).toEqual([
      shown,
    ]);
    expect("leaked" in globalThis).toBe(false);
  });

  test("takes the last closure of a loop for the next one only where it captured the same", async () => {
    const program = `
pipeline main() {
  let base = 10
  var kept = []
  for i in 1 to 4 {
    let step = i / 2
    var seen = [step]
    kept = kept + [{ x -> x + base }, { x -> x + step }, { x -> x }, { x -> x + seen[0] }]
    seen[0] = 100
  }
  var results = []
  for f in kept { results = results + [f(1)] }
  println(results)
  println(kept[0] == kept[4], kept[2] == kept[6])
}`;
    expect(await compiledLines(program)).toEqual([
      "[11, 1, 1, 1, 11, 2, 1, 2, 11, 2, 1, 2, 11, 3, 1, 3]",
      "false false",
    ]);
  });

  test("hands an error from one handler of a call to the next", async () => {
    const program = `
enum Trouble { Small(n: int), Large }
fn run(kind) {
  var log = []
  for i in 0 to 1 {
    try {
      try {
        try {
          if i == kind { throw Trouble.Small(i) }
          if kind == 7 { deadline 5ms { sleep(50) } }
          if kind == 8 { throw "thrown" }
          log = log + [i]
        } catch (e: Trouble) { log = log + ["trouble"]
          throw e
        } finally { sleep(1)
          log = log + ["inner"] }
      } finally { log = log + ["outer"] }
    } catch (e) { log = log + [e] }
  }
  return log
}
pipeline main() {
  for kind in [0, 7, 8] { println(run(kind)) }
  println(try { deadline 5ms { try { sleep(50) } finally { println("left") } } })
}`;
    expect(await compiledLines(program)).toEqual([
      "[trouble, inner, outer, Trouble.Small(0), 1, inner, outer]",
      "[inner, outer, Deadline exceeded, inner, outer, Deadline exceeded]",
      "[inner, outer, thrown, inner, outer, thrown]",
      "left",
      "Result.Err(Deadline exceeded)",
    ]);
  });

  test("keeps names of JavaScript's own apart from those of programs", async () => {
    const program = `
fn task(support, slots) { let arguments = support + slots
  let undefined = arguments
  return undefined }
struct Object { __proto__: int, prototype: int }
impl Object { fn toString(self) { return self.__proto__ } }
pipeline main() {
  var eval = {__proto__: 1, constructor: 2, toString: 3}
  eval.__proto__ = 4
  eval["hasOwnProperty"] = 5
  for globalThis in 1 to 3 { eval.constructor = eval.constructor + globalThis }
  println(eval)
  println({}.constructor, {}["__proto__"], [1].length, "x".constructor)
  println(Object { __proto__: 6, prototype: 7 }.toString())
  println(task(1, 2))
}`;
    expect(await compiledLines(program)).toEqual([
      "{__proto__: 4, constructor: 8, hasOwnProperty: 5, toString: 3}",
      "nil nil nil nil",
      "6",
      "3",
    ]);
  });

  test("loops over lists give what else they are given, and elements of another kind than so far", async () => {
    const program = `
fn joined(xs) { var all = ""
  for x in xs { all = all + "\${x};" }
  return all }
fn total(xs) { var sum = 0
  for x in xs { sum = sum + x }
  return sum }
pipeline main() {
  for round in 1 to 3 {
    println(joined([1, 2]), joined(["a", "b"]), joined([1, "a", nil, [2], {k: 3}, 4.5]), joined([]))
    println(joined(1 to 3), joined({a: 1}), joined(nil))
    println(total([1, 2]), total([1.5, 2]), total([2147483647, 2147483647]), total(1 to 4))
    println(try { total([1, "x"]) } catch (e) { "no sum: \${e}" })
  }
}`;
    const lines = await compiledLines(program);
    expect(lines.slice(0, 3)).toEqual([
      "1;2; a;b; 1;a;nil;[2];{k: 3};4.5; ",
      "1;2;3; {key: a, value: 1}; ",
      "3 3.5 4294967294 10",
    ]);
    expect(lines[3]).toContain("no sum: ");
    expect(lines.slice(8, 12)).toEqual(lines.slice(0, 4));
  });

  test("elements that a loop gives away are not written through it", async () => {
    const program = `
pipeline main() {
  let rows = [[1, 2], [3, 4]]
  var kept = []
  for row in rows { var own = row
    own[0] = 9
    kept = kept + [own] }
  println(rows, kept)
}`;
    expect(await compiledLines(program)).toEqual(["[[1, 2], [3, 4]] [[9, 2], [9, 4]]"]);
  });

  test("a function in a variable is the one that stands there, a declared one always the same", async () => {
    const program = `
fn one(n) { return n + 1 }
var step = { n -> n + 10 }
fn swap() { step = { n -> n + 100 } }
pipeline main() {
  var total = 0
  for i in 1 to 4 {
    total = one(step(total))
    if i == 2 { swap() }
  }
  println(total)
  step = one
  println(step(1))
}`;
    expect(await compiledLines(program)).toEqual(["224", "2"]);
  });

  test("calls of small functions leave as if they had not begun where a guess is wrong", async () => {
    const program = `
fn grow(n, by) { return n * by }
fn first(xs) { return xs[0] }
struct Square { side: int }
struct Circle { radius: any }
struct Text { words: string }
impl Square { fn area(self) { return self.side * self.side } }
impl Circle { fn area(self) { return self.radius * self.radius * 3 } }
impl Text { fn area(self) { return self.words } }
pipeline main() {
  var n = 1
  for i in 1 to 70 { n = grow(n, 3) }
  println(n, grow("ab", 2), grow(1.5, 2))
  var last = nil
  for xs in [[1], [2], ["x"], "text", [[3]], [], {k: 1}] {
    try { last = first(xs) } catch (e) { last = e }
    println(last)
  }
  var total = 0
  for shape in [Square { side: 2 }, Square { side: 3 }, Circle { radius: 2 }, Circle { radius: 0.5 }, Square { side: 4 }] {
    total = total + shape.area()
  }
  println(total, Text { words: "t" }.area())
  for shape in [Square { side: 3000000000 }, Text { words: "w" }, Circle { radius: "r" }, Square {}, 5] {
    try { println(shape.area()) } catch (e) { println(e) }
  }
}`;
    expect((await compiledLines(program)).slice(0, 4)).toEqual(["2293070008301402073 abab 3.0", "1", "2", "x"]);
  });

  test("has no room for a small function where the stack has none for any", async () => {
    const program = `
fn leaf(n) { return n + 1 }
fn down(n) { if n == 0 { return leaf(0) }
  return 0 + down(n - 1) }
pipeline main() {
  for depth in [100, 508, 509, 510, 511, 512] {
    try { println(depth, down(depth)) } catch (e) { println(depth, e) }
  }
}`;
    const lines = await compiledLines(program);
    expect([lines[0], lines.at(-1)]).toEqual(["100 1", "512 Stack overflow: too many nested calls"]);
  });

  test("calls in tail position for ever", async () => {
    const program = `
fn even(n) { if n == 0 { return true }
  return odd(n - 1) }
fn odd(n) { if n == 0 { return false }
  return even(n - 1) }
fn count(n, total) { if n == 0 { return total }
  return count(n - 1, total + 1) }
pipeline main() { println(even(30000), count(30000, 0)) }`;
    expect(await compiledLines(program)).toEqual(["true 30000"]);
  });

  test("ends deep recursion with an error of the language", async () => {
    const program = `
fn down(n) { return 1 + down(n + 1) }
pipeline main() {
  try { down(0) } catch (e) { println(e) }
  println([1].map({ x -> down(x) }))
}`;
    const { lines, result } = await runProgram(program, { compiling: "always" });
    expect(lines).toEqual(["Stack overflow: too many nested calls"]);
    expect(result).toContain("error: ");
    expect(await tierDifference(program)).toBeUndefined();
  });

  test("turns ints that outgrow 53 bits into wide ones, and wraps", async () => {
    const program = `
pipeline main() {
  var n = 1
  for i in 1 to 70 { n = n * 3 + i }
  println(n)
  var m = 9007199254740991
  for i in 1 to 3 { m = m + 1 }
  println(m, 0 * -5, -7 % 7, -7 / 2)
}`;
    expect(await compiledLines(program)).toHaveLength(2);
  });

  test("goes on compiled in the middle of nested loops, handlers and waits", async () => {
    const program = `
pipeline main() {
  var log = []
  for i in 1 to 4 {
    try {
      for j in [1, 2, 3] {
        if j == 2 && i == 2 { continue }
        if i == 3 { throw "three" }
        sleep(1)
        log = log + ["\${i}\${j}"]
        if i == 4 && j == 2 { break }
      }
    } catch (e) { log = log + [e] } finally { log = log + ["f"] }
  }
  println(log)
}`;
    expect(await compiledLines(program)).toEqual(["[11, 12, 13, f, 21, 23, f, three, f, 41, 42, f]"]);
  });

  test("is done without where the host forbids it", async () => {
    vi.stubGlobal("Function", () => {
      throw new EvalError("Code generation from strings disallowed for this context");
    });
    const lines = await linesOf("pipeline main() { var t = 0\n for i in 1 to 5000 { t = t + i }\n println(t) }");
    expect(lines).toEqual(["12502500"]);
  });
});
