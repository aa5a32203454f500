import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import {
  type Bundle,
  blake3Of,
  bundleHash,
  decodeBundle,
  findModuleProblem,
  verifySignature,
} from "../../packages/bundle.ts";
import { ArchiveError } from "../../packages/tar.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";

/** Checks a bundle: its signature, its hash, and each module under its path. */
export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const path = invocation.positionals[0] as string;
  const bundle = read(path, cwd);
  const { manifest } = bundle;
  const { signature } = manifest;
  if (signature !== null) checked("verify.signature_failed", () => verifySignature(bundle));
  else if (!invocation.has("allow-unsigned"))
    throw new CommandFailure("verify.unsigned", `${path} is unsigned; --allow-unsigned accepts that`);
  const problem = findModuleProblem(bundle) ?? (invocation.has("strict") ? sbomProblem(bundle) : undefined);
  if (problem !== undefined) throw new CommandFailure(problem.code, problem.message);
  const hash = bundleHash(bundle);
  const isVerified = signature !== null;
  const data = {
    bundle: path,
    bundle_hash: hash,
    recorded_bundle_hash: signature?.manifest_hash_blake3 ?? null,
    signature_present: isVerified,
    signature_verified: isVerified,
    key_id: signature?.key_id ?? null,
    schema_version: manifest.schema_version,
    entrypoint: manifest.entrypoint,
    module_count: manifest.transitive_modules.length,
    content_entry_count: bundle.contents.size,
  };
  const text = `ok ${path} (bundle_hash ${hash}, signature_verified=${isVerified})\n`;
  output.write("stdout", invocation.has("json") ? success(data) : text);
  return 0;
}

function read(path: string, cwd: string): Bundle {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(resolve(cwd, path));
  } catch (error) {
    throw new CommandFailure("verify.read_failed", `failed to read ${path}: ${hostError(error).message}`);
  }
  try {
    return decodeBundle(bytes);
  } catch (error) {
    if (error instanceof ArchiveError)
      throw new CommandFailure("verify.archive_failed", error.message, { cause: error });
    throw error;
  }
}

function checked<T>(code: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandFailure(code, hostError(error).message, { cause: error });
  }
}

/** A row of the bill of materials that names a hash which the contents do not have. */
function sbomProblem({ contents, manifest }: Bundle): { readonly code: string; readonly message: string } | undefined {
  const wrong = manifest.sbom.packages.find(({ name, package_hash_blake3 }) => {
    const content = contents.get(`sources/${name.replace(/^(?:module|asset):/, "")}`);
    return /^(?:module|asset):/.test(name) && (content === undefined || blake3Of(content) !== package_hash_blake3);
  });
  return wrong && { code: "verify.sbom_mismatch", message: `the bill of materials is wrong about ${wrong.name}` };
}
