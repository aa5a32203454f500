import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nodeModuleReader } from "../../src/host/node/node-module-reader.ts";
import { compileProgram, standardCatalog } from "../../src/program/index.ts";
import { Source } from "../../src/text/index.ts";
import { root } from "../../test/architecture/imports.ts";

const folder = join(root, "src", "stdlib", "lib");
const modules = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".harn"))
  .sort();

/** A module that calls what the library does not have, or by an old name, is found here and not by whoever imports it. */
describe("the std/ modules", () => {
  test.each(modules)("%s has nothing to report", (path) => {
    const file = join(folder, path);
    const source = new Source(file, readFileSync(file, "utf8"));
    const program = compileProgram(source, { reader: nodeModuleReader(), catalog: standardCatalog });
    expect(program.problems.map(({ message }) => message)).toEqual([]);
    expect(program.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  });
});
