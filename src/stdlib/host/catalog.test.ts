import { describe, expect, test } from "vitest";
import { Catalog } from "../../builtin/index.ts";
import { pureStdlib } from "../index.ts";
import { lateStdlib } from "../late.ts";
import { hostStdlib, stdioCatalog } from "./index.ts";

describe("the library's catalogue", () => {
  const catalog = new Catalog([...pureStdlib, stdioCatalog, ...hostStdlib, lateStdlib]);

  test("has all parts, each name once", () => {
    expect(catalog.builtins.size).toBeGreaterThan(400);
  });

  test("has a builtin behind every method of a handle", () => {
    const missing = [...catalog.handleMethods].flatMap(([handle, methods]) =>
      [...methods].filter(([, builtin]) => !catalog.builtins.has(builtin)).map(([method]) => `${handle}.${method}`),
    );
    expect(missing).toEqual([]);
  });

  test("names a method that exists wherever a name is deprecated for one", () => {
    const handles: Readonly<Record<string, string>> = {
      stdio: "Stdio",
      fs: "Fs",
      clock: "Clock",
      env: "Env",
      random: "Random",
      net: "Net",
      process: "Process",
    };
    const wrong = [...catalog.builtins.values()].flatMap(({ name, deprecated }) => {
      const match = /^harness\.(\w+)\.(\w+)$/.exec(deprecated ?? "");
      if (match === null) return [];
      const [, member = "", method = ""] = match;
      return catalog.handleMethods.get(`Harness${handles[member]}`)?.has(method) === true
        ? []
        : [`${name}: ${deprecated}`];
    });
    expect(wrong).toEqual([]);
  });
});
