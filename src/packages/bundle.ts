import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { blake3 } from "@noble/hashes/blake3.js";
import type { BundleManifest, BundleSignature } from "./bundle-manifest.ts";
import { readAnyManifest, readManifest } from "./read-manifest.ts";
import { ArchiveError, type ArchiveMember, readTar, writeTar } from "./tar.ts";
import { readZstd, storeZstd } from "./zstd.ts";

export const manifestPath = "harnpack.json";

/** A bundle as it was read: what it says, and what it holds. */
export interface Bundle {
  readonly manifest: BundleManifest;
  /** The manifest as it stands in the archive. */
  readonly manifestText: string;
  /** Everything but the manifest, by path. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

export function blake3Of(bytes: Uint8Array): string {
  return `blake3:${Buffer.from(blake3(bytes)).toString("hex")}`;
}

export function encodeBundle(manifest: BundleManifest, contents: readonly ArchiveMember[]): Uint8Array {
  if (contents.some(({ path }) => path === manifestPath))
    throw new ArchiveError("archive content cannot replace harnpack.json");
  const sorted = [...contents].sort((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)));
  const first = { path: manifestPath, content: Buffer.from(JSON.stringify(manifest)) };
  return storeZstd(writeTar([first, ...sorted]));
}

export function decodeBundle(bytes: Uint8Array): Bundle {
  const contents = new Map(readTar(readZstd(bytes)));
  const manifestText = manifestTextIn(contents);
  contents.delete(manifestPath);
  return { manifest: readManifest(manifestText), manifestText, contents };
}

/** What the manifest of a bundle says, of whatever version. The rest of the archive is not looked at, but it must be sound. */
export function decodeManifest(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  return readAnyManifest(manifestTextIn(readTar(readZstd(bytes))));
}

function manifestTextIn(members: ReadonlyMap<string, Uint8Array>): string {
  const stored = members.get(manifestPath);
  if (stored === undefined) throw new ArchiveError("harnpack archive is missing harnpack.json");
  return new TextDecoder().decode(stored);
}

/** The hash of a bundle: its manifest without signature, and the hashes of its contents in order, whatever their paths. */
export function bundleHash({ contents, manifest, manifestText }: Bundle): string {
  const signature = `"signature":${JSON.stringify(manifest.signature)}`;
  const unsigned = manifestText.replace(signature, () => '"signature":null');
  const hash = blake3.create().update(Buffer.from(unsigned));
  for (const each of [...contents.values()].map(blake3Of).sort()) hash.update(Buffer.from(`\n${each}`));
  return `blake3:${Buffer.from(hash.digest()).toString("hex")}`;
}

/** The bundle with a signature by this Ed25519 key, in PEM. */
export function signBundle(
  manifest: BundleManifest,
  contents: readonly ArchiveMember[],
  privatePem: string,
): BundleManifest {
  const hash = hashOf(manifest, contents);
  const key = createPrivateKey(privatePem);
  if (key.asymmetricKeyType !== "ed25519") throw new ArchiveError(`the key is ${key.asymmetricKeyType}, not Ed25519`);
  const raw = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  const signature: BundleSignature = {
    key_id: createHash("sha256").update(raw).digest("hex"),
    public_key: raw.toString("hex"),
    signature: sign(null, Buffer.from(hash), key).toString("hex"),
    manifest_hash_blake3: hash,
    algorithm: "ed25519",
  };
  return { ...manifest, signature };
}

export function hashOf(manifest: BundleManifest, contents: readonly ArchiveMember[]): string {
  const members = new Map(contents.map(({ path, content }) => [path, content]));
  return bundleHash({ manifest, manifestText: JSON.stringify(manifest), contents: members });
}

/** Refuses a bundle whose signature does not fit it. The key is the one it carries: integrity, not trust. */
export function verifySignature(bundle: Bundle): BundleSignature {
  const { signature } = bundle.manifest;
  if (signature === null) throw new ArchiveError("workflow bundle is unsigned");
  if (signature.algorithm !== "ed25519")
    throw new ArchiveError(`unsupported workflow bundle signature algorithm ${signature.algorithm}`);
  const hash = bundleHash(bundle);
  if (signature.manifest_hash_blake3 !== hash)
    throw new ArchiveError(
      `workflow bundle signature hash mismatch; expected ${hash}, found ${signature.manifest_hash_blake3}`,
    );
  const raw = hexBytes("workflow bundle signature public_key", signature.public_key, 32);
  const signed = hexBytes("workflow bundle signature", signature.signature, 64);
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]),
    format: "der",
    type: "spki",
  });
  if (!verify(null, Buffer.from(hash), key, signed))
    throw new ArchiveError(
      "workflow bundle signature failed Ed25519 verification: the signature is of another content or key",
    );
  return signature;
}

function hexBytes(label: string, text: string, length: number): Buffer {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new ArchiveError(`${label} is not hex: ${text.slice(0, 80)}`);
  const bytes = Buffer.from(text, "hex");
  if (bytes.length !== length) throw new ArchiveError(`${label} must decode to ${length} bytes, got ${bytes.length}`);
  return bytes;
}
