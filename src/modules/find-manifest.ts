import { late } from "./late-modules.ts";
import type { Manifest } from "./manifest.ts";
import type { ModuleReader } from "./reader.ts";

export interface FoundManifest {
  readonly path: string;
  readonly manifest: Manifest;
}

/** How many folders are looked into, the start included. */
const searchDepth = 16;

/** The nearest `harn.toml` from a folder upwards, not beyond the folder that holds `.git`. */
export function findManifest(folder: string, reader: ModuleReader): FoundManifest | undefined {
  const path = findManifestPath(folder, reader);
  const manifest = path === undefined ? undefined : readManifest(path, reader);
  return path === undefined || manifest === undefined ? undefined : { path, manifest };
}

export function findManifestPath(folder: string, reader: ModuleReader): string | undefined {
  let at = folder;
  for (let depth = 0; depth < searchDepth; depth++) {
    const path = reader.join(at, "harn.toml");
    if (reader.exists(path) && !reader.isFolder(path)) return path;
    const parent = reader.dirname(at);
    if (parent === at || reader.exists(reader.join(at, ".git"))) return undefined;
    at = parent;
  }
  return undefined;
}

/** Undefined where the file is absent or is not TOML; `parseManifest` says why. */
export function readManifest(path: string, reader: ModuleReader): Manifest | undefined {
  try {
    return late.manifest().parseManifest(reader.read(path));
  } catch {
    return undefined;
  }
}

/** The folder that `[asset_roots]` of a project's manifest gives a name, relative to the project. */
export function findAssetRoot(projectFolder: string, alias: string, reader: ModuleReader): string | undefined {
  const table = findManifest(projectFolder, reader)?.manifest.raw.asset_roots;
  const folder = typeof table === "object" && table !== null ? (table as Record<string, unknown>)[alias] : undefined;
  return typeof folder === "string" ? folder : undefined;
}
