import type { FileFacts } from "./facts.ts";
import type { SymbolKind } from "./language.ts";

export const nodeKinds = ["Function", "Type", "Module", "Import", "CallSite", "Macro"] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** Each label with the one that goes the other way. */
export const edgeLabels = {
  CALLS: "CALLED_BY",
  REFS: "REFERENCED_BY",
  IMPORTS: "IMPORTED_BY",
  CONTAINS: "CONTAINED_BY",
  OVERRIDES: "OVERRIDDEN_BY",
} as const;
export type EdgeLabel = keyof typeof edgeLabels;

export interface GraphNode {
  /** Its place in `SymbolGraph.nodes`, plus one. */
  readonly id: number;
  readonly kind: NodeKind;
  readonly name: string;
  readonly path: string;
  readonly language: string;
  readonly container: string | undefined;
  readonly signature: string;
  readonly line: number;
  readonly fileId: number;
}

export interface GraphFile {
  readonly id: number;
  readonly path: string;
  readonly language: string;
  readonly facts: FileFacts;
  /** The files that its imports name, in their order. */
  readonly imported: readonly (string | undefined)[];
}

/** Where a name has more candidates than this in a project, nothing is known. */
const mostCandidates = 8;
/** Imports of a file that are followed. */
const mostImports = 1000;

const nodeKindOf: Readonly<Record<SymbolKind, NodeKind | undefined>> = {
  function: "Function",
  method: "Function",
  class: "Type",
  struct: "Type",
  enum: "Type",
  interface: "Type",
  protocol: "Type",
  type: "Type",
  module: "Module",
  macro: "Macro",
  variable: undefined,
};

/**
 * The symbols of a project and how they hang together. A call means what its file declares under that name, else what the files that it
 * imports do, else what the project does in that language, if that is not much. Linear in what the files hold.
 */
export class SymbolGraph {
  readonly nodes: GraphNode[] = [];
  readonly #edges = new Map<EdgeLabel, { readonly out: Map<number, number[]>; readonly in: Map<number, number[]> }>();
  readonly #byKind = new Map<NodeKind, GraphNode[]>();
  readonly #byName = new Map<string, GraphNode[]>();

  constructor(files: readonly GraphFile[]) {
    for (const label of Object.keys(edgeLabels) as EdgeLabel[])
      this.#edges.set(label, { out: new Map(), in: new Map() });
    const ids = new Map(files.map(({ id, path }) => [path, id]));
    const modules = files.map((file) => this.#declare(file, ids));
    const moduleNodes = new Map(modules.map(({ file, module }) => [file.id, module]));
    const definitions = new Definitions(modules);
    for (const module of modules) {
      this.#linkImports(module, moduleNodes);
      this.#linkCalls(module, definitions);
      this.#linkWords(module, definitions);
      this.#linkOverrides(module, definitions);
    }
  }

  ofKind(kind: string): readonly GraphNode[] {
    return this.#byKind.get(kind as NodeKind) ?? [];
  }

  named(name: string): readonly GraphNode[] {
    return this.#byName.get(name) ?? [];
  }

  neighbours(node: GraphNode, label: EdgeLabel, isForward: boolean): readonly GraphNode[] {
    const edges = this.#edges.get(label);
    const ids = (isForward ? edges?.out : edges?.in)?.get(node.id) ?? [];
    return ids.map((id) => this.nodes[id - 1] as GraphNode);
  }

  #declare(file: GraphFile, ids: ReadonlyMap<string, number>): Module {
    const { facts, path } = file;
    const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
    const module = this.#add(file, { kind: "Module", name, signature: `module ${path}`, line: 1 });
    const symbols = facts.symbols.map((symbol) => {
      const kind = nodeKindOf[symbol.kind];
      if (kind === undefined) return undefined;
      const { container, name: symbolName, signature, startLine } = symbol;
      return this.#add(file, { kind, name: symbolName, signature, line: startLine, container });
    });
    const types = new Map(symbols.flatMap((node) => (node?.kind === "Type" ? [[node.name, node] as const] : [])));
    for (const node of symbols) {
      if (node === undefined) continue;
      const owner = node.container === undefined ? undefined : types.get(node.container);
      this.#link("CONTAINS", owner ?? module, node);
    }
    const calls = facts.calls.map(({ caller, line, name: called }) => {
      const container = caller === undefined ? undefined : facts.symbols[caller]?.name;
      const node = this.#add(file, { kind: "CallSite", name: called, signature: `${called}(…)`, line, container });
      this.#link("CONTAINS", module, node);
      return node;
    });
    const imports = new Set<number>();
    for (const imported of file.imported) {
      const id = imported === undefined ? undefined : ids.get(imported);
      if (id !== undefined && imports.size < mostImports) imports.add(id);
    }
    return { file, module, symbols, calls, imports };
  }

  #linkImports({ file, imports, module }: Module, modules: ReadonlyMap<number, GraphNode>): void {
    for (const found of file.facts.imports) {
      const node = this.#add(file, { kind: "Import", name: found.text, signature: found.text, line: found.line });
      this.#link("IMPORTS", module, node);
    }
    for (const id of imports) {
      const target = modules.get(id);
      if (target !== undefined) this.#link("IMPORTS", module, target);
    }
  }

  #linkCalls(module: Module, definitions: Definitions): void {
    const known = new Set<string>();
    for (const [index, { caller, name }] of module.file.facts.calls.entries()) {
      const callerNode = caller === undefined ? undefined : module.symbols[caller];
      for (const target of definitions.of(name, "Function", module)) {
        this.#link("CALLS", module.calls[index] as GraphNode, target);
        // A function calls another one as often as it likes: that is one edge.
        const edge = `${callerNode?.id} ${target.id}`;
        if (callerNode?.kind !== "Function" || known.has(edge)) continue;
        known.add(edge);
        this.#link("CALLS", callerNode, target);
      }
    }
  }

  /** What a file's code names of other files. */
  #linkWords(module: Module, definitions: Definitions): void {
    for (const word of module.file.facts.words)
      for (const kind of ["Function", "Type"] as const)
        for (const target of definitions.of(word, kind, module))
          if (target.fileId !== module.file.id) this.#link("REFS", module.module, target);
  }

  #linkOverrides(module: Module, definitions: Definitions): void {
    const { symbols } = module.file.facts;
    const bases = new Map(symbols.filter(({ bases }) => bases.length > 0).map((type) => [type.name, type.bases]));
    for (const [index, { container }] of symbols.entries()) {
      const node = module.symbols[index];
      if (node?.kind !== "Function" || container === undefined) continue;
      for (const base of bases.get(container) ?? []) {
        for (const type of definitions.of(base, "Type", module)) {
          const inherited = definitions.methodsOf(type, node.name);
          if (type.name !== container) for (const target of inherited) this.#link("OVERRIDES", node, target);
        }
      }
    }
  }

  #add(
    { id: fileId, language, path }: GraphFile,
    found: Pick<GraphNode, "kind" | "name" | "signature" | "line"> & { readonly container?: string | undefined },
  ): GraphNode {
    const node: GraphNode = { container: undefined, ...found, id: this.nodes.length + 1, path, language, fileId };
    this.nodes.push(node);
    append(this.#byKind, node.kind, node);
    append(this.#byName, node.name, node);
    return node;
  }

  #link(label: EdgeLabel, from: GraphNode, to: GraphNode): void {
    const edges = this.#edges.get(label) as { out: Map<number, number[]>; in: Map<number, number[]> };
    append(edges.out, from.id, to.id);
    append(edges.in, to.id, from.id);
  }
}

interface Module {
  readonly file: GraphFile;
  readonly module: GraphNode;
  /** Beside `file.facts.symbols`. */
  readonly symbols: readonly (GraphNode | undefined)[];
  readonly calls: readonly GraphNode[];
  /** Ids of the files that it imports. */
  readonly imports: ReadonlySet<number>;
}

/** What a name stands for, seen from a file. No list here is longer than what is asked of it. */
class Definitions {
  readonly #byFile = new Map<string, GraphNode[]>();
  readonly #byLanguage = new Map<string, GraphNode[]>();
  readonly #members = new Map<string, GraphNode[]>();

  constructor(modules: readonly Module[]) {
    for (const { file, symbols } of modules)
      for (const node of symbols) {
        if (node === undefined) continue;
        appendFew(this.#byFile, `${file.id} ${node.kind} ${node.name}`, node);
        appendFew(this.#byLanguage, `${familyOf(file.language)} ${node.kind} ${node.name}`, node);
        if (node.container !== undefined) appendFew(this.#members, `${file.id} ${node.container} ${node.name}`, node);
      }
  }

  of(name: string, kind: NodeKind, { file, imports }: Module): readonly GraphNode[] {
    const all = this.#byLanguage.get(`${familyOf(file.language)} ${kind} ${name}`);
    if (all === undefined) return [];
    const own = this.#inFile(file.id, kind, name);
    if (own !== undefined) return own;
    if (all.length <= mostCandidates) {
      const imported = all.filter((node) => imports.has(node.fileId));
      return imported.length > 0 ? imported : all;
    }
    for (const id of imports) {
      const found = this.#inFile(id, kind, name);
      if (found !== undefined) return found;
    }
    return [];
  }

  methodsOf(type: GraphNode, name: string): readonly GraphNode[] {
    return this.#members.get(`${type.fileId} ${type.name} ${name}`)?.slice(0, mostCandidates) ?? [];
  }

  #inFile(id: number, kind: NodeKind, name: string): readonly GraphNode[] | undefined {
    return this.#byFile.get(`${id} ${kind} ${name}`)?.slice(0, mostCandidates);
  }
}

/** One more than counts as many: enough to know that there are too many. */
function appendFew(lists: Map<string, GraphNode[]>, key: string, node: GraphNode): void {
  if ((lists.get(key)?.length ?? 0) <= mostCandidates) append(lists, key, node);
}

/** Files of these import each other. */
function familyOf(language: string): string {
  if (/^(?:typescript|tsx|javascript|jsx)$/.test(language)) return "script";
  return language === "cpp" ? "c" : language;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
