import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { hostError } from "../host/node/errors.ts";
import { messageOf } from "../text/index.ts";
import type { BundleSignature } from "./bundle-manifest.ts";
import { fetchKey, KeyFetchError } from "./fetched-key.ts";

/** Whom to trust, and where keys of signers are looked up that this machine does not have. */
export interface TrustPolicy {
  /** A folder, or an address below which `KEY_ID.pub` lies. */
  readonly registry?: string;
  /** Ids of keys; none listed means all that can be looked up. */
  readonly signers: readonly string[];
}

/** A bundle's signer who is not trusted, or a policy that cannot be followed. */
export class TrustError extends Error {
  override readonly name = "TrustError";
  readonly code: "verify.trust_policy_failed" | "verify.untrusted_signer";

  constructor(code: TrustError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface TrustSources {
  /** Where this machine keeps the keys of those whom it trusts. */
  readonly signersFolder: string;
  readonly policy: TrustPolicy;
  readonly cwd: string;
}

/** A policy file: `{"signer_registry_url": …, "trusted_signers": […]}`, with `registry_url` as another name of the first. */
export function readTrustPolicy(path: string, cwd: string): TrustPolicy {
  const refuse = (message: string): never => {
    throw new TrustError("verify.trust_policy_failed", message);
  };
  const text = (() => {
    try {
      return readFileSync(resolve(cwd, path), "utf8");
    } catch (error) {
      return refuse(`failed to read ${path}: ${hostError(error).message}`);
    }
  })();
  const wrong = (why: string): never => refuse(`failed to parse trust policy ${path}: ${why}`);
  const fields = (() => {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      return wrong(messageOf(error));
    }
  })();
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return wrong("it must be an object");
  const { registry_url, signer_registry_url, trusted_signers } = fields as Readonly<Record<string, unknown>>;
  const registry = signer_registry_url ?? registry_url ?? undefined;
  const signers = trusted_signers ?? [];
  if (registry !== undefined && typeof registry !== "string") return wrong("signer_registry_url must be a text");
  if (!Array.isArray(signers) || !signers.every((each) => typeof each === "string"))
    return wrong("trusted_signers must be a list of key ids");
  return { signers, ...(registry !== undefined && { registry }) };
}

/** SHA-256 over the raw public key, which is what signers are known by. */
export function keyIdOf(signature: BundleSignature): string {
  return createHash("sha256").update(Buffer.from(signature.public_key, "hex")).digest("hex");
}

/** Refuses a signer whom the policy's list does not name. */
export function requireListedSigner(bundle: string, signature: BundleSignature, policy: TrustPolicy): void {
  const id = keyIdOf(signature);
  if (policy.signers.length > 0 && !policy.signers.includes(id))
    throw untrusted(bundle, id, "which is not in the trust policy's trusted_signers allowlist");
}

/**
 * Refuses a signer whose key neither this machine nor the policy's registry has. What a bundle says its key's id is does not
 * count: the id is made of the key that its signature was verified with.
 */
export async function requireKnownSigner(
  bundle: string,
  signature: BundleSignature,
  from: TrustSources,
): Promise<void> {
  const id = keyIdOf(signature);
  if (signature.key_id !== null && signature.key_id !== id)
    throw untrusted(bundle, id, `but says that its key is ${signature.key_id}`);
  const pem = localKey(id, from.signersFolder) ?? (await registryKey(id, from));
  if (pem === undefined) throw untrusted(bundle, id, "but that signer is not present in the trusted signer registry");
  if (rawKey(pem.text, pem.source) !== signature.public_key.toLowerCase())
    throw untrusted(bundle, id, `but ${pem.source} holds another key`);
}

interface FoundKey {
  readonly text: string;
  readonly source: string;
}

function localKey(id: string, folder: string): FoundKey | undefined {
  const source = join(folder, `${id}.pub`);
  try {
    return { text: readFileSync(source, "utf8"), source };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new TrustError("verify.untrusted_signer", `failed to read ${source}: ${hostError(error).message}`);
  }
}

async function registryKey(id: string, { cwd, policy }: TrustSources): Promise<FoundKey | undefined> {
  const { registry } = policy;
  if (registry === undefined) return undefined;
  if (!/^https?:/u.test(registry))
    return localKey(id, registry.startsWith("file:") ? fileURLToPath(registry) : resolve(cwd, registry));
  const source = `${registry.replace(/\/+$/u, "")}/${id}.pub`;
  try {
    return { text: await fetchKey(source), source };
  } catch (error) {
    if (!(error instanceof KeyFetchError)) throw error;
    if (error.status === 404) return undefined;
    throw new TrustError("verify.trust_policy_failed", error.message);
  }
}

function rawKey(pem: string, source: string): string {
  try {
    return createPublicKey(pem).export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  } catch {
    throw new TrustError(
      "verify.trust_policy_failed",
      `failed to parse signer from registry: ${source} is no public key in PEM`,
    );
  }
}

function untrusted(bundle: string, id: string, why: string): TrustError {
  return new TrustError("verify.untrusted_signer", `bundle ${bundle} was signed by ${id}, ${why}`);
}
