import { type ModuleCode, restoreModule, type StoredModule, storeModule } from "../bytecode/index.ts";
import type { Diagnostic, Label } from "../diagnostics/index.ts";
import type { ModuleReader } from "../modules/index.ts";
import { stdModuleName } from "../modules/module.ts";
import { Source } from "../text/index.ts";
import type { CompiledProgram } from "./compile-program.ts";
import { type Observation, stillHolds } from "./observed-reader.ts";

/** What a run needs of a compiled program. */
export interface RunnableProgram {
  /** The entry's path, as messages show it. */
  readonly path: string;
  readonly modules: readonly (readonly [id: string, code: ModuleCode])[];
  /** What there is to tell about it before it runs. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A program without errors as JSON, together with everything outside that decided how it compiled: it is the program of
 * today exactly if the entry has the same text and every question still has the same answer.
 */
export interface StoredProgram {
  readonly path: string;
  readonly text: string;
  readonly observations: readonly Observation[];
  readonly modules: readonly { readonly id: string; readonly source: StoredSource; readonly code: StoredModule }[];
  readonly diagnostics: readonly Stored<Diagnostic>[];
}

/** Where a module's text is: it is stored once at most. */
type StoredSource =
  | { readonly kind: "entry" }
  | { readonly kind: "std"; readonly path: string; readonly name: string }
  | { readonly kind: "file"; readonly path: string; readonly observation: number };

/** Sources are modules, by their index. */
type Stored<T> = Omit<T, "source" | "labels"> & { readonly source: number; readonly labels?: readonly Stored<Label>[] };

export function storeProgram(
  { graph, modules }: CompiledProgram,
  diagnostics: readonly Diagnostic[],
  observations: readonly Observation[],
): StoredProgram {
  const { path, text } = graph.entry.source;
  const sources = modules.map(([, code]) => code.source);
  const indexOf = <T extends { readonly source: Source }>(found: T): T & { readonly source: number } => {
    const source = sources.indexOf(found.source);
    if (source === -1) throw new TypeError(`${found.source.path} is no module of the program`);
    return { ...found, source } as T & { readonly source: number };
  };
  return {
    path,
    text,
    observations,
    modules: modules.map(([id, code]) => ({
      id,
      source: storeSource(code.source, graph.entry.source, observations),
      code: storeModule(code),
    })),
    diagnostics: diagnostics.map(({ labels, ...rest }) => ({
      ...indexOf(rest),
      ...(labels && { labels: labels.map(indexOf) }),
    })),
  };
}

function storeSource(source: Source, entry: Source, observations: readonly Observation[]): StoredSource {
  const { path } = source;
  if (source === entry) return { kind: "entry" };
  const name = stdModuleName(path);
  if (name !== undefined) return { kind: "std", path, name };
  const observation = observations.findIndex((seen) => seen.ask === "read" && seen.path === path);
  return { kind: "file", path, observation };
}

/** The program, if it is still the one that was stored. */
export function restoreProgram(
  stored: StoredProgram,
  entry: Source,
  reader: ModuleReader,
): RunnableProgram | undefined {
  if (stored.path !== entry.path || stored.text !== entry.text) return undefined;
  if (!stored.observations.every((observation) => stillHolds(observation, reader))) return undefined;
  const sources = stored.modules.map(({ source }) => restoreSource(source, entry, stored.observations, reader));
  const at = (index: number): Source => sources[index] as Source;
  return {
    path: entry.path,
    modules: stored.modules.map(({ id, code }, index) => [id, restoreModule(code, at(index))] as const),
    diagnostics: stored.diagnostics.map(({ source, labels, ...rest }) => ({
      ...rest,
      source: at(source),
      ...(labels && { labels: labels.map((label) => ({ ...label, source: at(label.source) })) }),
    })),
  };
}

function restoreSource(
  source: StoredSource,
  entry: Source,
  observations: readonly Observation[],
  reader: ModuleReader,
): Source {
  switch (source.kind) {
    case "entry":
      return entry;
    case "std":
      return new Source(source.path, reader.stdSource(source.name) ?? "");
    case "file":
      return new Source(source.path, String(observations[source.observation]?.answer));
  }
}
