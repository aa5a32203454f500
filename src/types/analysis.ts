import type { Catalog } from "../builtin/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { loadModuleGraph, type Module, type ModuleGraph, type ModuleReader, ParseCache } from "../modules/index.ts";
import type { Source } from "../text/index.ts";
import { type CheckOptions, checkModule } from "./check.ts";
import { interfaceText } from "./interface-text.ts";
import { World } from "./symbols/world.ts";

/** One look at a program: all of its own modules, by id. */
export interface Analyzed {
  readonly graph: ModuleGraph;
  /** What parser and checker find in each module, the entry first. `std/` modules are not looked at. */
  readonly findings: ReadonlyMap<string, readonly Diagnostic[]>;
  /** How many modules had to be checked; the others are as they were. */
  readonly checked: number;
}

interface Known {
  readonly source: Source;
  /** What it could see of other modules. */
  readonly surroundings: string;
  readonly findings: readonly Diagnostic[];
}

/**
 * Checks a program again and again while it is being written. A module is parsed when its text changes, and checked when its text or
 * anything it can see of the modules it imports changes: signatures and types, however far away, but no bodies.
 */
export class Analysis {
  readonly #reader: ModuleReader;
  readonly #catalog: Catalog;
  readonly #options: CheckOptions;
  readonly #parses = new ParseCache();
  readonly #known = new Map<string, Known>();
  /** A small number for every interface met, so that surroundings are compared without comparing texts. */
  readonly #interfaces = new Map<string, number>();
  readonly #interfaceOf = new WeakMap<Source, number>();

  constructor(reader: ModuleReader, catalog: Catalog, options: CheckOptions) {
    this.#reader = reader;
    this.#catalog = catalog;
    this.#options = options;
  }

  /** Throws when the entry cannot be read. What an editor has not saved comes as `text`; other files through the reader. */
  check(path: string, text: string = this.#reader.read(path)): Analyzed {
    const graph = loadModuleGraph({ path, text }, this.#reader, this.#parses.parse);
    const world = new World();
    const sources = new Set([...graph.modules.values()].map(({ source }) => source));
    const findings = new Map<string, readonly Diagnostic[]>();
    let checked = 0;
    for (const module of graph.modules.values()) {
      if (module.id.startsWith("<stdlib>/")) continue;
      const surroundings = this.#surroundingsOf(module);
      const known = this.#known.get(module.id);
      if (known !== undefined && isCurrent(known, module, surroundings, sources)) {
        findings.set(module.id, known.findings);
        continue;
      }
      checked++;
      const found = this.#look(module, world);
      this.#known.set(module.id, { source: module.source, surroundings, findings: found });
      findings.set(module.id, found);
    }
    for (const id of this.#known.keys()) if (!graph.modules.has(id)) this.#known.delete(id);
    return { graph, findings, checked };
  }

  #look(module: Module, world: World): readonly Diagnostic[] {
    if (module.diagnostics.some(({ severity }) => severity === "error")) return module.diagnostics;
    return [...module.diagnostics, ...checkModule(module, world, this.#catalog, this.#options)];
  }

  /** The interfaces of everything that is reached by importing, and where each import leads. */
  #surroundingsOf(module: Module): string {
    const reached = new Set<Module>([module]);
    const seen: string[] = [];
    for (const each of reached) {
      if (each !== module) seen.push(`${each.id}:${this.#interfaceNumber(each)}`);
      for (const { target, problem } of each.imports) {
        if (target === undefined) seen.push(`${each.id}!${problem ?? ""}`);
        else reached.add(target);
      }
    }
    return seen.sort().join("\n");
  }

  #interfaceNumber(module: Module): number {
    const known = this.#interfaceOf.get(module.source);
    if (known !== undefined) return known;
    const text = interfaceText(module);
    const number = this.#interfaces.get(text) ?? this.#interfaces.size;
    this.#interfaces.set(text, number);
    this.#interfaceOf.set(module.source, number);
    return number;
  }
}

/** Findings that point into another file are as old as that file. */
function isCurrent(known: Known, module: Module, surroundings: string, sources: ReadonlySet<Source>): boolean {
  if (known.source !== module.source || known.surroundings !== surroundings) return false;
  return known.findings.every(({ labels = [] }) => labels.every(({ source }) => sources.has(source)));
}
