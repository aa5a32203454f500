import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BundleSignature } from "./bundle-manifest.ts";
import { keyIdOf, readTrustPolicy, requireKnownSigner, requireListedSigner, type TrustPolicy } from "./signer-trust.ts";

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "harn-trust-"));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const newKey = (): { readonly pem: string; readonly raw: string } => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = createPublicKey(createPrivateKey(privateKey.export({ format: "pem", type: "pkcs8" })));
  const raw = key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  return { pem: key.export({ format: "pem", type: "spki" }) as string, raw };
};
const mine = newKey();
const signature: BundleSignature = {
  key_id: null,
  public_key: mine.raw,
  signature: "",
  manifest_hash_blake3: "",
  algorithm: "ed25519",
};
const id = keyIdOf(signature);
const known = (policy: TrustPolicy = { signers: [] }, by = signature): Promise<void> =>
  requireKnownSigner("b.harnpack", by, { policy, cwd: folder, signersFolder: join(folder, "mine") });
const keyAt = (name: string, pem = mine.pem): void => writeFileSync(join(folder, name), pem);

describe("whom a bundle is from", () => {
  it("a signer is known by a registry's folder, as a path or an address of a file", async () => {
    await expect(known()).rejects.toThrow(`bundle b.harnpack was signed by ${id}, but that signer is not present`);
    keyAt(`${id}.pub`);
    await known({ registry: ".", signers: [] });
    await known({ registry: pathToFileURL(folder).href, signers: [] });
  });

  it("a key under the signer's id must be the key that the signature was verified with", async () => {
    keyAt(`${id}.pub`, newKey().pem);
    await expect(known({ registry: ".", signers: [] })).rejects.toThrow("holds another key");
    keyAt(`${id}.pub`, "words");
    await expect(known({ registry: ".", signers: [] })).rejects.toMatchObject({ code: "verify.trust_policy_failed" });
  });

  it("an id that the bundle claims does not borrow somebody's trust", async () => {
    const trusted = newKey();
    const claimed = keyIdOf({ ...signature, public_key: trusted.raw });
    keyAt(`${claimed}.pub`, trusted.pem);
    const forged = { ...signature, key_id: claimed };
    await expect(known({ registry: ".", signers: [] }, forged)).rejects.toThrow(`but says that its key is ${claimed}`);
    expect(() => requireListedSigner("b.harnpack", forged, { signers: [claimed] })).toThrow("allowlist");
  });

  it("a registry may be a server: what it does not have is unknown, what it cannot say is its fault", async () => {
    server = createServer(({ url }, answer) => {
      const status = url === `/keys/${id}.pub` ? 200 : url?.startsWith("/keys/") ? 404 : 500;
      answer.writeHead(status).end(mine.pem);
    });
    await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await known({ registry: `${at}/keys/`, signers: [] });
    const other = { ...signature, public_key: newKey().raw };
    await expect(known({ registry: `${at}/keys`, signers: [] }, other)).rejects.toThrow("is not present");
    await expect(known({ registry: at, signers: [] })).rejects.toMatchObject({
      code: "verify.trust_policy_failed",
      message: expect.stringContaining("HTTP 500") as string,
    });
  });

  it("a list of signers counts for every bundle; an empty one lists nobody in particular", () => {
    requireListedSigner("b", signature, { signers: [] });
    requireListedSigner("b", signature, { signers: ["x", id] });
    expect(() => requireListedSigner("b", signature, { signers: ["x"] })).toThrow("trusted_signers allowlist");
  });
});

describe("a policy file", () => {
  const policyOf = (text: string): TrustPolicy => {
    writeFileSync(join(folder, "policy.json"), text);
    return readTrustPolicy("policy.json", folder);
  };

  it("names a registry by either word, and signers", () => {
    expect(policyOf('{"signer_registry_url": "a", "trusted_signers": ["x"], "more": 1}')).toEqual({
      registry: "a",
      signers: ["x"],
    });
    expect(policyOf('{"registry_url": "b"}')).toEqual({ registry: "b", signers: [] });
    expect(policyOf("{}")).toEqual({ signers: [] });
  });

  it.each([
    ["{bad", "failed to parse trust policy policy.json: "],
    ["[]", "failed to parse trust policy policy.json: it must be an object"],
    ['{"trusted_signers": "x"}', "trusted_signers must be a list of key ids"],
    ['{"trusted_signers": [1]}', "trusted_signers must be a list of key ids"],
    ['{"registry_url": 1}', "signer_registry_url must be a text"],
  ])("%s is refused with the reason", (text, message) => {
    expect(() => policyOf(text)).toThrow(message);
  });

  it("must be there, and a file", () => {
    expect(() => readTrustPolicy("absent.json", folder)).toThrow("failed to read absent.json: No such file");
    expect(() => readTrustPolicy(".", folder)).toThrow("failed to read .: Is a directory");
  });
});
