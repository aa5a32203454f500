import { dirname, resolve } from "node:path";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { type FoundManifest, findManifestPath, parseManifest } from "../../modules/index.ts";
import { CommandFailure } from "../command-failure.ts";

/** The manifest that governs a file: the nearest above it. One that cannot be read is a failure, so that no setting is lost silently. */
export function manifestOf(file: string): FoundManifest | undefined {
  return manifestAbove(dirname(resolve(file)));
}

export function manifestAbove(folder: string): FoundManifest | undefined {
  const reader = nodeModuleReader();
  const path = findManifestPath(folder, reader);
  return path === undefined ? undefined : readManifest(path);
}

export function readManifest(path: string): FoundManifest {
  const reader = nodeModuleReader();
  try {
    return { path, manifest: parseManifest(reader.read(path)) };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new CommandFailure("manifest_extension_error", `${path}: ${reason}`);
  }
}
