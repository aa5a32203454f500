import type { FileStat, HostFiles } from "../../../builtin/index.ts";
import { compareText } from "../../../value/index.ts";
import { joinPath } from "../path-text.ts";
import { IgnoreRules } from "./ignore-rules.ts";

/** Folders that hold what others wrote or what a build made. */
const vendorFolders = new Set([".git", ".venv", "__pycache__", "build", "dist", "node_modules", "target", "venv"]);

export interface TreeOptions {
  /** How far below the base; unlimited when absent. */
  readonly depth: number | undefined;
  readonly includeHidden: boolean;
  readonly includeVendor: boolean;
  readonly respectsGitignore: boolean;
}

export interface TreeEntry {
  readonly name: string;
  readonly kind: FileStat["kind"];
}

export interface TreeFolder {
  readonly path: string;
  /** With slashes, from the base; `.` for the base itself. */
  readonly relative: string;
  readonly depth: number;
  /** In name order, without what the options leave out. */
  readonly entries: readonly TreeEntry[];
}

interface ScopedRules {
  /** Relative folder of the file the rules are from; empty for the base. */
  readonly folder: string;
  readonly rules: IgnoreRules;
}

/** The base and every folder below it that the options let through, each before what it holds. Links are not followed. */
export function* walkTree(files: HostFiles, base: string, options: TreeOptions): Generator<TreeFolder> {
  yield* visit(base, "", 0, []);

  function* visit(path: string, relative: string, depth: number, above: readonly ScopedRules[]): Generator<TreeFolder> {
    const scopes = options.respectsGitignore ? withRulesOf(files, path, relative, above) : above;
    const entries = listFolder(files, path).filter((entry) => passes(entry, relative, scopes, options));
    yield { path, relative: relative || ".", depth, entries };
    if (options.depth !== undefined && depth >= options.depth) return;
    for (const entry of entries) {
      if (entry.kind === "directory")
        yield* visit(joinPath(path, entry.name), joinPath(relative, entry.name), depth + 1, scopes);
    }
  }
}

function passes(entry: TreeEntry, relative: string, scopes: readonly ScopedRules[], options: TreeOptions): boolean {
  if (!options.includeHidden && entry.name.startsWith(".")) return false;
  if (!options.includeVendor && isVendorFolder(entry)) return false;
  return !isIgnored(joinPath(relative, entry.name), entry.kind === "directory", scopes);
}

export function isVendorFolder(entry: TreeEntry): boolean {
  return entry.kind === "directory" && vendorFolders.has(entry.name);
}

function isIgnored(path: string, isFolder: boolean, scopes: readonly ScopedRules[]): boolean {
  for (const { folder, rules } of scopes.toReversed()) {
    const decision = rules.decide(folder === "" ? path : path.slice(folder.length + 1), isFolder);
    if (decision !== undefined) return decision;
  }
  return false;
}

function withRulesOf(
  files: HostFiles,
  path: string,
  relative: string,
  above: readonly ScopedRules[],
): readonly ScopedRules[] {
  const text = readIfThere(files, joinPath(path, ".gitignore"));
  return text === undefined ? above : [...above, { folder: relative, rules: new IgnoreRules(text) }];
}

/** In name order; what cannot be read is empty. */
export function listFolder(files: HostFiles, path: string): readonly TreeEntry[] {
  try {
    return [...files.list(path)].sort((a, b) => compareText(a.name, b.name));
  } catch {
    return [];
  }
}

/** `undefined` for what is missing, unreadable or not UTF-8: a scan goes on without it. */
export function readIfThere(files: HostFiles, path: string): string | undefined {
  try {
    return files.exists(path) ? files.readText(path) : undefined;
  } catch {
    return undefined;
  }
}

export function isThere(files: HostFiles, path: string): boolean {
  try {
    return files.exists(path);
  } catch {
    return false;
  }
}

/** The version control that a folder or one above it is under. */
export function versionControlOf(files: HostFiles, folder: string): "git" | "hg" | undefined {
  for (let at = folder; ; ) {
    if (isThere(files, joinPath(at, ".git"))) return "git";
    if (isThere(files, joinPath(at, ".hg"))) return "hg";
    const parent = files.resolve(at, "..");
    if (parent === at) return undefined;
    at = parent;
  }
}
