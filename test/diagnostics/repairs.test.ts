import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/diagnostics/catalogue/index.ts";
import { type Diagnostic, repairOf } from "../../src/diagnostics/index.ts";
import { nodeModuleReader } from "../../src/host/node/node-module-reader.ts";
import { applyFixes, hostCapabilities, lint, preflight } from "../../src/lint/index.ts";
import { memoryReader } from "../../src/modules/index.ts";
import { compileProgram, standardCatalog } from "../../src/program/index.ts";
import { templateProblem } from "../../src/stdlib/host/index.ts";
import { byHand, elsewhere, repairsByMachine } from "./repairs.ts";

function findingsIn(text: string): readonly Diagnostic[] {
  const { stdSource } = nodeModuleReader();
  const reader = { ...memoryReader({ "main.harn": text }), stdSource };
  const { graph, diagnostics } = compileProgram({ path: "main.harn", text }, { reader, catalog: standardCatalog });
  const host = { reader, capabilities: hostCapabilities(), templateProblem };
  const options = { requireFileHeader: true };
  return [...diagnostics, ...lint(graph.entry, standardCatalog, options), ...preflight(graph.entry, host)];
}

function of(code: string, text: string): readonly Diagnostic[] {
  return findingsIn(text).filter((found) => found.code === `HARN-${code}`);
}

describe("repairs by machine", () => {
  it.each(repairsByMachine.map((each) => [`${each.code} ${each.about ?? ""}`, each] as const))("%s", (_, repair) => {
    const { code, before, after } = repair;
    const fixed = applyFixes(before, of(code, before));
    expect(fixed.text).toBe(after);
    expect(repairOf(`HARN-${code}`)?.safety).toBe(repair.safety);
    if (before !== after) expect(of(code, after)).toEqual([]);
  });

  it("are known of every code that has advice, or it is for a person to carry out", () => {
    const advised = catalogue
      .flatMap(({ entries }) => entries)
      .filter(({ code, isReserved }) => isReserved !== true && repairOf(`HARN-${code}`) !== undefined)
      .map(({ code }) => code);
    const known = [...repairsByMachine.map(({ code }) => code), ...byHand, ...elsewhere];
    expect(advised.filter((code) => !known.includes(code))).toEqual([]);
    expect(known.filter((code) => !advised.includes(code))).toEqual([]);
  });
});
