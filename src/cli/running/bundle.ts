import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import type { PackRunEvent } from "../../eventlog/index.ts";
import { hostError } from "../../host/node/errors.ts";
import { type Bundle, decodeBundle, verifySignature } from "../../packages/bundle.ts";
import { bundleCacheFolder, unpackBundle } from "../../packages/bundle-cache.ts";
import { bundleLanguageVersion } from "../../packages/bundle-manifest.ts";
import { findModuleProblem } from "../../packages/bundle-problems.ts";
import { ArchiveError, containedPath } from "../../packages/tar.ts";
import { isZstd } from "../../packages/zstd.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";

/** Whether a path leads to a bundle: by its extension, or by how it begins. */
export function isBundle(path: string): boolean {
  if (path.endsWith(".harnpack")) return true;
  if (path.endsWith(".harn")) return false;
  try {
    const file = openSync(path, "r");
    try {
      const head = Buffer.alloc(4);
      readSync(file, head, 0, 4, 0);
      return isZstd(head);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

/** A bundle that was verified and unpacked. */
export interface OpenedBundle {
  /** The file to run. */
  readonly entry: string;
  /** Where everything that it holds lies. */
  readonly folder: string;
  readonly event: PackRunEvent;
  readonly warnings: readonly string[];
}

export interface BundleOptions {
  readonly allowsUnsigned: boolean;
  readonly isDryRun: boolean;
}

/** Verifies and unpacks a bundle. Nothing of it is written before it is found to be whole. */
export function openBundle(
  path: string,
  { environment, cwd }: CommandContext,
  { allowsUnsigned, isDryRun }: BundleOptions,
): OpenedBundle {
  const bundle = read(path);
  const { entrypoint, signature } = bundle.manifest;
  if (signature === null && !allowsUnsigned)
    throw new CommandFailure(
      "harnpack.unsigned",
      `refusing to run unsigned bundle ${path} (re-run with --allow-unsigned to override)`,
    );
  if (signature !== null) asArchiveFailure(() => verifySignature(bundle));
  const problem = findModuleProblem(bundle);
  if (problem !== undefined) throw new CommandFailure("harnpack.archive", problem.message);
  const warnings = versionWarnings(bundle.manifest.harn_version);
  const contained = asArchiveFailure(() => containedPath(entrypoint));
  const unpacked = asArchiveFailure(() => unpackBundle(bundle, bundleCacheFolder(environment, cwd)));
  const entry = join(unpacked.folder, "sources", contained);
  if (!bundle.contents.has(`sources/${contained}`))
    throw new CommandFailure(
      "harnpack.missing_entrypoint",
      `manifest entrypoint ${entrypoint} not present in unpacked bundle at ${unpacked.folder}`,
    );
  const event: PackRunEvent = {
    event_type: "pack_run",
    bundle_hash: unpacked.hash,
    signature_verified: signature !== null,
    ...(signature?.key_id == null ? {} : { key_id: signature.key_id }),
    cache_hit: unpacked.isHit,
    dry_run_verify: isDryRun,
  };
  return { entry, folder: unpacked.folder, event, warnings };
}

function read(path: string): Bundle {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new CommandFailure("harnpack.read_failed", `failed to read ${path}: ${hostError(error).message}`);
  }
  try {
    return decodeBundle(bytes);
  } catch (error) {
    if (error instanceof ArchiveError) throw new CommandFailure("harnpack.archive", error.message, { cause: error });
    throw error;
  }
}

function asArchiveFailure<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ArchiveError) throw new CommandFailure("harnpack.archive", error.message, { cause: error });
    throw new CommandFailure("harnpack.replay_failed", hostError(error).message, { cause: error });
  }
}

function versionWarnings(given: string): readonly string[] {
  const parse = (version: string): readonly string[] | undefined => /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1);
  const built = parse(given);
  const present = parse(bundleLanguageVersion) as readonly string[];
  if (built === undefined) return [`harnpack harn_version ${given} is not parseable; running anyway`];
  if (built[0] !== present[0] || built[1] !== present[1])
    throw new CommandFailure(
      "harnpack.version_mismatch",
      `harnpack was built for harn ${given}; this runtime is ${bundleLanguageVersion} (major/minor mismatch refused)`,
    );
  return built[2] === present[2]
    ? []
    : [`harnpack was built for harn ${given}; this runtime is ${bundleLanguageVersion} (patch mismatch)`];
}
