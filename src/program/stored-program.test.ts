import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { disassemble } from "../bytecode/index.ts";
import { memoryReader } from "../modules/index.ts";
import { Source } from "../text/index.ts";
import { standardCatalog } from "./catalog.ts";
import { compileProgram } from "./compile-program.ts";
import { observeReader } from "./observed-reader.ts";
import { restoreProgram, type StoredProgram, storeProgram } from "./stored-program.ts";

function stored(entry: Source, files: Record<string, string>): StoredProgram {
  const observed = observeReader(memoryReader(files));
  const program = compileProgram(entry, { reader: observed.reader, catalog: standardCatalog });
  expect(program.hasErrors).toBe(false);
  // As a file would hold it.
  return JSON.parse(JSON.stringify(storeProgram(program, program.diagnostics, observed.observations)));
}

const entry = new Source("/p/main.harn", 'import { two } from "lib"\npipeline main() { log(two()) }\n');
const library = { "/p/lib.harn": "pub fn two() { return 2 }\n" };

describe("a stored program", () => {
  it("is the program that was compiled", () => {
    const folder = join(import.meta.dirname, "../../conformance/language");
    const names = readdirSync(folder).filter((name) => /^[^.].*\.harn$/.test(name));
    expect(names.length).toBeGreaterThan(50);
    let compared = 0;
    for (const name of names) {
      const source = new Source(`/p/${name}`, readFileSync(join(folder, name), "utf8"));
      const reader = memoryReader({});
      const observed = observeReader(reader);
      const program = compileProgram(source, { reader: observed.reader, catalog: standardCatalog });
      if (program.hasErrors) continue;
      const kept = JSON.stringify(storeProgram(program, program.diagnostics, observed.observations));
      const restored = restoreProgram(JSON.parse(kept), source, reader);
      expect(restored?.modules.map(([id]) => id)).toEqual(program.modules.map(([id]) => id));
      for (const [index, [, code]] of program.modules.entries()) {
        const again = restored?.modules[index]?.[1];
        expect(again && disassemble(again)).toBe(disassemble(code));
        expect(again?.functions.map(({ body }) => body)).toEqual(
          JSON.parse(JSON.stringify(code.functions.map(({ body }) => body))),
        );
      }
      expect(restored?.diagnostics).toEqual(program.diagnostics);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(50);
  });

  it("keeps integers that JSON has no number for, and which numbers are floats", () => {
    const source = new Source("/p/a.harn", "pipeline main() { log([9223372036854775807, 1.0, -0.0]) }\n");
    const program = stored(source, {});
    const [, code] = restoreProgram(program, source, memoryReader({}))?.modules[0] ?? [];
    const constants = [...(code?.pipelines.values() ?? [])].flatMap((fn) => fn.constants);
    expect(constants).toContainEqual({ kind: "int", value: 9223372036854775807n });
    expect(constants).toContainEqual({ kind: "float", value: 1 });
  });

  it("tells again what there was to tell", () => {
    const source = new Source("/p/a.harn", 'pipeline main() { println("x") }\n');
    const restored = restoreProgram(stored(source, {}), source, memoryReader({}));
    expect(restored?.diagnostics.map(({ code }) => code)).toContain("HARN-LNT-053");
    expect(restored?.diagnostics[0]?.source).toBe(source);
  });

  it("serves as long as nothing has changed", () => {
    const program = stored(entry, library);
    expect(restoreProgram(program, entry, memoryReader(library))?.modules).toHaveLength(2);
  });

  it.each<[string, Source, Record<string, string>]>([
    ["the entry has another text", new Source(entry.path, `${entry.text}\n`), library],
    ["an import has another text", entry, { "/p/lib.harn": "pub fn two() { return 3 }\n" }],
    ["an import is gone", entry, {}],
    ["another file now comes first", entry, { ...library, "/p/lib": "pub fn two() { return 4 }\n" }],
  ])("is stale when %s", (_what, source, files) => {
    expect(restoreProgram(stored(entry, library), source, memoryReader(files))).toBeUndefined();
  });
});
