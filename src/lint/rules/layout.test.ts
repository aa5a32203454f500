import { describe, expect, it } from "vitest";
import { fixed, found } from "../testing/lint-text.ts";

describe("layout", () => {
  it("blank-line-between-items", () => {
    const text = "let a = 1\n// about b\nlet b = 2\n\nlet c = 3\nlog(a, b)\nlog(c)\n";
    expect(found("blank-line-between-items", text)).toEqual(["2: top-level items should be separated by a blank line"]);
    expect(fixed("blank-line-between-items", text)).toContain("let a = 1\n\n// about b\nlet b = 2\n");
  });

  it("import-order", () => {
    const text = 'import { z } from "z"\nimport { a } from "a"\nimport "std/text"\n\nlog(a, z)\n';
    expect(found("import-order", text)).toHaveLength(1);
    const sorted = fixed("import-order", text);
    expect(sorted).toBe('import "std/text"\nimport { a } from "a"\nimport { z } from "z"\n\nlog(a, z)\n');
    expect(found("import-order", sorted)).toEqual([]);
  });

  it("import-order moves no comment", () => {
    const text = 'import { z } from "z"\n// why\nimport { a } from "a"\n';
    expect(found("import-order", text)).toHaveLength(1);
    expect(fixed("import-order", text)).toBe(text);
  });

  it("missing-harndoc wants a block", () => {
    const text = "/** said */\npub fn a() { return 1 }\n\n/// said\npub fn b() { return 1 }\n\nfn c() { return 1 }\n";
    expect(found("missing-harndoc", text)).toEqual(["5: public function `b` is missing a `/** */` doc comment"]);
  });

  it("legacy-doc-comment", () => {
    const text =
      "/// one\n/// two\nfn a() { return 1 }\n\n// three\nfn b() { return 1 }\n\n// apart\n\nfn c() { return 1 } // beside\nfn d() { return 1 }\n";
    expect(found("legacy-doc-comment", text)).toEqual([
      "1: `///` doc comment(s) above this item should use `/** */` form",
      "5: plain `//` doc comment(s) above this item should use `/** */` form",
    ]);
    expect(fixed("legacy-doc-comment", text)).toMatch(
      /^\/\*\*\n \* one\n \* two\n \*\/\nfn a[\s\S]*\/\*\* three \*\/\nfn b/,
    );
  });

  it("legacy-doc-comment sees the declarations of types in a block, and keeps their indentation", () => {
    const text =
      "fn a() {\n  // one\n  // two\n  interface I {\n    fn f(self) -> int\n  }\n  // a step\n  let x = 1\n  return x\n}\n";
    expect(found("legacy-doc-comment", text)).toEqual([
      "2: plain `//` doc comment(s) above this item should use `/** */` form",
    ]);
    expect(fixed("legacy-doc-comment", text)).toMatch(/\n {2}\/\*\*\n {3}\* one\n {3}\* two\n {3}\*\/\n {2}interface/);
  });

  it("require-file-header is off unless wanted", () => {
    expect(found("require-file-header", "log(1)\n")).toEqual([]);
    expect(found("require-file-header", "log(1)\n", { requireFileHeader: true })).toHaveLength(1);
    expect(found("require-file-header", "/** Logs. */\n\nlog(1)\n", { requireFileHeader: true })).toEqual([]);
  });
});
