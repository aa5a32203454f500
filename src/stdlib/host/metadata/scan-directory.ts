import { type Builtin, declare, type HostFiles, opt, t } from "../../../builtin/index.ts";
import { DictValue, ListValue, type Value } from "../../../value/index.ts";
import { need } from "../faults.ts";
import { asDict, filledTextOption, flagOption, intOption } from "../options.ts";
import { joinPath } from "../path-text.ts";
import { listFolder } from "../project/project-tree.ts";

interface ScanOptions {
  readonly fits: (path: string) => boolean;
  readonly maxDepth: number;
  readonly includeHidden: boolean;
  readonly includeFolders: boolean;
  readonly includeFiles: boolean;
}

const metadata = declare("metadata");

export const scanDirectoryBuiltin: Builtin = metadata({
  name: "scan_directory",
  summary:
    "What lies below a folder, in name order: `{path, size, modified, is_dir}`, `modified` in Unix seconds. A pattern is a part " +
    "of the path, with `*` for anything. Options: `pattern`, `max_depth` (5), `include_hidden`, `include_dirs`, `include_files`.",
  params: [
    opt("path", t.string),
    opt("pattern_or_options", t.union(t.string, t.dict, t.nil)),
    opt("options", t.nilable(t.dict)),
  ],
  returns: t.list,
  effect: "fs.read",
  run(context, path = "", patternOrOptions, explicit) {
    const files = need(context, "scan_directory", "files");
    const found: Value[] = [];
    const options = optionsOf(patternOrOptions, explicit ?? undefined);
    collect(files, joinPath(files.cwd, path || "."), path === "." ? "" : path.replace(/^\.\//, ""), 0, options, found);
    return new ListValue(found);
  },
});

function optionsOf(patternOrOptions: Value | undefined, explicit: DictValue | undefined): ScanOptions {
  const layers = [explicit, asDict(patternOrOptions)];
  const first = <T>(read: (layer: DictValue | undefined) => T | undefined): T | undefined =>
    layers.map(read).find((value) => value !== undefined);
  const given = typeof patternOrOptions === "string" ? patternOrOptions : undefined;
  const pattern = first((layer) => filledTextOption(layer, "pattern")) ?? given ?? "";
  const depth = first((layer) => intOption(layer, "max_depth"));
  return {
    fits: patternTest(pattern),
    maxDepth: depth !== undefined && depth >= 0 ? depth : 5,
    includeHidden: first((layer) => flagOption(layer, "include_hidden")) ?? false,
    includeFolders: first((layer) => flagOption(layer, "include_dirs")) ?? true,
    includeFiles: first((layer) => flagOption(layer, "include_files")) ?? true,
  };
}

/** Without a star, a part of the path; with stars, the whole path, and a star crosses slashes. */
function patternTest(pattern: string): (path: string) => boolean {
  if (!pattern.includes("*")) return (path) => path.includes(pattern);
  const pieces = pattern.replace(/\*\*\//g, "*").split(/\*+/);
  const [head = ""] = pieces;
  const tail = pieces.at(-1) ?? "";
  const middle = pieces.slice(1, -1);
  return (path) => {
    if (path.length < head.length + tail.length || !path.startsWith(head) || !path.endsWith(tail)) return false;
    const end = path.length - tail.length;
    let at = head.length;
    for (const piece of middle) {
      const next = path.indexOf(piece, at);
      if (next < 0 || next + piece.length > end) return false;
      at = next + piece.length;
    }
    return true;
  };
}

function collect(
  files: HostFiles,
  folder: string,
  relative: string,
  depth: number,
  options: ScanOptions,
  found: Value[],
): void {
  if (depth > options.maxDepth) return;
  for (const { name, kind } of listFolder(files, folder)) {
    if (!options.includeHidden && name.startsWith(".")) continue;
    const [path, below] = [joinPath(folder, name), joinPath(relative, name)];
    const isFolder = kind === "directory";
    if (options.fits(below) && (isFolder ? options.includeFolders : options.includeFiles)) {
      const entry = entryOf(files, path, below, isFolder);
      if (entry !== undefined) found.push(entry);
    }
    if (isFolder) collect(files, path, below, depth + 1, options, found);
  }
}

/** `undefined` for what vanished meanwhile. */
function entryOf(files: HostFiles, path: string, relative: string, isFolder: boolean): Value | undefined {
  try {
    const { size, modified } = files.stat(path, false);
    return DictValue.of({ path: relative, size, modified: Math.floor(modified / 1000), is_dir: isFolder });
  } catch {
    return undefined;
  }
}
