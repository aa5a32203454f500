import { writeFileSync } from "node:fs";
import { type Diagnostic, diagnosticToJson, inOrder, repairOf } from "../../diagnostics/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { applyFixes, disabledRules, importedNames, lintTemplate } from "../../lint/index.ts";
import { standardCatalog } from "../../program/index.ts";
import { outlineTemplate } from "../../stdlib/host/index.ts";
import type { Source } from "../../text/index.ts";
import { check } from "../../types/index.ts";
import { type LintRun, type LoadedFile, lintFile, loadFile, syntaxErrors } from "../analysis/loaded-file.ts";
import { manifestOf } from "../analysis/manifest.ts";
import {
  complaint,
  eachReadable,
  type FileReport,
  noTarget,
  statusOf,
  summaryOf,
  tellFindings,
} from "../analysis/report.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { readSourceFile } from "../source-file.ts";
import { listPrograms } from "../targets.ts";

interface LintedFile {
  readonly path: string;
  readonly source: Source;
  readonly diagnostics: readonly Diagnostic[];
  /** What `--fix` put right. */
  readonly fixed: number;
  /** `[check] strict`: warnings fail too. */
  readonly isStrict: boolean;
}

const programs = [".harn"];
const templates = [".harn.prompt", ".prompt"];

export function execute(invocation: Invocation, context: CommandContext): number {
  const isJson = invocation.has("json");
  if (invocation.positionals.length === 0) throw complaint(isJson, "missing_targets", noTarget);
  const paths = listPrograms(invocation.positionals, isJson ? programs : [...programs, ...templates]);
  if (paths.length === 0) throw complaint(isJson, "no_lint_targets", "no .harn files found under the targets");
  const { found, unread } = lintAll(paths, invocation.has("require-file-header"), isJson);
  // One JSON document describes files as they are.
  const fixes = invocation.has("fix") && !isJson;
  const files = fixes ? found.map(fixFile) : found;
  const isOk = unread.length === 0 && !files.some(fails);
  if (isJson) context.output.write("stdout", envelopeOf(files, unread, isOk));
  else for (const file of files) tell(file, context);
  return isOk || fixes ? 0 : 1;
}

function lintAll(paths: readonly string[], requiresHeader: boolean, isJson: boolean) {
  const { done, unread } = eachReadable(paths, isJson, (path) => (isTemplate(path) ? undefined : loadFile(path)));
  const imported = importedNames([...done.values()].flatMap((file) => (file === undefined ? [] : [file.graph])));
  const found = [...done].map(([path, file]): LintedFile => {
    if (file === undefined) return lintPrompt(path);
    return {
      path,
      source: file.source,
      diagnostics: findingsOf(file, { imported, requiresHeader }),
      fixed: 0,
      isStrict: file.manifest?.manifest.check.strict ?? false,
    };
  });
  return { found, unread };
}

function fails({ diagnostics, isStrict }: LintedFile): boolean {
  return diagnostics.some(({ severity }) => severity === "error" || (isStrict && severity === "warning"));
}

function isTemplate(path: string): boolean {
  return templates.some((extension) => path.endsWith(extension));
}

function findingsOf(file: LoadedFile, run: Omit<LintRun, "disabled">): readonly Diagnostic[] {
  const errors = syntaxErrors(file);
  if (errors.length > 0) return inOrder(errors);
  const { manifest } = file;
  const disabled = disabledRules([
    ...(manifest?.manifest.lint.disabled ?? []),
    ...(manifest?.manifest.check.disableRules ?? []),
  ]);
  const checked = check(file.graph, standardCatalog, { ambientStdio: manifest?.manifest.check.ambientStdio ?? "warn" });
  return inOrder([
    ...checked.filter(({ rule }) => rule !== undefined && !disabled.has(rule)),
    ...lintFile(file, { ...run, disabled: [...disabled] }),
  ]);
}

function lintPrompt(path: string): LintedFile {
  const source = readSourceFile(path);
  const settings = manifestOf(path)?.manifest.lint;
  const diagnostics = lintTemplate(source, outlineTemplate(source.text), {
    disabled: settings?.disabled ?? [],
    ...(settings && { variantBranchThreshold: settings.templateVariantBranchThreshold }),
  });
  return { path, source, diagnostics, fixed: 0, isStrict: false };
}

/** What is left to report afterwards is what no fix put right; it keeps its places in the text as it was. */
function fixFile(file: LintedFile): LintedFile {
  const { path, source, diagnostics } = file;
  const { text, count } = applyFixes(source.text, diagnostics.filter(isFixable));
  if (count === 0) return file;
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write ${path}: ${hostError(error).message}`);
  }
  return { ...file, diagnostics: diagnostics.filter((found) => !isFixable(found)), fixed: count };
}

/** What reaches beyond its scope is for `harn fix`, where one says how far a repair may go. */
function isFixable({ fix, code }: Diagnostic): boolean {
  const safety = repairOf(code)?.safety ?? "scope-local";
  return (
    fix !== undefined && (safety === "format-only" || safety === "behavior-preserving" || safety === "scope-local")
  );
}

function tell({ path, diagnostics, fixed }: LintedFile, context: CommandContext): void {
  const { output } = context;
  if (fixed > 0) output.write("stdout", `${path}: applied ${fixed} fix(es)\n`);
  if (diagnostics.length > 0) tellFindings(diagnostics, context);
  else if (fixed === 0) output.write("stdout", `${path}: no issues found\n`);
}

function envelopeOf(linted: readonly LintedFile[], unread: readonly FileReport[], isOk: boolean): string {
  const reports = linted.map(({ path, diagnostics }) => ({
    path,
    status: statusOf(diagnostics),
    diagnostics: diagnostics.map((found) => ({ ...diagnosticToJson(found), source: "lint" })),
    fixable: fixable(diagnostics),
    fixed: 0,
  }));
  const lost = unread.map((file) => ({ ...file, fixable: 0, fixed: 0 }));
  const files = [...reports, ...lost].sort((a, b) => (a.path < b.path ? -1 : 1));
  const total = files.reduce((sum, file) => sum + file.fixable, 0);
  const data = { files, summary: { ...summaryOf(files), fixable: total, fixed: 0 } };
  if (isOk) return success(data);
  return failure({ code: "lint_failed", message: "one or more files failed `harn lint`" }, data);
}

function fixable(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(isFixable).length;
}
