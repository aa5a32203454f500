import type { Host, HostFiles } from "../builtin/index.ts";
import type { Json } from "../eventlog/index.ts";
import type { RouteManifest } from "../records/index.ts";
import { type HostServices, type ProgramPlace, programPlace } from "../stdlib/host/index.ts";

/** What the nearest `harn.toml` of a program says of handoff routes; undefined where there is none. */
export function routeManifest(
  { files }: Host,
  library: HostServices,
  readToml: (text: string) => Json,
): RouteManifest | undefined {
  if (files === undefined) return undefined;
  const place = library.services.get(programPlace) as ProgramPlace | undefined;
  const path = manifestPath(files, place?.sourceFolder ?? files.cwd);
  if (path === undefined) return undefined;
  const manifest = readToml(files.readText(path)) as { readonly handoff_routes?: Json };
  return { path, routes: manifest.handoff_routes ?? [] };
}

function manifestPath(files: HostFiles, start: string): string | undefined {
  for (let folder = files.resolve(start); ; ) {
    const path = files.resolve(folder, "harn.toml");
    if (isThere(files, path)) return path;
    const parent = files.resolve(folder, "..");
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** What a sandbox hides is not there. */
function isThere(files: HostFiles, path: string): boolean {
  try {
    return files.exists(path);
  } catch {
    return false;
  }
}
