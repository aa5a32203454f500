import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { type Bundle, bundleHash, decodeBundle, verifySignature } from "../../packages/bundle.ts";
import { type BundleProblem, findMaterialProblem, findModuleProblem } from "../../packages/bundle-problems.ts";
import {
  keyIdOf,
  readTrustPolicy,
  requireKnownSigner,
  requireListedSigner,
  TrustError,
  type TrustPolicy,
} from "../../packages/signer-trust.ts";
import { ArchiveError } from "../../packages/tar.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { signersFolder } from "../skills/place.ts";

/** Checks a bundle: its signature, its hash, each module under its path, and who signed it. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const { output } = context;
  try {
    const report = await verify(invocation.positionals[0] as string, invocation, context);
    const text = `ok ${report.bundle} (bundle_hash ${report.bundle_hash}, signature_verified=${report.signature_verified})\n`;
    output.write("stdout", invocation.has("json") ? success(report) : text);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandFailure || error instanceof TrustError)) throw error;
    // Programs read the envelope; for people a bundle that does not verify is a wrong argument, which has an exit code of its own.
    if (!invocation.has("json")) throw new UsageError(error.message);
    output.write("stdout", failure({ code: error.code, message: error.message }));
    return 1;
  }
}

interface VerifyReport {
  readonly bundle: string;
  readonly bundle_hash: string;
  readonly recorded_bundle_hash: string | null;
  readonly signature_present: boolean;
  readonly signature_verified: boolean;
  readonly key_id: string | null;
  readonly schema_version: number;
  readonly entrypoint: string;
  readonly module_count: number;
  readonly content_entry_count: number;
}

async function verify(path: string, invocation: Invocation, context: CommandContext): Promise<VerifyReport> {
  const bundle = read(path, context.cwd);
  const { manifest } = bundle;
  const { signature } = manifest;
  const policyFile = invocation.text("trust-policy");
  const policy = policyFile === undefined ? { signers: [] } : readTrustPolicy(policyFile, context.cwd);
  if (signature === null) requireUnsignedAllowed(path, invocation);
  else await requireTrust(path, bundle, policy, invocation, context);
  refuse(findModuleProblem(bundle));
  if (invocation.has("strict")) refuse(findMaterialProblem(bundle));
  const isSigned = signature !== null;
  return {
    bundle: path,
    bundle_hash: bundleHash(bundle),
    recorded_bundle_hash: signature?.manifest_hash_blake3 ?? null,
    signature_present: isSigned,
    signature_verified: isSigned,
    key_id: isSigned ? (signature.key_id ?? keyIdOf(signature)) : null,
    schema_version: manifest.schema_version,
    entrypoint: manifest.entrypoint,
    module_count: manifest.transitive_modules.length,
    content_entry_count: bundle.contents.size,
  };
}

function requireUnsignedAllowed(path: string, invocation: Invocation): void {
  if (invocation.has("require-trusted-signer"))
    throw new CommandFailure(
      "verify.untrusted_signer",
      `bundle ${path} is unsigned and cannot satisfy --require-trusted-signer`,
    );
  if (!invocation.has("allow-unsigned"))
    throw new CommandFailure(
      "verify.unsigned",
      `refusing to verify unsigned bundle ${path} (re-run with --allow-unsigned)`,
    );
}

async function requireTrust(
  path: string,
  bundle: Bundle,
  policy: TrustPolicy,
  invocation: Invocation,
  { cwd }: CommandContext,
): Promise<void> {
  const signature = verified(bundle);
  if (invocation.has("require-trusted-signer"))
    await requireKnownSigner(path, signature, { policy, cwd, signersFolder: signersFolder(cwd) });
  requireListedSigner(path, signature, policy);
}

function verified(bundle: Bundle): ReturnType<typeof verifySignature> {
  try {
    return verifySignature(bundle);
  } catch (error) {
    throw new CommandFailure("verify.signature_failed", hostError(error).message, { cause: error });
  }
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
      throw new CommandFailure("verify.archive_failed", `failed to parse ${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

function refuse(problem: BundleProblem | undefined): void {
  if (problem !== undefined) throw new CommandFailure(problem.code, problem.message);
}
