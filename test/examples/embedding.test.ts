import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../architecture/imports.ts";

test("the embedding example does what its text says", () => {
  const run = spawnSync(process.execPath, [join(root, "examples", "embedding", "main.mjs")], { encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.stdout.split("\n")).toEqual([
    "[harn] checked 1 items",
    "completed { items: [ 'apple' ], status: 'ok' }",
    "failed with { code: 'sold_out', items: [ 'pear' ] } at line 5",
    "cancelled",
    "",
  ]);
});
