import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { type Bundle, bundleHash, manifestPath } from "./bundle.ts";
import { ArchiveError } from "./tar.ts";

export interface UnpackedBundle {
  readonly hash: string;
  readonly folder: string;
  /** Whether it was there already. */
  readonly isHit: boolean;
}

/** Where unpacked bundles lie, by what the environment says. */
export function bundleCacheFolder(environment: Readonly<Record<string, string | undefined>>, fallback: string): string {
  if (environment.HARN_CACHE_DIR) return join(environment.HARN_CACHE_DIR, "packs");
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, "harn", "packs");
  return environment.HOME ? join(environment.HOME, ".cache", "harn", "packs") : join(fallback, ".harn", "packs");
}

/**
 * Unpacks a bundle under its hash, once. It is made beside its place and then moved there, so that no run sees half of one;
 * what is there is used only if it is the same bundle to the last byte, since files of a cache can be changed.
 */
export function unpackBundle(bundle: Bundle, cache: string): UnpackedBundle {
  const hash = bundleHash(bundle);
  const folder = join(cache, hash.replaceAll(":", "_"));
  if (holds(folder, bundle)) return { hash, folder, isHit: true };
  mkdirSync(cache, { recursive: true });
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  try {
    for (const [path, content] of bundle.contents) write(fresh, path, content);
    write(fresh, manifestPath, Buffer.from(bundle.manifestText));
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    // Somebody else was faster; theirs is as good if it is the same.
    rmSync(fresh, { recursive: true, force: true });
    if (!holds(folder, bundle)) throw error;
  }
  return { hash, folder, isHit: false };
}

function holds(folder: string, { contents, manifestText }: Bundle): boolean {
  const isThere = (path: string, content: Uint8Array): boolean => {
    try {
      return Buffer.compare(readFileSync(join(folder, path)), content) === 0;
    } catch {
      return false;
    }
  };
  if (!existsSync(folder) || !isThere(manifestPath, Buffer.from(manifestText))) return false;
  return [...contents].every(([path, content]) => isThere(path, content));
}

function write(folder: string, path: string, content: Uint8Array): void {
  const target = resolve(folder, path);
  // A second guard behind the reader's own.
  if (!target.startsWith(resolve(folder) + sep)) throw new ArchiveError(`refusing to unpack unsafe path: ${path}`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}
