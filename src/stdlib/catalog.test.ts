import { expect, test } from "vitest";
import { Catalog } from "../builtin/index.ts";
import { pureStdlib } from "./index.ts";

test("every name is declared once, with a summary", () => {
  const catalog = new Catalog(pureStdlib);
  for (const builtin of catalog.builtins.values()) expect(builtin.summary, builtin.name).not.toBe("");
  for (const table of catalog.methods.values()) {
    for (const method of table.values()) expect(method.summary, method.name).not.toBe("");
  }
});
