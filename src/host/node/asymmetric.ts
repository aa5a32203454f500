import type { KeyObject } from "node:crypto";
import type { AsymmetricCrypto } from "../../stdlib/host/crypto/asymmetric.ts";
import { lazy } from "./lazy-modules.ts";

/** What stands before the raw key in its DER form: the algorithm and the lengths. */
const prefixes = {
  ed25519: { private: "302e020100300506032b657004220420", public: "302a300506032b6570032100" },
  x25519: { private: "302e020100300506032b656e04220420", public: "302a300506032b656e032100" },
} as const;

type Curve = keyof typeof prefixes;

function privateKey(curve: Curve, raw: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(prefixes[curve].private, "hex"), raw]);
  return lazy.crypto.createPrivateKey({ key, format: "der", type: "pkcs8" });
}

function publicKey(curve: Curve, raw: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(prefixes[curve].public, "hex"), raw]);
  return lazy.crypto.createPublicKey({ key, format: "der", type: "spki" });
}

function publicOf(curve: Curve, raw: Uint8Array): Uint8Array {
  const der = lazy.crypto.createPublicKey(privateKey(curve, raw)).export({ format: "der", type: "spki" });
  return new Uint8Array(der.subarray(-32));
}

/** Signatures over P-256 as two numbers side by side, not as DER. */
const options = { ES256: { dsaEncoding: "ieee-p1363" }, RS256: {} } as const;

export const nodeAsymmetricCrypto: AsymmetricCrypto = {
  ed25519Public: (raw) => publicOf("ed25519", raw),
  ed25519Sign: (raw, message) => new Uint8Array(lazy.crypto.sign(null, message, privateKey("ed25519", raw))),
  ed25519Verify: (raw, message, signature) => lazy.crypto.verify(null, message, publicKey("ed25519", raw), signature),
  x25519Public: (raw) => publicOf("x25519", raw),
  x25519Agree: (raw, peer) =>
    new Uint8Array(
      lazy.crypto.diffieHellman({ privateKey: privateKey("x25519", raw), publicKey: publicKey("x25519", peer) }),
    ),
  p256Public(raw) {
    const exchange = lazy.crypto.createECDH("prime256v1");
    exchange.setPrivateKey(raw);
    return new Uint8Array(exchange.getPublicKey());
  },
  signJwt: (algorithm, pem, message) =>
    new Uint8Array(lazy.crypto.sign("sha256", message, { key: privateKeyOf(pem), ...options[algorithm] })),
  verifyJwt: (algorithm, pem, message, signature) =>
    lazy.crypto.verify("sha256", message, { key: lazy.crypto.createPublicKey(pem), ...options[algorithm] }, signature),
};

/** OpenSSL's words for what is no key are numbers. */
function privateKeyOf(pem: string): KeyObject {
  try {
    return lazy.crypto.createPrivateKey(pem);
  } catch (cause) {
    throw new Error("it holds no key that can be read", { cause });
  }
}
