import { expect, test } from "vitest";
import { Catalog, type ReceiverKind } from "../builtin/index.ts";
import { pureStdlib } from "./index.ts";
import { lateStdlib } from "./late.ts";

test("every name is declared once, with a summary", () => {
  const catalog = new Catalog([...pureStdlib, lateStdlib]);
  for (const builtin of catalog.builtins.values()) expect(builtin.summary, builtin.name).not.toBe("");
  for (const table of catalog.methods.values()) {
    for (const method of table.values()) expect(method.summary, method.name).not.toBe("");
  }
});

test("results are stated for methods that exist, once each", () => {
  const catalog = new Catalog([...pureStdlib, lateStdlib]);
  const stated = pureStdlib.flatMap(({ methodResults = {} }) =>
    Object.entries(methodResults).flatMap(([kind, results]) =>
      Object.values(results).flatMap((names) => names.split(" ").map((name) => ({ kind: kind as ReceiverKind, name }))),
    ),
  );
  const strangers = stated.filter(({ kind, name }) => catalog.methods.get(kind)?.get(name)?.name !== name);
  expect(strangers).toEqual([]);
  expect(new Set(stated.map(({ kind, name }) => `${kind}.${name}`)).size).toBe(stated.length);
  expect(catalog.methodResult("string", "len")).toBe("int");
  expect(catalog.methodResult("list", "first")).toBeUndefined();
});
