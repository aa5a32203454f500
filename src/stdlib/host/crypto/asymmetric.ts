import { serviceKey } from "../../../builtin/index.ts";

export type JwtAlgorithm = "ES256" | "RS256";

/**
 * Signatures with key pairs. The platform's own implementation is injected: this is nothing to write twice. Keys, messages
 * and signatures of the two curves are their raw bytes. Faulty keys are reported as errors with a message.
 */
export interface AsymmetricCrypto {
  ed25519Public(privateKey: Uint8Array): Uint8Array;
  ed25519Sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  x25519Public(privateKey: Uint8Array): Uint8Array;
  x25519Agree(privateKey: Uint8Array, peerPublicKey: Uint8Array): Uint8Array;
  /** The point of a P-256 key, uncompressed: 65 bytes. */
  p256Public(privateKey: Uint8Array): Uint8Array;
  /** With a PEM key; the signature is in the form of JSON Web Signatures. */
  signJwt(algorithm: JwtAlgorithm, privatePem: string, message: Uint8Array): Uint8Array;
  verifyJwt(algorithm: JwtAlgorithm, publicPem: string, message: Uint8Array, signature: Uint8Array): boolean;
}

export const asymmetricCrypto = serviceKey<AsymmetricCrypto>("asymmetric cryptography");
