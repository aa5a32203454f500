import type { Diagnostic } from "../../diagnostics/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { disabledRules, type importedNames, lint } from "../../lint/index.ts";
import { type FoundManifest, loadModuleGraph, type ModuleGraph } from "../../modules/index.ts";
import { standardCatalog } from "../../program/index.ts";
import type { Source } from "../../text/index.ts";
import { readSourceFile } from "../source-file.ts";
import { manifestOf } from "./manifest.ts";

/** One program that a command looks at, with all that it imports. */
export interface LoadedFile {
  readonly path: string;
  readonly source: Source;
  readonly graph: ModuleGraph;
  readonly manifest: FoundManifest | undefined;
}

export function loadFile(path: string): LoadedFile {
  return loadSource(readSourceFile(path));
}

/** The same for a text that the file may not hold yet. */
export function loadSource(source: Source): LoadedFile {
  const { path } = source;
  return { path, source, graph: loadModuleGraph(source, nodeModuleReader()), manifest: manifestOf(path) };
}

export interface LintRun {
  /** Names of rules that are off, for a file. */
  readonly disabled: readonly string[];
  readonly requiresHeader?: boolean;
  /** What the files of the run take from each other. */
  readonly imported: ReturnType<typeof importedNames>;
}

/** What the rules find in one file, by the settings of its manifest. */
export function lintFile({ graph, manifest }: LoadedFile, run: LintRun): Diagnostic[] {
  const settings = manifest?.manifest.lint;
  return lint(graph.entry, standardCatalog, {
    disabled: [...disabledRules(run.disabled)],
    importedElsewhere: run.imported.get(graph.entry.id) ?? new Set(),
    requireFileHeader: run.requiresHeader === true || settings?.requireFileHeader === true,
    ...(settings && { complexityThreshold: settings.complexityThreshold }),
    ...(settings && { personaStepAllowlist: settings.personaStepAllowlist }),
  });
}

/** What is wrong with the text itself; nothing else is looked for then. */
export function syntaxErrors({ graph }: LoadedFile): readonly Diagnostic[] {
  const { diagnostics } = graph.entry;
  return diagnostics.some(({ severity }) => severity === "error") ? diagnostics : [];
}
