import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cataloguePages } from "../../src/cli/commands/explain.ts";
import { type CodeEntry, catalogue, findCode } from "../../src/diagnostics/catalogue/index.ts";
import { categories, type Diagnostic, repairOf } from "../../src/diagnostics/index.ts";
import { format, wouldReformatCode } from "../../src/format/index.ts";
import { nodeModuleReader } from "../../src/host/node/node-module-reader.ts";
import { restrictFiles } from "../../src/host/sandbox.ts";
import { memoryHost } from "../../src/host/testing/index.ts";
import { hostCapabilities, lint, lintTemplate, preflight } from "../../src/lint/index.ts";
import { memoryReader } from "../../src/modules/index.ts";
import { compileProgram, Harn, standardCatalog } from "../../src/program/index.ts";
import { outlineTemplate, templateProblem } from "../../src/stdlib/host/index.ts";
import { Source } from "../../src/text/index.ts";
import { root } from "../architecture/imports.ts";
import { type Fixture, fixtures } from "./fixtures.ts";

const entries = catalogue.flatMap((section) => section.entries);

/** What everything that looks at a program without running it says about it. */
function findingsIn(text: string, files: Readonly<Record<string, string>> = {}): readonly Diagnostic[] {
  const { stdSource } = nodeModuleReader();
  const reader = { ...memoryReader({ ...files, "main.harn": text, "here/.keep": "" }), stdSource };
  const { graph, diagnostics } = compileProgram({ path: "main.harn", text }, { reader, catalog: standardCatalog });
  const host = { reader, capabilities: hostCapabilities(), templateProblem };
  const parses = graph.entry.diagnostics.every(({ severity }) => severity !== "error");
  const further = parses ? [...lint(graph.entry, standardCatalog), ...preflight(graph.entry, host)] : [];
  return [...diagnostics, ...further];
}

function codesIn(text: string, files?: Readonly<Record<string, string>>): readonly string[] {
  return findingsIn(text, files).map(({ code }) => code);
}

/** Every code that a source of ours names. */
function codesOfSources(folder = join(root, "src")): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "catalogue" ? [] : codesOfSources(path);
    if (!entry.name.endsWith(".ts") || entry.name.endsWith(".test.ts")) return [];
    if (path.endsWith(join("diagnostics", "repairs.ts"))) return [];
    return [...readFileSync(path, "utf8").matchAll(/["`](HARN-[A-Z]{3}-\d{3})\b/g)].map(([, code]) => code as string);
  });
}

describe("the catalogue", () => {
  it("has the codes of each category once, in order", () => {
    // The 185 of the reference, and three of our own.
    expect(entries).toHaveLength(188);
    expect(catalogue.map(({ category }) => category)).toEqual(categories);
    for (const { entries: inCategory } of catalogue) {
      const codes = inCategory.map(({ code }) => code);
      expect(codes).toEqual([...new Set(codes)].sort());
    }
  });

  it("knows every code that is reported, and calls none of them reserved", () => {
    // Codes of other lists, such as those of channels, are no diagnostics.
    const own = codesOfSources().filter((code) => categories.some(({ name }) => code.startsWith(`HARN-${name}-`)));
    const unknown = own.filter((code) => findCode(code)?.isReserved !== undefined || !findCode(code));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("refers to codes and repairs that exist", () => {
    for (const { related = [] } of entries) for (const code of related) expect(findCode(code)?.code).toBe(code);
    expect(repairOf("HARN-TYP-006")?.safety).toBe("scope-local");
  });

  it("finds an entry under any spelling", () => {
    for (const spelling of ["HARN-TYP-006", "typ-006", "harn-typ-006"])
      expect(findCode(spelling)?.code).toBe("TYP-006");
    expect(findCode("HARN-TYP-999")).toBeUndefined();
  });
});

/** What one fixture draws. */
async function drawn(fixture: Fixture): Promise<string> {
  switch (fixture.kind) {
    case "checked": {
      const { strictTypes = false, requireFileHeader = false } = fixture.settings ?? {};
      const source = { path: "main.harn", text: fixture.program };
      const options = { reader: memoryReader({}), catalog: standardCatalog, strictTypes };
      const { graph, diagnostics } = compileProgram(source, options);
      return [...diagnostics, ...lint(graph.entry, standardCatalog, { requireFileHeader })]
        .map(({ code }) => code)
        .join(" ");
    }
    case "template": {
      const source = new Source("a.harn.prompt", fixture.text);
      return lintTemplate(source, outlineTemplate(fixture.text))
        .map(({ code }) => code)
        .join(" ");
    }
    case "formatted": {
      const formatted = format(new Source("main.harn", fixture.program));
      if (formatted.kind === "failed") return formatted.diagnostics.map(({ code }) => code).join(" ");
      return formatted.text === fixture.program ? "" : wouldReformatCode;
    }
    case "run": {
      const { stdSource } = nodeModuleReader();
      const host = memoryHost();
      const files = restrictFiles(host.files, { roots: ["/desk"] });
      const harn = new Harn({ host: { ...host, files }, reader: { ...memoryReader({}), stdSource } });
      const ended = await harn
        .run({ path: "main.harn", text: fixture.program })
        .catch((error: unknown) => String(error));
      return JSON.stringify(ended);
    }
  }
}

describe("every code", () => {
  it("has one fixture, unless nothing reports it", () => {
    const bare = entries.filter(
      ({ wrong, isReserved, code }) =>
        [wrong !== undefined, isReserved === true, code in fixtures].filter(Boolean).length !== 1,
    );
    expect(bare.map(({ code }) => code)).toEqual([]);
    expect(Object.keys(fixtures).filter((code) => findCode(code) === undefined)).toEqual([]);
  });

  it.each(Object.entries(fixtures))("%s is drawn", async (code, fixture) => {
    expect(await drawn(fixture)).toContain(`HARN-${code}`);
  });
});

const examples = entries.filter((entry): entry is CodeEntry & { readonly wrong: string } => entry.wrong !== undefined);

describe("examples", () => {
  it.each(examples.map((entry) => [entry.code, entry] as const))("%s is drawn, and put right", (code, entry) => {
    expect(codesIn(entry.wrong, entry.files)).toContain(`HARN-${code}`);
    if (entry.right !== undefined) expect(codesIn(entry.right, entry.files)).not.toContain(`HARN-${code}`);
  });

  it.each(examples.map((entry) => [entry.code, entry] as const))("%s says what to do", (code, entry) => {
    const found = findingsIn(entry.wrong, entry.files).filter((each) => each.code === `HARN-${code}`);
    expect(found.filter(({ hint }) => hint === undefined)).toEqual([]);
  });
});

describe("docs/diagnostics", () => {
  it("is what `harn explain --catalog --out docs/diagnostics` writes", () => {
    const folder = join(root, "docs", "diagnostics");
    const pages = cataloguePages();
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    for (const [name, page] of pages) expect(readFileSync(join(folder, name), "utf8"), name).toBe(page);
  });
});
