import { type Diagnostic, inOrder } from "../../diagnostics/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { disabledRules, importedNames, invariantViolations, preflight, violationDiagnostic } from "../../lint/index.ts";
import type { Module } from "../../modules/index.ts";
import { type CompiledProgram, compileProgram, type ProgramProblem, standardCatalog } from "../../program/index.ts";
import { type LoadedFile, lintFile } from "./loaded-file.ts";
import { isStandard, type PreflightFlags, preflightHost, preflightOptions } from "./preflight.ts";

/** What `harn check` finds in one file. */
export interface CheckedFile {
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
  /** `[check] strict` of the file's manifest: warnings fail the check. */
  readonly isStrict: boolean;
}

export interface CheckWishes {
  /** Whatever the manifest says. */
  readonly strictTypes: boolean;
  /** Whether handlers are held to their `@invariant`s. */
  readonly invariants: boolean;
}

/** Every module is looked at once in a run: a file that is checked itself, under its own name, and the others where they come first. */
export function checkAll(
  files: readonly LoadedFile[],
  flags: PreflightFlags,
  { strictTypes, invariants }: CheckWishes,
): readonly CheckedFile[] {
  const imported = importedNames(files.map(({ graph }) => graph));
  const seen = new Set(files.map(({ graph }) => graph.entry.id));
  return files.map((file): CheckedFile => {
    const { entry, modules } = file.graph;
    const news = [...modules.values()].filter((module) => !isStandard(module) && !seen.has(module.id));
    for (const { id } of news) seen.add(id);
    const check = file.manifest?.manifest.check;
    const disabled = disabledRules(check?.disableRules ?? []);
    const program = compile(file, strictTypes);
    const linted = lintFile(file, { disabled: [...disabled], imported });
    const diagnostics = inOrder([
      ...program.diagnostics.filter(({ rule }) => rule === undefined || !disabled.has(rule)),
      ...program.problems.filter((problem) => !linted.some((found) => isSame(found, problem))).map(problemDiagnostic),
      ...linted,
      ...flightFindings(file, [entry, ...news], flags),
      ...(invariants && parses(entry) ? invariantFindings(entry) : []),
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

function invariantFindings(module: Module): Diagnostic[] {
  return invariantViolations(module, standardCatalog).map((found) => violationDiagnostic(found, module));
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

export function fails({ diagnostics, isStrict }: CheckedFile): boolean {
  return diagnostics.some(({ severity }) => severity === "error" || (isStrict && severity === "warning"));
}
