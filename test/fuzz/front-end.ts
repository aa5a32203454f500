import { compileModule } from "../../src/compile/index.ts";
import { type Diagnostic, diagnosticToJson, plainPalette, renderDiagnostics } from "../../src/diagnostics/index.ts";
import { format } from "../../src/format/index.ts";
import { applyFixes, invariantViolations, lint } from "../../src/lint/index.ts";
import { loadModuleGraph, memoryReader } from "../../src/modules/index.ts";
import { standardCatalog } from "../../src/program/index.ts";
import { lex } from "../../src/syntax/index.ts";
import { Source } from "../../src/text/index.ts";
import { check } from "../../src/types/index.ts";

const path = "main.harn";

/** What a text came to; that it came to anything is what is being tested. */
export interface Passage {
  readonly parses: boolean;
  readonly checks: boolean;
}

/**
 * Sends a text through everything that looks at programs without running them. Throws where any of it does, and where it breaks its word:
 * a finding with a place outside of the text, a repair that breaks the syntax, or formatted text that does not parse or changes when it is formatted again.
 */
export function passThrough(text: string): Passage {
  lex(new Source(path, text));
  const graph = loadModuleGraph({ path, text }, memoryReader({ [path]: text }));
  const parses = graph.entry.diagnostics.every(({ severity }) => severity !== "error");
  // The checker never sees a broken tree in a command, but an editor's may.
  const checked = check(graph, standardCatalog, { ambientStdio: "warn", strictTypes: true });
  show(graph.entry.diagnostics, text);
  show(checked, text);
  const linted = lint(graph.entry, standardCatalog, { requireFileHeader: true });
  show(linted, text);
  if (parses) repair([...checked, ...linted], text);
  invariantViolations(graph.entry, standardCatalog);
  const checks = parses && checked.every(({ severity }) => severity !== "error");
  if (checks) compileModule(graph.entry, standardCatalog, "entry");
  if (parses) formatTwice(text);
  return { parses, checks };
}

function show(findings: readonly Diagnostic[], text: string): void {
  for (const { span, message } of findings) {
    if (!(span.start >= 0 && span.end >= span.start && span.end <= text.length))
      throw new Error(`a finding outside of the text: ${span.start}..${span.end}: ${message}`);
  }
  renderDiagnostics(findings, plainPalette);
  for (const finding of findings) diagnosticToJson(finding);
}

/** Repairs leave a program that parses: each by itself, and all that go together. */
function repair(findings: readonly Diagnostic[], text: string): void {
  const fixable = findings.filter(({ fix }) => fix !== undefined);
  if (fixable.length === 0) return;
  for (const chosen of [fixable, ...fixable.slice(0, repairsAlone).map((finding) => [finding])]) {
    const { text: repaired } = applyFixes(text, chosen);
    const { entry } = loadModuleGraph({ path, text: repaired }, memoryReader({ [path]: repaired }));
    const [broken] = entry.diagnostics.filter(({ severity }) => severity === "error");
    if (broken === undefined) continue;
    const codes = [...new Set(chosen.map(({ code }) => code))].slice(0, 8).join(" ");
    throw new Error(`repaired (${codes}), it does not parse: ${broken.message}`);
  }
}

/** How many repairs of one text are tried by themselves. */
const repairsAlone = 4;

function formatTwice(text: string): void {
  const once = format(new Source(path, text));
  if (once.kind === "failed") throw new Error(`parses, and cannot be formatted: ${once.diagnostics[0]?.message}`);
  const twice = format(new Source(path, once.text));
  if (twice.kind === "failed") throw new Error(`formatted, it does not parse: ${twice.diagnostics[0]?.message}`);
  if (twice.text !== once.text) throw new Error("formatting again changes the text");
}
