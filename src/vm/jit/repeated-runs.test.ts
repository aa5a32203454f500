import { afterEach, describe, expect, test, vi } from "vitest";
import { FloatValue, ListValue, type Value } from "../../value/index.ts";
import { type PreparedProgram, type ProgramOptions, prepareProgram, runPrepared } from "../testing/run-program.ts";
import { hostTurns } from "../turns.ts";

afterEach(() => vi.unstubAllGlobals());

const program = `
struct Square { side: int }
struct Circle { radius: int }
impl Square { fn area(self) { return self.side * self.side } }
impl Circle { fn area(self) { return self.radius * self.radius * scale } }
fn twice(n) { return n + n }
fn noted(n) { count = count + 1
  return twice(n) }
var count = 0
let scale = 3
pipeline main() {
  var total = 0
  let add = { n -> total + n }
  for i in 1 to 1000 { total = add(noted(i)) % 1000 }
  for shape in [Square { side: 2 }, Circle { radius: 3 }, Square { side: 5 }] { total = total + shape.area() }
  println(total, count, [1, 2, 3].length)
}`;

/** The lines of a run, and how many compiled forms were made for it. */
async function formsOf(
  prepared: PreparedProgram,
  options: Omit<ProgramOptions, "parts" | "rewrite"> = {},
): Promise<readonly [lines: readonly string[], forms: number]> {
  let forms = 0;
  vi.stubGlobal(
    "Function",
    new Proxy(Function, {
      construct: (target, given) => {
        if (String(given.at(-1)).includes("\nreturn function ")) forms++;
        return Reflect.construct(target, given) as object;
      },
    }),
  );
  const { lines } = await runPrepared(prepared, options);
  vi.unstubAllGlobals();
  return [lines, forms];
}

describe("a program that is run again", () => {
  test("finds its compiled forms, and variables and types of its own", async () => {
    const prepared = prepareProgram(program);
    const [lines, forms] = await formsOf(prepared);
    expect(forms).toBeGreaterThan(1);
    const runs = [await formsOf(prepared), await formsOf(prepared), await formsOf(prepared)];
    expect(runs.map(([seen]) => seen)).toEqual([lines, lines, lines]);
    // What was warm in the middle of a run is compiled from its start in the next.
    expect(runs.at(-1)?.[1]).toBe(0);
  });

  test("does not compile anew for every int of more than 53 bits", async () => {
    const random = `
fn next(seed) { return (seed * 1103515245 + 12345) % 2147483648 }
pipeline main() {
  var seed = 42
  for i in 1 to 3000 { seed = next(seed) }
  println(seed)
}`;
    const [lines, forms] = await formsOf(prepareProgram(random));
    expect(lines).toEqual(["975035922"]);
    expect(forms).toBeLessThan(8);
  });

  test("is compiled for itself at another heat, and not where nothing is to be compiled", async () => {
    const prepared = prepareProgram(program);
    await formsOf(prepared);
    expect((await formsOf(prepared, { compiling: "never" }))[1]).toBe(0);
    expect((await formsOf(prepared, { compiling: { calls: 5, loops: 9, resumptions: 9 } }))[1]).toBeGreaterThan(1);
  });

  test("is as cold as the first time where its turns are recorded: when it is compiled decides where it is interrupted", async () => {
    const prepared = prepareProgram(program);
    const [, forms] = await formsOf(prepared, { turns: hostTurns });
    await formsOf(prepared);
    expect((await formsOf(prepared, { turns: hostTurns }))[1]).toBe(forms);
  });

  test("learns from what a machine meets that the one before did not", async () => {
    const prepared = prepareProgram(`
fn sum(xs) { var total = xs[0]
  for x in xs { total = total + x }
  return total }
pipeline main() {
  for i in 1 to 200 { given(i) }
  println(sum(numbers))
}
fn given(i) { return sum([i, i]) }`);
    const sumOf = async (...numbers: readonly Value[]): Promise<readonly string[]> => {
      const globals = new Map<string, Value>([["numbers", new ListValue([...numbers])]]);
      return (await runPrepared(prepared, { globals })).lines;
    };
    expect(await sumOf(1, 2)).toEqual(["4"]);
    expect(await sumOf("a", "b")).toEqual(["aab"]);
    expect(await sumOf(new FloatValue(1.5), 2)).toEqual(["5.0"]);
    expect(await sumOf(9007199254740991, 9007199254740991)).toEqual(["27021597764222973"]);
    expect(await sumOf(1, 2)).toEqual(["4"]);
  });
});
