import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Diagnostic, diagnosticToJson, inOrder, renderDiagnostics } from "../../diagnostics/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { applyFixes, disabledRules, importedNames, lint } from "../../lint/index.ts";
import { findManifest, loadModuleGraph, type ModuleGraph } from "../../modules/index.ts";
import { standardCatalog } from "../../program/index.ts";
import type { Source } from "../../text/index.ts";
import { check } from "../../types/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { paletteFor } from "../palette.ts";
import { readSourceFile } from "../source-file.ts";
import { findPrograms } from "../targets.ts";

interface LoadedFile {
  readonly path: string;
  readonly source: Source;
  readonly graph: ModuleGraph;
}

interface LintedFile {
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
  /** What `--fix` put right. */
  readonly fixed: number;
}

type ImportedNames = ReturnType<typeof importedNames>;

export function execute(invocation: Invocation, context: CommandContext): number {
  const isJson = invocation.has("json");
  const loaded = findPrograms(targetsOf(invocation, isJson)).map(load);
  if (loaded.length === 0) throw complaint(isJson, "no_lint_targets", "no .harn files found under the targets");
  const imported = importedNames(loaded.map(({ graph }) => graph));
  // One JSON document describes files as they are.
  const fixes = invocation.has("fix") && !isJson;
  const files = loaded.map((file): LintedFile => {
    const diagnostics = findingsOf(file, imported, invocation.has("require-file-header"));
    return fixes ? fixFile(file, diagnostics) : { path: file.path, diagnostics, fixed: 0 };
  });
  const isOk = files.every(({ diagnostics }) => diagnostics.every(({ severity }) => severity !== "error"));
  if (isJson) context.output.write("stdout", envelopeOf(files, isOk));
  else for (const file of files) tell(file, context);
  return isOk || fixes ? 0 : 1;
}

function targetsOf({ positionals }: Invocation, isJson: boolean): readonly string[] {
  if (positionals.length > 0) return positionals;
  throw complaint(isJson, "missing_targets", "the following required argument was not provided: <TARGET>");
}

function complaint(isJson: boolean, code: string, message: string): Error {
  return isJson ? new CommandFailure(code, message) : new UsageError(message);
}

function load(path: string): LoadedFile {
  const source = readSourceFile(path);
  return { path, source, graph: loadModuleGraph(source, nodeModuleReader()) };
}

function findingsOf({ path, graph }: LoadedFile, imported: ImportedNames, wantsHeader: boolean): readonly Diagnostic[] {
  const manifest = findManifest(dirname(path), nodeModuleReader())?.manifest;
  const { entry } = graph;
  if (entry.diagnostics.some(({ severity }) => severity === "error")) return inOrder(entry.diagnostics);
  const disabled = disabledRules(manifest?.lint.disabled ?? []);
  const checked = check(graph, standardCatalog, { ambientStdio: manifest?.check.ambientStdio ?? "warn" });
  const found = lint(entry, standardCatalog, {
    disabled: [...disabled],
    requireFileHeader: wantsHeader || manifest?.lint.requireFileHeader === true,
    ...(manifest && { complexityThreshold: manifest.lint.complexityThreshold }),
    importedElsewhere: imported.get(entry.id) ?? new Set(),
  });
  return inOrder([...checked.filter(({ rule }) => rule !== undefined && !disabled.has(rule)), ...found]);
}

/** What is left to report afterwards is what no fix put right; it keeps its places in the text as it was. */
function fixFile({ path, source }: LoadedFile, diagnostics: readonly Diagnostic[]): LintedFile {
  const { text, count } = applyFixes(source.text, diagnostics);
  if (count === 0) return { path, diagnostics, fixed: 0 };
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write ${path}: ${hostError(error).message}`);
  }
  return { path, diagnostics: diagnostics.filter(({ fix }) => fix === undefined), fixed: count };
}

function tell({ path, diagnostics, fixed }: LintedFile, context: CommandContext): void {
  const { output } = context;
  if (fixed > 0) output.write("stdout", `${path}: applied ${fixed} fix(es)\n`);
  if (diagnostics.length > 0) output.write("stderr", renderDiagnostics(diagnostics, paletteFor(context)));
  else if (fixed === 0) output.write("stdout", `${path}: no issues found\n`);
}

function envelopeOf(files: readonly LintedFile[], isOk: boolean): string {
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const count = (severity: Diagnostic["severity"]): number => all.filter((found) => found.severity === severity).length;
  const data = {
    files: files.map(({ path, diagnostics }) => ({
      path,
      status: statusOf(diagnostics),
      diagnostics: diagnostics.map((found) => ({ ...diagnosticToJson(found), source: "lint" })),
      fixable: fixable(diagnostics),
      fixed: 0,
    })),
    summary: {
      ok: isOk,
      warnings: count("warning"),
      errors: count("error"),
      diagnostics: all.length,
      fixable: fixable(all),
      fixed: 0,
    },
  };
  if (isOk) return success(data);
  return failure({ code: "lint_failed", message: `lint found ${count("error")} error(s)` }, data);
}

function fixable(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ fix }) => fix !== undefined).length;
}

function statusOf(diagnostics: readonly Diagnostic[]): "ok" | "warning" | "error" {
  if (diagnostics.some(({ severity }) => severity === "error")) return "error";
  return diagnostics.length > 0 ? "warning" : "ok";
}
