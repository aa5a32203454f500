import { describe, expect, it } from "vitest";
import { InLine, WaitLine } from "./wait-line.ts";

class Person extends InLine {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }
}

function lineOf(names: string): { readonly line: WaitLine<Person>; readonly all: Person[] } {
  const line = new WaitLine<Person>();
  const all = [...names].map((name) => new Person(name));
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
    expect([line.leave(c as Person), line.leave(c as Person), line.leave(a as Person)]).toEqual([true, false, true]);
    expect(line.size).toBe(2);
    expect(line.takeAll().map(({ name }) => name)).toEqual(["b", "d"]);
    expect([line.size, line.first]).toEqual([0, undefined]);
  });

  it("can be joined again, at its end", () => {
    const { line, all } = lineOf("abc");
    line.leave(all[0] as Person);
    line.join(all[0] as Person);
    expect(line.takeAll().map(({ name }) => name)).toEqual(["b", "c", "a"]);
    expect(line.leave(all[0] as Person)).toBe(false);
  });

  it("keeps its order when most of it has left", () => {
    const { line, all } = lineOf("x".repeat(1000));
    for (const [index, one] of all.entries()) if (index % 100 !== 99) line.leave(one);
    expect(line.size).toBe(10);
    for (let index = 99; index < 1000; index += 100) expect(line.shift()).toBe(all[index]);
    line.join(new Person("again"));
    expect(line.shift()?.name).toBe("again");
  });
});
