import { describe, expect, test } from "vitest";
import { tierDifference } from "./testing/compare-tiers.ts";

describe("loops of list methods", () => {
  test.each([
    ["values of any kind", "[1, 2.5, 9007199254740991, 4611686018427387904]", "{ x -> x * 2 }"],
    ["what it did not expect, in the middle", '[1, 2, 3, "x", 4]', "{ x -> x - 1 }"],
    ["no list", "{k: 1}", "{ x -> x }"],
    ["a closure of another arity", "[1, 2]", "{ x, y -> x }"],
    ["elements given away", "[[1], [2]]", "{ x -> [x, x] }"],
    ["captures", "[1, 2, 3]", "{ x -> x + round }"],
    ["fields", "[{k: 1}, {k: 2}, {j: 3}, 4]", "{ x -> x.k }"],
    ["a module's variable", "[1, 2, 3]", "{ x -> x * scale }"],
  ])("do what the methods do with %s", async (_what, list, callback) => {
    const program = `
var scale = 2
fn run(xs, round) {
  try { println(xs.map(${callback})) } catch (e) { println("map", e) }
  try { println(xs.filter(${callback})) } catch (e) { println("filter", e) }
  try { println(xs.reduce(round, { a, x -> a + x })) } catch (e) { println("reduce", e) }
}
pipeline main() {
  for round in 1 to 6 {
    var xs = [3, 4]
    run(xs, round)
    run(${list}, round)
    var mapped = xs.map(${callback.includes("y") ? "{ x -> x }" : callback})
    try { mapped[0] = round
      xs[0] = 9 } catch (e) { println(e) }
    println(xs, mapped)
    scale = scale + 1
  }
}`;
    expect(await tierDifference(program)).toBeUndefined();
  });

  test("leave what they were given and what they gave apart", async () => {
    const program = `
pipeline main() {
  for round in 1 to 6 {
    var rows = [[1], [2], [3]]
    var kept = rows.filter({ r -> r })
    var pairs = rows.map({ r -> [r, round] })
    kept[0][0] = "kept"
    pairs[1][0][0] = "pairs"
    rows[2][0] = "rows"
    println(rows, kept, pairs)
  }
}`;
    expect(await tierDifference(program)).toBeUndefined();
  });
});
