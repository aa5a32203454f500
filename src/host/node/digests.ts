import type { HostDigests } from "../../stdlib/host/crypto/host-digests.ts";
import { lazy } from "./lazy-modules.ts";

/** Node's names of the digests that it has in every build. */
const names: Readonly<Record<string, string>> = {
  sha224: "sha224",
  sha256: "sha256",
  sha256_hex: "sha256",
  sha384: "sha384",
  sha512: "sha512",
};

export const nodeDigests: HostDigests = {
  digest(algorithm, content) {
    const name = Object.hasOwn(names, algorithm) ? names[algorithm] : undefined;
    return name === undefined ? undefined : new Uint8Array(lazy.crypto.createHash(name).update(content).digest());
  },
};
