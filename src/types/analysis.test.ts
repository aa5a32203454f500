import { describe, expect, it } from "vitest";
import type { ModuleReader } from "../modules/index.ts";
import { memoryReader } from "../modules/index.ts";
import { Analysis } from "./index.ts";
import { catalog } from "./testing/findings.ts";

/** A folder whose files change under the analysis. */
function project(files: Record<string, string>) {
  const reader: ModuleReader = {
    ...memoryReader(files),
    read: (path) => memoryReader(files).read(path),
    exists: (path) => memoryReader(files).exists(path),
  };
  const analysis = new Analysis(reader, catalog, { ambientStdio: "warn" });
  const look = () => {
    const { findings, checked } = analysis.check("main.harn");
    const lines = [...findings.values()]
      .flat()
      .map(
        ({ code, source, span }) => `${code.replace("HARN-", "")} ${source.path}:${source.lines.lineAt(span.start)}`,
      );
    return { checked, lines };
  };
  return { files, look };
}

const main = 'import "./lib"\npipeline p(t) {\n  double("x")\n}';
const lib = 'import "./deep"\npub fn double(n: int) -> int { return n * 2 }';
const deep = "pub struct Box { n: int }\npub fn unbox(b: Box) -> int { return b.n }";

function nested() {
  return project({ "main.harn": main, "lib.harn": lib, "deep.harn": deep });
}

describe("Analysis", () => {
  it("gives the findings of every module, and checks nothing twice", () => {
    const { look } = nested();
    expect(look()).toEqual({ checked: 3, lines: ["TYP-006 main.harn:3"] });
    expect(look()).toEqual({ checked: 0, lines: ["TYP-006 main.harn:3"] });
  });

  it("checks the module alone whose body changed", () => {
    const { files, look } = nested();
    look();
    files["deep.harn"] = deep.replace("return b.n", "return b.m");
    expect(look()).toEqual({ checked: 1, lines: ["TYP-006 main.harn:3", "NAM-004 deep.harn:2"] });
  });

  it("checks whoever can see a signature that changed", () => {
    const { files, look } = nested();
    look();
    files["lib.harn"] = lib.replace("n: int", "n: string");
    expect(look().lines).not.toContain("TYP-006 main.harn:3");
    files["deep.harn"] = deep.replace("n: int", "n: float");
    expect(look().checked).toBe(3);
  });

  it("notices that a function has come to yield", () => {
    const { files, look } = project({
      "main.harn": 'import "./lib"\npipeline p(t) { let n: int = count() }',
      "lib.harn": "pub fn count() { return 1 }",
    });
    expect(look().lines).toEqual([]);
    files["lib.harn"] = "pub fn count() { yield 1 }";
    expect(look()).toEqual({ checked: 2, lines: ["TYP-007 main.harn:2"] });
  });

  it("keeps no finding that points to where something was in another file", () => {
    const { files, look } = nested();
    look();
    files["lib.harn"] = `${lib.replace("pub fn", "\n\npub fn")}\n`;
    expect(look().checked).toBe(2);
  });

  it("sees files come and go, and errors of syntax", () => {
    const { files, look } = nested();
    look();
    files["deep.harn"] = "pub fn (";
    expect(look().lines).toContain("PAR-001 deep.harn:1");
    delete files["lib.harn"];
    expect(look()).toEqual({ checked: 1, lines: [] });
    files["lib.harn"] = lib;
    files["deep.harn"] = deep;
    expect(look()).toEqual({ checked: 3, lines: ["TYP-006 main.harn:3"] });
  });

  it("ends on modules that import each other", () => {
    const { look } = project({
      "main.harn": 'import "./a"\npipeline p(t) { log(one()) }',
      "a.harn": 'import "./b"\npub fn one() { return two() }',
      "b.harn": 'import "./a"\npub fn two() { return one() }',
    });
    expect(look()).toEqual({ checked: 3, lines: [] });
    expect(look().checked).toBe(0);
  });

  it("takes text that is not saved", () => {
    const analysis = new Analysis(memoryReader({}), catalog, { ambientStdio: "warn" });
    const found = analysis.check("untitled", "pipeline p(t) { let n: int = true }").findings;
    expect([...found.values()].flat().map(({ code }) => code)).toEqual(["HARN-TYP-007"]);
  });
});
