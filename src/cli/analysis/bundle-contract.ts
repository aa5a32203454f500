import { resolve } from "node:path";
import { type RequiredAsset, requirementsOf } from "../../lint/index.ts";
import type { Module } from "../../modules/index.ts";
import type { LoadedFile } from "./loaded-file.ts";
import { isStandard, type PreflightFlags, preflightHost } from "./preflight.ts";

/** A program of several files as `harn contracts bundle` describes it: everything that must be where it runs. */
export function bundleContract(
  targets: readonly string[],
  files: readonly LoadedFile[],
  flags: PreflightFlags,
): unknown {
  const entries = new Set(files.map(({ graph }) => graph.entry.id));
  const modules = modulesOf(files);
  const [first] = files;
  const host = preflightHost(first?.manifest, flags);
  const own = modules.filter((module) => !isStandard(module));
  const needs = own.map((module) => ({ module, ...requirementsOf(module, host) }));
  const assets = needs.flatMap(({ module, assets: found }) => found.map((asset) => assetEntry(asset, module)));
  const executionDirs = sorted(needs.flatMap(({ executionFolders }) => executionFolders));
  const worktreeRepos = sorted(needs.flatMap(({ worktreeRepositories }) => worktreeRepositories));
  const capabilities = byCapability(needs.flatMap(({ capabilities: names }) => names));
  const imports = sorted(modules.filter(({ id }) => !entries.has(id)).map(pathOf));
  const prompts = sorted(assets.filter(({ kind }) => kind === "prompt_asset").map(({ resolved }) => resolved));
  const templates = sorted(assets.filter(({ kind }) => kind === "template_asset").map(({ resolved }) => resolved));
  const dependencies = dependenciesOf(modules);
  return {
    assets: assets.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
    bundle_root: flags.bundleRoot === undefined ? null : resolve(flags.bundleRoot),
    entry_modules: sorted(entries),
    execution_dirs: executionDirs,
    import_modules: imports,
    module_dependencies: dependencies,
    modules: modules.map((module) => ({ path: pathOf(module), role: entries.has(module.id) ? "entry" : "import" })),
    prompt_assets: prompts,
    required_host_capabilities: capabilities,
    summary: {
      entry_module_count: entries.size,
      execution_dir_count: executionDirs.length,
      host_capability_count: Object.keys(capabilities).length,
      import_module_count: imports.length,
      module_dependency_count: dependencies.length,
      prompt_asset_count: prompts.length,
      template_asset_count: templates.length,
      worktree_repo_count: worktreeRepos.length,
    },
    targets: sorted(targets),
    template_assets: templates,
    version: 1,
    worktree_repos: worktreeRepos,
  };
}

function modulesOf(files: readonly LoadedFile[]): readonly Module[] {
  const all = new Map<string, Module>();
  for (const { graph } of files) for (const [id, module] of graph.modules) all.set(id, module);
  return [...all.values()].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1));
}

/** Modules of the library by their import name: they come with whatever runs the program. */
function pathOf({ id }: Module): string {
  return id.startsWith("<stdlib>/") ? `<std>/${id.slice("<stdlib>/".length).replace(/\.harn$/, "")}` : id;
}

function assetEntry({ target, via, candidates, found }: RequiredAsset, { id }: Module) {
  return {
    candidates: candidates.length > 0 ? candidates : [target],
    declared_in: id,
    exists: found !== undefined,
    kind: target.endsWith(".prompt") ? "prompt_asset" : "template_asset",
    resolved: found ?? candidates[0] ?? target,
    target,
    via,
  };
}

function orderOf({ declared_in, target }: { readonly declared_in: string; readonly target: string }): string {
  return `${declared_in}\0${target}`;
}

/** Of the program's own modules: what the library imports is the library's business. */
function dependenciesOf(modules: readonly Module[]) {
  const rows = modules
    .filter((module) => !isStandard(module))
    .flatMap((module) => module.imports.flatMap(({ target }) => (target ? [`${module.id}\0${pathOf(target)}`] : [])));
  return sorted(rows).map((row) => {
    const [from, to] = row.split("\0");
    return { from, to };
  });
}

function byCapability(names: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const all: Record<string, string[]> = {};
  for (const name of sorted(names)) {
    const dot = name.indexOf(".");
    const operations = all[name.slice(0, dot)] ?? [];
    operations.push(name.slice(dot + 1));
    all[name.slice(0, dot)] = operations;
  }
  return all;
}

/** In order, each once. */
function sorted(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}
