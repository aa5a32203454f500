import type { Diagnostic } from "../diagnostics/index.ts";
import type { ImportDeclaration, Program } from "../syntax/index.ts";
import type { Source } from "../text/index.ts";
import { messageOf } from "../text/index.ts";
import { ambientImports } from "./ambient-std.ts";
import { bindImports } from "./bindings.ts";
import { collectOwnNames, type OwnNames } from "./exports.ts";
import type { Exported, Module, ModuleGraph, ResolvedImport } from "./module.ts";
import { type ParsedModule, type Parser, parseModule } from "./parse-cache.ts";
import type { ModuleReader } from "./reader.ts";
import { resolveImport } from "./resolution.ts";

/** One import of a draft: where it leads, or why it leads nowhere. */
export interface Route {
  readonly declaration: ImportDeclaration;
  readonly target: Draft | undefined;
  readonly problem: string | undefined;
  /** Nobody wrote it: a name that is taken already stays with who has it. */
  readonly isAmbient: boolean;
}

/**
 * A module under construction. It is built in three passes over the whole graph, so that modules which import each other are no
 * special case: read and parse (`routes`), settle what each offers (`exports`, `importable`), bind what each takes (`imports`).
 */
export class Draft implements Module {
  readonly id: string;
  readonly source: Source;
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  readonly own: OwnNames;
  readonly exports = new Map<string, Exported>();
  readonly importable: Map<string, Exported>;
  routes: readonly Route[] = [];
  imports: readonly ResolvedImport[] = [];

  constructor(id: string, { source, program, diagnostics }: ParsedModule) {
    this.id = id;
    this.source = source;
    this.program = program;
    this.diagnostics = diagnostics;
    this.own = collectOwnNames(program, this);
    this.importable = new Map(this.own.declared);
    for (const [name, exported] of this.own.declared)
      if (this.own.isExported(exported)) this.exports.set(name, exported);
  }
}

/** Reads the entry and whatever it imports. A bad program gives diagnostics and problems, never an exception. */
export function loadModuleGraph(
  entry: { readonly path: string; readonly text: string },
  reader: ModuleReader,
  parse: Parser = parseModule,
): ModuleGraph {
  const first = new Draft(entryId(entry.path, reader), parse(entry.path, entry.text));
  const modules = loadAll(first, reader, parse);
  settleExports([...modules.values()]);
  for (const draft of modules.values()) draft.imports = bindImports(draft);
  return { entry: first, modules };
}

/** An entry that no file holds (standard input, an editor's buffer) goes by the name it was given. */
function entryId(path: string, reader: ModuleReader): string {
  return reader.exists(path) ? reader.realPath(path) : path;
}

function loadAll(entry: Draft, reader: ModuleReader, parse: Parser): Map<string, Draft> {
  const modules = new Map([[entry.id, entry]]);
  const folders = new Map<Draft, string | undefined>([[entry, reader.dirname(entry.source.path)]]);
  // A map visits what is added to it while it is walked.
  for (const draft of modules.values()) {
    const folder = folders.get(draft);
    const own = draft.program.items.filter((item) => item.kind === "import");
    const ambient = draft.id.startsWith("<stdlib>") ? [] : ambientImports(draft.source.text, draft.program);
    draft.routes = [...own, ...ambient.filter(({ path }) => hasStd(path, reader))].map((declaration) => {
      const loaded = loadTarget(declaration.path, folder, modules, reader, parse);
      if (loaded.target !== undefined && !folders.has(loaded.target)) folders.set(loaded.target, loaded.folder);
      return {
        declaration,
        target: loaded.target,
        problem: loaded.problem,
        isAmbient: !draft.program.items.includes(declaration),
      };
    });
  }
  return modules;
}

/** A host may come without the library: what a program does not ask for by name is no error then. */
function hasStd(path: string, reader: ModuleReader): boolean {
  return reader.stdSource(path.slice("std/".length)) !== undefined;
}

interface Loaded {
  readonly target: Draft | undefined;
  readonly folder?: string | undefined;
  readonly problem?: string;
}

function loadTarget(
  path: string,
  folder: string | undefined,
  modules: Map<string, Draft>,
  reader: ModuleReader,
  parse: Parser,
): Loaded {
  const resolution = resolveImport(path, folder, reader);
  switch (resolution.kind) {
    case "missing":
      return {
        target: undefined,
        problem: `Import error: cannot read '${resolution.path}': ${readFailure(resolution.path, reader)}`,
      };
    case "std": {
      const known = modules.get(resolution.path);
      const text = known === undefined ? reader.stdSource(resolution.name) : undefined;
      if (known === undefined && text === undefined) {
        return { target: undefined, problem: `Unknown stdlib module: std/${resolution.name}` };
      }
      return loaded(
        known ?? add(modules, new Draft(resolution.path, parse(resolution.path, text as string))),
        undefined,
      );
    }
    case "file": {
      const known = modules.get(resolution.id);
      if (known !== undefined) return loaded(known, undefined);
      try {
        const parsed = parse(resolution.path, reader.read(resolution.path));
        return loaded(add(modules, new Draft(resolution.id, parsed)), reader.dirname(resolution.path));
      } catch (error) {
        return { target: undefined, problem: `Import error: cannot read '${resolution.path}': ${messageOf(error)}` };
      }
    }
  }
}

function add(modules: Map<string, Draft>, draft: Draft): Draft {
  modules.set(draft.id, draft);
  return draft;
}

function loaded(target: Draft, folder: string | undefined): Loaded {
  const broken = target.diagnostics.find((finding) => finding.severity === "error");
  if (broken === undefined) return { target, folder };
  return { target, folder, problem: `Import parse error in ${target.source.path}: ${broken.plain ?? broken.message}` };
}

/** What the host says when the file is read after all: the reader's words name the reason (absent, forbidden, a folder). */
function readFailure(path: string, reader: ModuleReader): string {
  try {
    reader.read(path);
    return "not a module";
  } catch (error) {
    return messageOf(error);
  }
}

/** Re-exports flow through any number of modules, cycles included: repeat until nothing is added. */
function settleExports(drafts: readonly Draft[]): void {
  const forwarding = drafts.filter((draft) => draft.routes.some((route) => route.declaration.isPublic));
  for (let changed = true; changed; ) {
    changed = false;
    for (const draft of forwarding) {
      for (const { declaration, target } of draft.routes) {
        if (!declaration.isPublic || target === undefined) continue;
        const offered = declaration.names?.map((name) => target.importable.get(name.text)) ?? target.exports.values();
        for (const exported of offered) {
          if (exported === undefined || draft.exports.has(exported.name)) continue;
          draft.exports.set(exported.name, exported);
          if (!draft.importable.has(exported.name)) draft.importable.set(exported.name, exported);
          changed = true;
        }
      }
    }
  }
}
