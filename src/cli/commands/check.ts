import { dirname } from "node:path";
import { type Diagnostic, diagnosticToJson, inOrder, renderDiagnostics } from "../../diagnostics/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { disabledRules, importedNames, lint } from "../../lint/index.ts";
import { type FoundManifest, findManifest, type Manifest } from "../../modules/index.ts";
import { type CompiledProgram, compileProgram, type ProgramProblem, standardCatalog } from "../../program/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { paletteFor } from "../palette.ts";
import { readSourceFile } from "../source-file.ts";
import { findPrograms } from "../targets.ts";

interface CheckedFile {
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
  /** `[check] strict` of the file's manifest: warnings fail the check. */
  readonly isStrict: boolean;
}

interface CompiledFile {
  readonly path: string;
  readonly program: CompiledProgram;
  readonly manifest: Manifest | undefined;
}

export function execute(invocation: Invocation, context: CommandContext): number {
  const isJson = invocation.has("json");
  const paths = findPrograms(targetsOf(invocation, isJson));
  if (paths.length === 0) throw complaint(isJson, "no_harn_files", "no .harn files found under the targets");
  const compiled = paths.map(compileFile);
  const imported = importedNames(compiled.map(({ program }) => program.graph));
  const files = compiled.map((file) => checkFile(file, imported.get(file.program.graph.entry.id) ?? new Set()));
  const isOk = files.every((file) => !fails(file));
  if (isJson) context.output.write("stdout", envelopeOf(files, isOk));
  else for (const file of files) tell(file, context);
  return isOk ? 0 : 1;
}

function targetsOf(invocation: Invocation, isJson: boolean): readonly string[] {
  const { positionals } = invocation;
  const listed = invocation.has("workspace") ? [...positionals, ...workspaceTargets()] : positionals;
  if (listed.length === 0)
    throw complaint(isJson, "missing_targets", "the following required argument was not provided: <TARGET>");
  return listed;
}

function complaint(isJson: boolean, code: string, message: string): Error {
  return isJson ? new CommandFailure(code, message) : new UsageError(message);
}

function workspaceTargets(): readonly string[] {
  const found = findManifest(process.cwd(), nodeModuleReader());
  if (found === undefined)
    throw new CommandFailure(
      "manifest_extension_error",
      "--workspace needs a harn.toml, and there is none here or above",
    );
  return found.manifest.pipelines;
}

function compileFile(path: string): CompiledFile {
  const manifest = manifestOf(path)?.manifest;
  const program = compileProgram(readSourceFile(path), {
    reader: nodeModuleReader(),
    catalog: standardCatalog,
    ...(manifest && { ambientStdio: manifest.check.ambientStdio }),
  });
  return { path, program, manifest };
}

function checkFile({ path, program, manifest }: CompiledFile, importedElsewhere: ReadonlySet<string>): CheckedFile {
  const disabled = disabledRules(manifest?.check.disableRules ?? []);
  const linted = lint(program.graph.entry, standardCatalog, {
    disabled: [...disabled],
    importedElsewhere,
    ...(manifest && { complexityThreshold: manifest.lint.complexityThreshold }),
    ...(manifest && { requireFileHeader: manifest.lint.requireFileHeader }),
  });
  const diagnostics = inOrder([
    ...program.diagnostics.filter(({ rule }) => rule === undefined || !disabled.has(rule)),
    ...program.problems.filter((problem) => !linted.some((found) => isSame(found, problem))).map(problemDiagnostic),
    ...linted,
  ]);
  return { path, diagnostics, isStrict: manifest?.check.strict ?? false };
}

function manifestOf(path: string): FoundManifest | undefined {
  return findManifest(dirname(path), nodeModuleReader());
}

/** A lint error says better what the compiler also refuses. */
function isSame({ severity, span }: Diagnostic, problem: ProgramProblem): boolean {
  return severity === "error" && span.start === problem.span.start;
}

function problemDiagnostic({ message, source, span }: ProgramProblem): Diagnostic {
  return { code: "", severity: "error", message, source, span };
}

function fails({ diagnostics, isStrict }: CheckedFile): boolean {
  return diagnostics.some(({ severity }) => severity === "error" || (isStrict && severity === "warning"));
}

function tell({ path, diagnostics }: CheckedFile, context: CommandContext): void {
  if (diagnostics.length === 0) context.output.write("stdout", `${path}: ok\n`);
  else context.output.write("stderr", renderDiagnostics(diagnostics, paletteFor(context)));
}

function envelopeOf(files: readonly CheckedFile[], isOk: boolean): string {
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const count = (severity: Diagnostic["severity"]): number => all.filter((found) => found.severity === severity).length;
  const data = {
    files: files.map((file) => ({
      path: file.path,
      status: statusOf(file),
      diagnostics: file.diagnostics.map(diagnosticToJson),
    })),
    summary: { ok: isOk, warnings: count("warning"), errors: count("error"), diagnostics: all.length },
  };
  if (isOk) return success(data);
  return failure({ code: "check_failed", message: `check found ${count("error")} error(s)` }, data);
}

function statusOf({ diagnostics }: CheckedFile): "ok" | "warning" | "error" {
  if (diagnostics.some(({ severity }) => severity === "error")) return "error";
  return diagnostics.length > 0 ? "warning" : "ok";
}
