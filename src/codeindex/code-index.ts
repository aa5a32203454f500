import type { HostFiles } from "../builtin/index.ts";
import { walkTree } from "../stdlib/host/project/project-tree.ts";
import { fingerprint } from "../text/index.ts";
import type { FileFacts, FoundImport } from "./facts.ts";
import { SymbolGraph } from "./graph.ts";
import { extensionOf, type Language, languageOf } from "./language.ts";
import { readFacts } from "./read-facts.ts";
import { FilePaths, joined, resolveImport } from "./resolve-import.ts";

/** What an index takes in: beyond it, files are counted as skipped. */
const mostFiles = 20_000;
const largestFile = 1 << 20;
const mostChanges = 10_000;

export interface IndexedFile {
  readonly id: number;
  /** With slashes, from the root. */
  readonly path: string;
  /** The end of its name where it is in no language that is read. */
  readonly language: string;
  readonly reader: Language | undefined;
  readonly size: number;
  readonly lineCount: number;
  /** Of its content, 16 hexadecimal digits. */
  readonly hash: string;
  /** Unix milliseconds. */
  readonly modified: number;
  readonly facts: FileFacts;
}

export interface FileChange {
  readonly path: string;
  readonly seq: number;
  readonly agentId: number;
  readonly op: string;
  readonly hash: string;
  readonly size: number;
  readonly timestamp: number;
}

export interface DiskState {
  readonly hash: string | undefined;
  readonly modified: number | undefined;
}

type FileTable = Map<string, IndexedFile>;

/** Reads what the index is built from, and tells the time. */
export interface IndexSource {
  readonly files: HostFiles;
  now(): number;
}

/**
 * The files below one root with what they declare, import and call. It is as it was built until it is told to look again; then only
 * files whose content changed are read anew. An overlay is a second state of the same files: that of a branch that is checked out.
 *
 * X1 A file's facts depend on its content alone, and are kept by its hash.
 * X2 What files are to each other is worked out from all facts when it is first asked for.
 */
export class CodeIndex {
  #root: string | undefined;
  #base: FileTable = new Map();
  readonly #overlays = new Map<string, FileTable>();
  #overlay: string | undefined;
  readonly #ids = new Map<string, number>();
  readonly #changes: FileChange[] = [];
  #sequence = 0;
  #builtAt = 0;
  #links: { readonly table: FileTable; readonly links: Links } | undefined;

  get root(): string | undefined {
    return this.#root;
  }

  get overlay(): string | undefined {
    return this.#overlay;
  }

  get builtAt(): number {
    return this.#builtAt;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** In the order of their paths. */
  get files(): readonly IndexedFile[] {
    return [...this.#table.values()];
  }

  get graph(): SymbolGraph {
    return this.#linked.graph;
  }

  /** Reads the tree below a root; another root than before begins anew. */
  build(root: string, source: IndexSource): { readonly indexed: number; readonly skipped: number } {
    if (root !== this.#root) this.#forget(root);
    const before = this.#table;
    const isFirst = this.#builtAt === 0;
    const { skipped, table } = this.#scan(source, [before]);
    if (!isFirst) this.#noteDifferences(before, table, source);
    this.#setTable(table);
    this.#builtAt = source.now();
    return { indexed: table.size, skipped };
  }

  /** Reads one file again; `undefined` when it is not there any more, or is none that an index takes in. */
  reindex(given: string, source: IndexSource): IndexedFile | undefined {
    const path = this.#relative(given);
    const table: FileTable = new Map(this.#table);
    const known = table.get(path);
    const file = this.#read(path, source, [table]);
    if (file === undefined) table.delete(path);
    else table.set(path, file);
    if (file?.hash !== known?.hash) this.#noteChange(path, file, source);
    this.#setTable(file !== undefined && known === undefined ? sortedTable(table) : table);
    return file;
  }

  /** Switches to the files as they are now under the name of a branch, or back to what was built. Gives the share of known files. */
  activate(branch: string | undefined, source: IndexSource): number {
    this.#overlay = branch;
    if (branch === undefined) return 1;
    const known = [this.#overlays.get(branch) ?? new Map(), this.#base];
    const { table } = this.#scan(source, known);
    this.#setTable(table);
    const reused = [...table.values()].filter(({ hash, path }) => this.#base.get(path)?.hash === hash).length;
    return table.size === 0 ? 1 : reused / table.size;
  }

  find(path: string): IndexedFile | undefined {
    return this.#table.get(this.#relative(path));
  }

  ofId(id: number): IndexedFile | undefined {
    return this.files.find((file) => file.id === id);
  }

  importsOf(file: IndexedFile): readonly (FoundImport & { readonly resolved: string | undefined })[] {
    const imported = this.#linked.imported.get(file.path) ?? [];
    return file.facts.imports.map((found, index) => ({ ...found, resolved: imported[index] }));
  }

  /** Paths of the files that import this one. */
  importersOf(path: string): readonly string[] {
    return this.#linked.importers.get(this.#relative(path)) ?? [];
  }

  onDisk(path: string, { files }: IndexSource): DiskState {
    const full = files.resolve(this.#root ?? files.cwd, path);
    try {
      const { kind, modified } = files.stat(full, true);
      if (kind !== "file") return { hash: undefined, modified: undefined };
      return { hash: hashOf(new TextDecoder().decode(files.readBytes(full))), modified: Math.floor(modified) };
    } catch {
      return { hash: undefined, modified: undefined };
    }
  }

  changesSince(sequence: number): readonly FileChange[] {
    return this.#changes.filter(({ seq }) => seq > sequence);
  }

  record(change: Omit<FileChange, "seq">): number {
    this.#sequence++;
    this.#changes.push({ ...change, path: this.#relative(change.path), seq: this.#sequence });
    if (this.#changes.length > mostChanges) this.#changes.splice(0, this.#changes.length - mostChanges);
    return this.#sequence;
  }

  get #table(): FileTable {
    return (this.#overlay === undefined ? undefined : this.#overlays.get(this.#overlay)) ?? this.#base;
  }

  get #linked(): Links {
    const table = this.#table;
    if (this.#links?.table !== table) this.#links = { table, links: new Links([...table.values()]) };
    return this.#links.links;
  }

  #setTable(table: FileTable): void {
    if (this.#overlay === undefined) this.#base = table;
    else this.#overlays.set(this.#overlay, table);
  }

  #forget(root: string): void {
    this.#root = root;
    this.#base = new Map();
    this.#overlays.clear();
    this.#overlay = undefined;
    this.#ids.clear();
    this.#builtAt = 0;
  }

  #scan(source: IndexSource, known: readonly FileTable[]): { readonly table: FileTable; readonly skipped: number } {
    const table: FileTable = new Map();
    let skipped = 0;
    for (const path of this.#paths(source.files)) {
      const file = table.size < mostFiles ? this.#read(path, source, known) : undefined;
      if (file === undefined) skipped++;
      else table.set(path, file);
    }
    return { table: sortedTable(table), skipped };
  }

  *#paths(files: HostFiles): Generator<string> {
    const all = { depth: undefined, includeHidden: false, includeVendor: false, respectsGitignore: true };
    for (const { entries, relative } of walkTree(files, this.#root ?? files.cwd, all))
      for (const { kind, name } of entries) if (kind === "file") yield relative === "." ? name : `${relative}/${name}`;
  }

  /** X1. */
  #read(path: string, { files }: IndexSource, known: readonly FileTable[]): IndexedFile | undefined {
    const full = files.resolve(this.#root ?? files.cwd, path);
    try {
      const { kind, modified, size } = files.stat(full, true);
      if (kind !== "file" || size > largestFile) return undefined;
      const bytes = files.readBytes(full);
      if (bytes.subarray(0, 8000).includes(0)) return undefined;
      const text = new TextDecoder().decode(bytes);
      const hash = hashOf(text);
      const reader = languageOf(path);
      const same = known.map((table) => table.get(path)).find((file) => file?.hash === hash && file.size === size);
      const lineCount = text.split("\n").length;
      const language = reader?.name ?? extensionOf(path);
      const facts = same?.facts ?? readFacts(path, text, reader);
      return {
        id: this.#idOf(path),
        path,
        language,
        reader,
        size,
        lineCount,
        hash,
        modified: Math.floor(modified),
        facts,
      };
    } catch {
      return undefined;
    }
  }

  #idOf(path: string): number {
    const known = this.#ids.get(path);
    if (known !== undefined) return known;
    this.#ids.set(path, this.#ids.size + 1);
    return this.#ids.size;
  }

  #noteDifferences(before: FileTable, now: FileTable, source: IndexSource): void {
    for (const [path, file] of now) if (before.get(path)?.hash !== file.hash) this.#noteChange(path, file, source);
    for (const path of before.keys()) if (!now.has(path)) this.#noteChange(path, undefined, source);
  }

  #noteChange(path: string, file: IndexedFile | undefined, source: IndexSource): void {
    const op = file === undefined ? "delete" : "write";
    this.record({ path, agentId: 0, op, hash: file?.hash ?? "0", size: file?.size ?? 0, timestamp: source.now() });
  }

  /** From the root, as the index names files; a path outside it stays as it is. */
  #relative(path: string): string {
    const posix = path.replaceAll("\\", "/");
    const root = `${this.#root ?? ""}/`.replaceAll("\\", "/");
    if (posix.startsWith(root)) return joined("", posix.slice(root.length));
    return posix.startsWith("/") ? posix : joined("", posix);
  }
}

/** X2. */
class Links {
  readonly graph: SymbolGraph;
  readonly imported = new Map<string, readonly (string | undefined)[]>();
  readonly importers = new Map<string, string[]>();

  constructor(files: readonly IndexedFile[]) {
    const paths = new FilePaths(files.map(({ path }) => path));
    for (const { facts, path, reader } of files) {
      if (reader === undefined) continue;
      const imported = facts.imports.map((found) => resolveImport(path, found, reader, paths));
      this.imported.set(path, imported);
      for (const target of new Set(imported)) {
        if (target === undefined) continue;
        const others = this.importers.get(target);
        if (others === undefined) this.importers.set(target, [path]);
        else others.push(path);
      }
    }
    const read = files.filter(({ reader }) => reader !== undefined);
    this.graph = new SymbolGraph(read.map((file) => ({ ...file, imported: this.imported.get(file.path) ?? [] })));
  }
}

function sortedTable(table: FileTable): FileTable {
  return new Map([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function hashOf(text: string): string {
  return fingerprint(text).padStart(16, "0");
}
