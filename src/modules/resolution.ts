import { readManifest } from "./find-manifest.ts";
import { stdModulePath } from "./module.ts";
import type { ModuleReader } from "./reader.ts";

/** Where an import path leads. */
export type Resolution =
  | { readonly kind: "std"; readonly name: string; readonly path: string }
  /** `path` as it is shown, `id` as it is compared. */
  | { readonly kind: "file"; readonly id: string; readonly path: string }
  | { readonly kind: "missing"; readonly path: string };

/**
 * `std/x` is embedded. Any other path is tried beside the importing file, with `.harn` added when that is missing, and then as a
 * package: `.harn/packages` of the file's folder and of each folder above it, up to the one that holds `.git`.
 */
export function resolveImport(path: string, folder: string | undefined, reader: ModuleReader): Resolution {
  const name = stdName(path);
  if (name !== undefined) return { kind: "std", name, path: stdModulePath(name) };
  if (folder === undefined) return { kind: "missing", path };
  const beside = isAbsolute(path) ? path : reader.join(folder, path);
  const found = findFile(beside, reader) ?? (isAbsolute(path) ? undefined : findInPackages(path, folder, reader));
  if (found !== undefined) return { kind: "file", id: reader.realPath(found), path: found };
  return { kind: "missing", path: hasExtension(beside) ? beside : `${beside}.harn` };
}

function stdName(path: string): string | undefined {
  if (path === "observability") return path;
  return path.startsWith("std/") ? path.slice("std/".length) : undefined;
}

function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(path);
}

function hasExtension(path: string): boolean {
  return /[^/\\]\.[^./\\]+$/.test(path);
}

function findFile(path: string, reader: ModuleReader): string | undefined {
  if (reader.exists(path) && !reader.isFolder(path)) return path;
  const withSuffix = `${path}.harn`;
  return reader.exists(withSuffix) && !reader.isFolder(withSuffix) ? withSuffix : undefined;
}

function findInPackages(path: string, folder: string, reader: ModuleReader): string | undefined {
  const parts = safeParts(path);
  if (parts === undefined) return undefined;
  for (let at = folder; ; at = reader.dirname(at)) {
    const packages = reader.join(at, ".harn", "packages");
    const found = reader.isFolder(packages) ? findInPackage(packages, parts, reader) : undefined;
    if (found !== undefined) return found;
    if (reader.exists(reader.join(at, ".git")) || reader.dirname(at) === at) return undefined;
  }
}

/** A package path stays inside its package: no `..`, nothing absolute. */
function safeParts(path: string): readonly string[] | undefined {
  const parts = path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
  return isAbsolute(path) || parts.length === 0 || parts.includes("..") ? undefined : parts;
}

function findInPackage(packages: string, parts: readonly string[], reader: ModuleReader): string | undefined {
  const root = reader.join(packages, parts[0] as string);
  const direct = packageTarget(root, reader.join(packages, ...parts), reader);
  if (direct !== undefined || parts.length === 1) return direct;
  const manifest = readManifest(reader.join(root, "harn.toml"), reader);
  const exported = manifest?.exports.get(parts.slice(1).join("/"));
  const inside = exported === undefined ? undefined : safeParts(exported);
  return inside === undefined ? undefined : packageTarget(root, reader.join(root, ...inside), reader);
}

/** A folder stands for its `lib.harn`. A link that leads out of the package is not followed. */
function packageTarget(root: string, path: string, reader: ModuleReader): string | undefined {
  const found = reader.isFolder(path) ? findFile(reader.join(path, "lib.harn"), reader) : findFile(path, reader);
  if (found === undefined) return undefined;
  const home = reader.realPath(root);
  const real = reader.realPath(found);
  return real.startsWith(home) && /^[/\\]/.test(real.slice(home.length)) ? found : undefined;
}
