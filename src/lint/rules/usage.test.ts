import { describe, expect, it } from "vitest";
import { fixed, found } from "../testing/lint-text.ts";

describe("unused names", () => {
  it("finds variables that are never mentioned again", () => {
    const text = 'let idle = 1\nlet shown = 2\nlet _meant = 3\nlog("${shown}")\n';
    expect(found("unused-variable", text)).toEqual(["1: variable `idle` is declared but never used"]);
    expect(fixed("unused-variable", text)).toContain("let _idle = 1");
  });

  it("takes a property of that name for another thing", () => {
    expect(found("unused-variable", "fn f(x) {\n  let size = 1\n  return x.size\n}\n")).toHaveLength(1);
  });

  it("finds names of patterns", () => {
    const text = "let [a, b, ...others] = [1, 2]\nlet {host, port: door} = {host: 1, port: 2}\nlog(a, host)\n";
    expect(found("unused-pattern-binding", text)).toEqual([
      "1: pattern binding `b` is never used",
      "1: pattern binding `others` is never used",
      "2: pattern binding `door` is never used",
    ]);
  });

  it("finds parameters, except `self`, `_x` and those of pipelines", () => {
    const text =
      "fn f(a, _b) { return { q -> 1 } }\nstruct S { n: int }\nimpl S { fn m(self) { return 1 } }\npipeline p(task) { f(1, 2) }\n";
    expect(found("unused-parameter", text)).toEqual([
      "1: parameter `a` is declared but never used",
      "1: parameter `q` is declared but never used",
    ]);
  });

  it("finds private functions, and spares what others import", () => {
    const text =
      "fn orphan() { return 1 }\npub fn open() { return 2 }\nfn _later() { return 3 }\nfn main() { return 4 }\n";
    expect(found("unused-function", text)).toEqual(["1: function `orphan` is declared but never used"]);
    expect(found("unused-function", text, { importedElsewhere: new Set(["orphan"]) })).toEqual([]);
  });

  it("finds types, and counts annotations, literals and variants as uses", () => {
    const text =
      "struct Lone { a: int }\nstruct Built { a: int }\nenum Way { In }\ntype Id = int\nlet x: Id = 1\nlog(Built {a: 1}, Way.In, x)\n";
    expect(found("unused-type", text)).toEqual(["1: struct `Lone` is declared but never referenced"]);
  });

  it("takes unused names out of an import, and the import with its last name", () => {
    const text = 'import { a, b } from "lib"\nimport { c } from "lib"\nlog(a)\n';
    expect(found("unused-import", text)).toEqual([
      "1: imported name `b` is never used",
      "2: imported name `c` is never used",
    ]);
    expect(fixed("unused-import", text)).toBe('import { a } from "lib"\nlog(a)\n');
  });

  it("does not count code that never runs, and leaves names alone that stand in it", () => {
    const text =
      'import { a } from "lib"\nfn idle() { return 1 }\ntype T = int\nlet v = 1\nfn f() {\n  return 1\n  let x: T = idle() + a() + v\n}\nlog(f())\n';
    expect(found("unused-import", text)).toHaveLength(1);
    expect(found("unused-function", text)).toEqual(["2: function `idle` is declared but never used"]);
    expect(found("unused-type", text)).toHaveLength(1);
    expect(found("unused-variable", text)[0]).toBe("4: variable `v` is declared but never used");
    expect(fixed("unused-import", text)).toBe(text);
    expect(fixed("unused-variable", text)).toContain("let v = 1");
  });

  it("finds `var` without assignment; one to a part counts", () => {
    const text = "var still = 1\nvar moving = [1]\nmoving[0] = 2\nlog(still, moving)\n";
    expect(found("mutable-never-reassigned", text)).toEqual([
      "1: variable `still` is declared as `var` but never reassigned",
    ]);
    expect(fixed("mutable-never-reassigned", text)).toMatch(/^let still = 1\nvar moving/);
  });
});
