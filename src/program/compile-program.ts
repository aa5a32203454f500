import type { Catalog } from "../builtin/index.ts";
import type { ModuleCode } from "../bytecode/index.ts";
import { compileModule } from "../compile/index.ts";
import { compareDiagnostics, type Diagnostic } from "../diagnostics/index.ts";
import { loadModuleGraph, type Module, type ModuleGraph, type ModuleReader } from "../modules/index.ts";
import type { Source, Span } from "../text/index.ts";
import { check } from "../types/index.ts";

/** What the compiler itself refuses, in a program that parses and checks. */
export interface ProgramProblem {
  readonly message: string;
  readonly source: Source;
  readonly span: Span;
}

export interface CompileOptions {
  readonly reader: ModuleReader;
  readonly catalog: Catalog;
  /** How `println` and its like are reported (`[check] ambient_stdio`). */
  readonly ambientStdio?: "warn" | "deny";
  /** `[check] strict_types`. */
  readonly strictTypes?: boolean;
  /** User tests run unchecked. */
  readonly checks?: boolean;
  /** Does a part of the work, for whoever wants to know how long each takes. */
  readonly timed?: <T>(part: CompilePart, work: () => T) => T;
}

export type CompilePart = "parse" | "typecheck" | "bytecode_compile";

/** A program from its entry file on: what is wrong with it, and its code when nothing is. */
export interface CompiledProgram {
  readonly graph: ModuleGraph;
  /** Sorted: by file, then place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly problems: readonly ProgramProblem[];
  /** Ids and code, the entry first; empty when the program has errors. */
  readonly modules: readonly (readonly [id: string, code: ModuleCode])[];
  readonly hasErrors: boolean;
}

export function compileProgram(
  entry: { readonly path: string; readonly text: string },
  options: CompileOptions,
): CompiledProgram {
  const { timed = (_part, work) => work() } = options;
  const graph = timed("parse", () => loadModuleGraph(entry, options.reader));
  const diagnostics = timed("typecheck", () => diagnose(graph, options));
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) {
    return { graph, diagnostics, problems: [], modules: [], hasErrors: true };
  }
  const compiled = timed("bytecode_compile", () =>
    [...graph.modules].map(([id, module]) => ({ id, module, ...compile(module, graph, options.catalog) })),
  );
  const problems = compiled.flatMap(({ module, problems: found }) =>
    found.map((problem) => ({ ...problem, source: module.source })),
  );
  if (problems.length > 0) return { graph, diagnostics, problems, modules: [], hasErrors: true };
  return {
    graph,
    diagnostics,
    problems,
    modules: compiled.map(({ id, code }) => [id, code] as const),
    hasErrors: false,
  };
}

function compile(module: Module, graph: ModuleGraph, catalog: Catalog): ReturnType<typeof compileModule> {
  return compileModule(module, catalog, module === graph.entry ? "entry" : "imported");
}

/**
 * Only the entry's syntax stops a run before it starts: an import that does not parse is an error of the running program
 * (language-semantics §11).
 */
function diagnose(graph: ModuleGraph, options: CompileOptions): Diagnostic[] {
  const parsed = graph.entry.diagnostics;
  if (options.checks === false || parsed.some((diagnostic) => diagnostic.severity === "error"))
    return [...parsed].sort(compareDiagnostics);
  const checked = check(graph, options.catalog, {
    ambientStdio: options.ambientStdio ?? "warn",
    strictTypes: options.strictTypes ?? false,
  });
  return [...parsed, ...checked].sort(compareDiagnostics);
}
