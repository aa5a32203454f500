import { describe, expect, test } from "vitest";
import { linesOf } from "../testing/run-program.ts";
import { tierDifference } from "./testing/compare-tiers.ts";

async function lines(text: string): Promise<readonly string[]> {
  expect(await tierDifference(text)).toBeUndefined();
  return linesOf(text, { compiling: { calls: 2, loops: 3, resumptions: 1 } });
}

describe("unboxed floats", () => {
  test("are values again wherever something else than arithmetic sees them", async () => {
    const program = `
fn seen(v) { return [v] }
fn halves(n) {
  var x = 1.0
  var all = []
  var at = {x: 0.0}
  for i in 1 to n {
    x = x / 2.0
    let keep = { -> x }
    all = all + [x, keep()]
    at.x = x
    if i == n { return [seen(x), all, at, "<\${x}>", x == 0.125, x == 1, x ? "true" : "false", x] }
  }
}
pipeline main() {
  for i in 1 to 6 { println(halves(3)) }
}`;
    expect([...new Set(await lines(program))]).toEqual([
      "[[0.125], [0.5, 0.5, 0.25, 0.25, 0.125, 0.125], {x: 0.125}, <0.125>, true, false, true, 0.125]",
    ]);
  });

  test("outlive waits, errors and what they did not expect", async () => {
    const program = `
fn walk(steps, odd) {
  var x = 0.5
  var y = 0.25
  var last = nil
  for i in 1 to steps {
    let old = x
    x = x * 1.5 - y
    y = old + y * 0.5
    if i % 4 == 0 { sleep(1) }
    try {
      if i % 5 == 0 { throw [x, y] }
      y = y + odd
    } catch (e) { last = e
      x = 0.0 - x } finally { y = y * 1.0 }
  }
  return [x, y, last]
}
pipeline main() {
  println(walk(12, 1.5))
  println(walk(12, 2))
  println(walk(12, 9007199254740993))
  println(walk(12, 0.0))
  println(walk(6, "text"))
}`;
    expect((await lines(program)).length).toBe(5);
  });

  test("compare like floats do, with floats and ints", async () => {
    const program = `
fn tell(limit) {
  var x = 3.0
  var seen = []
  while x > -2.0 {
    seen = seen.push([x < 1.0, x <= 1, x >= 0.5, x > 2, x == 1, x != 1.0, 2 > x])
    x = x - 1.0
  }
  let none = limit / 0.0 - limit / 0.0
  return [seen, none < 1.0, none > 1, none <= 1.0, none >= 1, none == none, none != 1, 0.0 - 0.0 == 0]
}
pipeline main() { for i in 1 to 5 { println(tell(1.0)) } }`;
    expect(new Set(await lines(program)).size).toBe(1);
  });

  test("are not taken for what a register holds at other times", async () => {
    const program = `
pipeline main() {
  for round in 1 to 8 {
    let a = round * 0.5
    let b = a + 1.0
    println(a * b)
    let c = "c"
    let d = [c, round]
    println(c, d)
    for item in [1, 2.5, "x", nil] {
      var kept = 1.5
      if item == "x" { kept = item } else { kept = kept + 2.5 }
      sleep(1)
      println(kept, item)
    }
  }
}`;
    expect((await lines(program)).slice(0, 6)).toEqual(["0.75", "c [c, 1]", "4.0 1", "4.0 2.5", "x x", "4.0 nil"]);
  });
});
