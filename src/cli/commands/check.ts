import { type Diagnostic, diagnosticToJson, inOrder } from "../../diagnostics/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { disabledRules, importedNames, preflight } from "../../lint/index.ts";
import type { Module } from "../../modules/index.ts";
import { type CompiledProgram, compileProgram, type ProgramProblem, standardCatalog } from "../../program/index.ts";
import { type LoadedFile, lintFile, loadFile } from "../analysis/loaded-file.ts";
import { manifestAbove } from "../analysis/manifest.ts";
import { isStandard, type PreflightFlags, preflightHost, preflightOptions } from "../analysis/preflight.ts";
import { complaint, countOf, noTarget, statusOf, tellFindings } from "../analysis/report.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { findPrograms } from "../targets.ts";

interface CheckedFile {
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
  /** `[check] strict` of the file's manifest: warnings fail the check. */
  readonly isStrict: boolean;
}

export function execute(invocation: Invocation, context: CommandContext): number {
  const isJson = invocation.has("json");
  const paths = findPrograms(targetsOf(invocation, isJson));
  if (paths.length === 0) throw complaint(isJson, "no_harn_files", "no .harn files found under the targets");
  const files = checkAll(paths.map(loadFile), preflightFlags(invocation), invocation.has("strict-types"));
  const isOk = files.every((file) => !fails(file));
  if (isJson) context.output.write("stdout", envelopeOf(files, isOk));
  else for (const file of files) tell(file, context);
  return isOk ? 0 : 1;
}

function targetsOf(invocation: Invocation, isJson: boolean): readonly string[] {
  const { positionals } = invocation;
  const listed = invocation.has("workspace") ? [...positionals, ...workspaceTargets()] : positionals;
  if (listed.length === 0) throw complaint(isJson, "missing_targets", noTarget);
  return listed;
}

function workspaceTargets(): readonly string[] {
  const found = manifestAbove(process.cwd());
  if (found === undefined)
    throw new CommandFailure(
      "manifest_extension_error",
      "--workspace needs a harn.toml, and there is none here or above",
    );
  const { pipelines } = found.manifest;
  if (pipelines.length === 0)
    throw new CommandFailure("manifest_extension_error", `${found.path} lists nothing in [workspace] pipelines`);
  const reader = nodeModuleReader();
  return pipelines.map((path) => reader.join(reader.dirname(found.path), path));
}

function preflightFlags(invocation: Invocation): PreflightFlags {
  return {
    severity: invocation.text("preflight") as PreflightFlags["severity"],
    capabilitiesFile: invocation.text("host-capabilities"),
    bundleRoot: invocation.text("bundle-root"),
  };
}

/** Every module is looked at once in a run: a file that is checked itself, under its own name, and the others where they come first. */
function checkAll(
  files: readonly LoadedFile[],
  flags: PreflightFlags,
  wantsStrictTypes: boolean,
): readonly CheckedFile[] {
  const imported = importedNames(files.map(({ graph }) => graph));
  const seen = new Set(files.map(({ graph }) => graph.entry.id));
  return files.map((file): CheckedFile => {
    const { entry, modules } = file.graph;
    const news = [...modules.values()].filter((module) => !isStandard(module) && !seen.has(module.id));
    for (const { id } of news) seen.add(id);
    const check = file.manifest?.manifest.check;
    const disabled = disabledRules(check?.disableRules ?? []);
    const program = compile(file, wantsStrictTypes);
    const linted = lintFile(file, { disabled: [...disabled], imported });
    const diagnostics = inOrder([
      ...program.diagnostics.filter(({ rule }) => rule === undefined || !disabled.has(rule)),
      ...program.problems.filter((problem) => !linted.some((found) => isSame(found, problem))).map(problemDiagnostic),
      ...linted,
      ...flightFindings(file, [entry, ...news], flags),
    ]);
    return { path: file.path, diagnostics, isStrict: check?.strict ?? false };
  });
}

function compile({ source, manifest }: LoadedFile, wantsStrictTypes: boolean): CompiledProgram {
  return compileProgram(source, {
    reader: nodeModuleReader(),
    catalog: standardCatalog,
    strictTypes: wantsStrictTypes || (manifest?.manifest.check.strictTypes ?? false),
    ...(manifest && { ambientStdio: manifest.manifest.check.ambientStdio }),
  });
}

function flightFindings({ manifest }: LoadedFile, modules: readonly Module[], flags: PreflightFlags): Diagnostic[] {
  const host = preflightHost(manifest, flags);
  const options = preflightOptions(manifest?.manifest.check, flags);
  return modules.filter(parses).flatMap((module) => preflight(module, host, options));
}

function parses({ diagnostics }: Module): boolean {
  return diagnostics.every(({ severity }) => severity !== "error");
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
  else tellFindings(diagnostics, context);
}

function envelopeOf(files: readonly CheckedFile[], isOk: boolean): string {
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const errors = countOf(all, "error");
  const data = {
    files: files.map(({ path, diagnostics }) => ({
      path,
      status: statusOf(diagnostics),
      diagnostics: diagnostics.map((found) => placed(found, path)),
    })),
    summary: { ok: isOk, warnings: countOf(all, "warning"), errors, diagnostics: all.length },
  };
  if (isOk) return success(data);
  return failure({ code: "check_failed", message: `check found ${errors} error(s)` }, data);
}

/** A finding in an imported file says which. */
function placed(found: Diagnostic, path: string): unknown {
  const json = diagnosticToJson(found);
  return found.source.path === path ? json : { ...json, path: found.source.path };
}
