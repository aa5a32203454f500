import { sha256 } from "@noble/hashes/sha2.js";
import { type Builtin, type CallContext, declare, type HostFiles, opt, t } from "../../../builtin/index.ts";
import { DictValue, ListValue, sortTexts, toHex, type Value } from "../../../value/index.ts";
import { fail, need } from "../faults.ts";
import { flagOption, intOption, listOption } from "../options.ts";
import { joinPath } from "../path-text.ts";
import { projectCatalogValue } from "./catalog.ts";
import { isProjectRoot, scanFolder } from "./evidence.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { readIfThere, type TreeFolder, type TreeOptions, walkTree } from "./project-tree.ts";

const project = declare("project");
const pathAndOptions = [opt("path", t.string), opt("options", t.nilable(t.dict))] as const;

/** What kind of project a folder holds, from names of files and manifests; no model is asked. `std/project` is written over these. */
export const projectBuiltins: readonly Builtin[] = [
  project({
    name: "project_catalog_native",
    summary: "The kinds of projects that are recognised, with their anchors, lockfiles, globs and commands.",
    params: [],
    returns: t.list,
    effect: "pure",
    run: () => projectCatalogValue(),
  }),
  project({
    name: "project_fingerprint",
    summary:
      "The shape of a repository: `{primary_language, languages, frameworks, package_manager, package_managers, test_runner, " +
      "build_tool, vcs, ci, has_tests, has_ci, lockfile_paths}`.",
    params: [opt("path", t.string)],
    returns: t.dict,
    effect: "fs.read",
    run(context, path) {
      const { files, folder } = folderOf(context, "project_fingerprint", path);
      return fingerprintOf(files, folder);
    },
  }),
  project({
    name: "project_scan_native",
    summary: "What one folder says about its project. Options: `tiers` (`ambient`, `config`), and those of a tree.",
    params: pathAndOptions,
    returns: t.dict,
    effect: "fs.read",
    borrows: true,
    run(context, path, options) {
      const { files, folder } = folderOf(context, "project_scan", path);
      return scanFolder(files, folder, treeOptions(options), tiersOf(options));
    },
  }),
  project({
    name: "project_scan_tree_native",
    summary:
      "A scan of a folder and of every project below it, by relative path. Options: `tiers`, `depth`, `include_hidden`, " +
      "`include_vendor`, `respect_gitignore`.",
    params: pathAndOptions,
    returns: t.dict,
    effect: "fs.read",
    borrows: true,
    run(context, path, options) {
      const { files, folder } = folderOf(context, "project_scan_tree", path);
      const tree = treeOptions(options);
      const scans = new Map<string, Value>();
      for (const { path: at, relative } of walkTree(files, folder, tree)) {
        if (relative === "." || isProjectRoot(files, at))
          scans.set(relative, scanFolder(files, at, tree, tiersOf(options)));
      }
      return new DictValue(scans);
    },
  }),
  project({
    name: "project_walk_tree_native",
    summary:
      "A folder and every folder below it: `{dir, path, structure_hash, content_hash}`; the hashes are about what lies directly in it.",
    params: pathAndOptions,
    returns: t.list,
    effect: "fs.read",
    borrows: true,
    run(context, path, options) {
      const { files, folder } = folderOf(context, "project_walk_tree", path);
      return new ListValue(
        [...walkTree(files, folder, treeOptions(options))].map((found) =>
          DictValue.of({ dir: found.relative, path: found.relative, ...hashesOf(files, found) }),
        ),
      );
    },
  }),
  project({
    name: "__project_files",
    summary: "The files below a folder by relative path, in order, as far as the options of a tree let them through.",
    params: pathAndOptions,
    returns: t.list,
    effect: "fs.read",
    borrows: true,
    run(context, path, options) {
      const { files, folder } = folderOf(context, "project_enrich", path);
      const found: string[] = [];
      for (const { relative, entries } of walkTree(files, folder, treeOptions(options)))
        for (const { name, kind } of entries)
          if (kind === "file") found.push(relative === "." ? name : joinPath(relative, name));
      return new ListValue(sortTexts(found));
    },
  }),
];

/** The folder that a path means: itself, or the one that holds the file. */
function folderOf(
  context: CallContext,
  builtin: string,
  path: string | undefined,
): { readonly files: HostFiles; readonly folder: string } {
  const files = need(context, builtin, "files");
  const full = files.resolve(joinPath(files.cwd, path || "."));
  if (!files.exists(full)) throw fail(`${builtin}: there is nothing at ${full}`);
  return { files, folder: files.stat(full, true).kind === "directory" ? full : files.resolve(full, "..") };
}

function treeOptions(options: DictValue | null | undefined): TreeOptions {
  const given = options ?? undefined;
  return {
    depth: depthOf(given),
    includeHidden: flagOption(given, "include_hidden") ?? false,
    includeVendor: flagOption(given, "include_vendor") ?? false,
    respectsGitignore: flagOption(given, "respect_gitignore") ?? true,
  };
}

/** Three levels, unless `depth` says otherwise; nil means all of them. */
function depthOf(options: DictValue | undefined): number | undefined {
  if (options?.get("depth") === null) return undefined;
  const depth = intOption(options, "depth");
  return depth === undefined || depth < 0 ? 3 : depth;
}

function tiersOf(options: DictValue | null | undefined): { readonly readsConfig: boolean } {
  return { readsConfig: listOption(options ?? undefined, "tiers")?.includes("config") ?? false };
}

function hashesOf(files: HostFiles, { path, entries }: TreeFolder): Record<string, Value> {
  const structure = entries.map(({ name, kind }) => `${kind}:${name}`);
  const content = entries
    .filter(({ kind }) => kind === "file")
    .map(({ name }) => `${name}:${digest(readIfThere(files, joinPath(path, name)) ?? "")}`);
  return { structure_hash: digest(structure.join("\n")), content_hash: digest(content.join("\n")) };
}

function digest(text: string): string {
  return toHex(sha256(new TextEncoder().encode(text)));
}
