import { describe, expect, it } from "vitest";
import { Catalog, type CatalogPart } from "./catalog.ts";
import { indexOfParts, type LatePart } from "./late-part.ts";
import { declare } from "./shape.ts";

const sample = declare("sample");
const one = sample({ name: "one", summary: "One.", params: [], run: () => 1 });

const two = sample({ name: "two", summary: "Two.", params: [], run: () => 2 });

function latePart(): LatePart & { opened: number } {
  const part = {
    index: indexOfParts([{ builtins: [one, two], handleMethods: { HarnessSample: { both: "two" } } }]),
    opened: 0,
    open: () => {
      part.opened += 1;
      return [{ builtins: [one, two] }];
    },
  };
  return part;
}

describe("a late part", () => {
  it("is known by name before it is opened", () => {
    const part = latePart();
    const catalog = new Catalog([], [part]);
    expect([...catalog.builtins.keys()]).toEqual(["one", "two"]);
    expect(catalog.builtins.has("two")).toBe(true);
    expect(catalog.handleMethods.get("HarnessSample")?.get("both")).toBe("two");
    expect(catalog.builtins.size).toBe(2);
    expect(part.opened).toBe(0);
  });

  it("is opened once, by whoever first asks for one of its builtins", () => {
    const part = latePart();
    const catalog = new Catalog([], [part]);
    expect(catalog.builtins.get("two")).toBe(two);
    expect(catalog.builtins.get("one")).toBe(one);
    expect([...catalog.builtins.values()]).toEqual([one, two]);
    expect(part.opened).toBe(1);
  });

  it("cannot declare a name that is taken", () => {
    const catalog = new Catalog([{ builtins: [one] }], [latePart()]);
    expect(() => catalog.withDistinctNames()).toThrow("builtin declared twice: one");
    expect(() => new Catalog([{ builtins: [one, one] }])).toThrow("builtin declared twice: one");
  });

  it("has methods and globals, which are opened when they are met", () => {
    const size = { name: "size", aliases: ["length"], params: [], summary: "How many.", run: () => 3 };
    const content = { methods: { list: [size] }, globals: { answer: 42 } };
    let opened = 0;
    const open = (): CatalogPart[] => {
      opened += 1;
      return [content];
    };
    const part = { index: indexOfParts([content]), open };
    const catalog = new Catalog([], [part]);
    expect(part.index.methods).toEqual({ list: ["size", "length"] });
    expect(catalog.globals.has("answer")).toBe(true);
    expect(opened).toBe(0);
    expect(catalog.globals.get("answer")).toBe(42);
    expect(catalog.methods.get("list")?.get("length")).toBe(size);
    expect(catalog.methods.get("list")?.get("none")).toBeUndefined();
  });

  it("must declare what it names", () => {
    const catalog = new Catalog(
      [],
      [
        {
          index: { builtins: ["gone"], methods: {}, handleMethods: {}, globals: [], methodResults: [] },
          open: () => [{}],
        },
      ],
    );
    expect(() => catalog.builtins.get("gone")).toThrow("does not declare it");
  });
});
