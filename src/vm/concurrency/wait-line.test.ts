import { describe, expect, it } from "vitest";
import { WaitLine } from "./wait-line.ts";

function lineOf(names: string): { readonly line: WaitLine<{ name: string }>; readonly all: { name: string }[] } {
  const line = new WaitLine<{ name: string }>();
  const all = [...names].map((name) => ({ name }));
  for (const one of all) line.join(one);
  return { line, all };
}

describe("a line of those who wait", () => {
  it("serves them in the order in which they came", () => {
    const { line } = lineOf("abc");
    expect([line.shift()?.name, line.first?.name, line.shift()?.name, line.shift()?.name, line.shift()]).toEqual([
      "a",
      "b",
      "b",
      "c",
      undefined,
    ]);
  });

  it("is left from any place, once", () => {
    const { line, all } = lineOf("abcd");
    const [a, , c] = all;
    expect([
      line.leave(c as { name: string }),
      line.leave(c as { name: string }),
      line.leave(a as { name: string }),
    ]).toEqual([true, false, true]);
    expect(line.size).toBe(2);
    expect(line.takeAll().map(({ name }) => name)).toEqual(["b", "d"]);
    expect([line.size, line.first]).toEqual([0, undefined]);
  });

  it("keeps its order when most of it has left", () => {
    const { line, all } = lineOf("x".repeat(1000));
    for (const [index, one] of all.entries()) if (index % 100 !== 99) line.leave(one);
    expect(line.size).toBe(10);
    for (let index = 99; index < 1000; index += 100) expect(line.shift()).toBe(all[index]);
    line.join({ name: "again" });
    expect(line.shift()?.name).toBe("again");
  });
});
