import { blake3 } from "@noble/hashes/blake3.js";
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512, sha512_256 } from "@noble/hashes/sha2.js";
import { sha3_256, sha3_512 } from "@noble/hashes/sha3.js";
import type { CHash } from "@noble/hashes/utils.js";
import { type Builtin, declare, opt, req, t } from "../../../builtin/index.ts";
import {
  DictValue,
  encodeBase64,
  type Raise,
  structuralText,
  toHex,
  type Value,
  wrapInt,
} from "../../../value/index.ts";
import { equalInConstantTime } from "../../byte-arrays.ts";
import { decodeHex, hexFault } from "../../hex.ts";
import { fail } from "../faults.ts";
import { asymmetricCrypto } from "./asymmetric.ts";
import { awsSignatureBuiltins } from "./aws-headers.ts";
import { encodingBuiltins, inputBytes } from "./encodings.ts";
import { hostDigests, worthAskingHost } from "./host-digests.ts";
import { jwtBuiltins } from "./jwt.ts";
import { signedUrlBuiltins } from "./signed-url.ts";

const crypto = declare("crypto");

type Digest = (message: Uint8Array) => Uint8Array;

const digests: readonly (readonly [string, string, Digest])[] = [
  ["md5", "MD5", md5],
  ["sha224", "SHA-224", sha224],
  ["sha256", "SHA-256", sha256],
  ["sha256_hex", "SHA-256", sha256],
  ["sha384", "SHA-384", sha384],
  ["sha512", "SHA-512", sha512],
  ["sha512_256", "SHA-512/256", sha512_256],
  ["sha3_256", "SHA3-256", sha3_256],
  ["sha3_512", "SHA3-512", sha3_512],
  ["blake3", "BLAKE3", blake3],
];

const digestBuiltins: readonly Builtin[] = digests.map(([name, title, digest]) =>
  crypto({
    name,
    summary: `The ${title} digest of bytes or of a text, in hexadecimal digits.`,
    params: [opt("input", t.any)],
    lenient: true,
    returns: t.string,
    borrows: true,
    run(context, input) {
      const content = inputBytes(input ?? "");
      const native = content.length < worthAskingHost ? undefined : context.service(hostDigests).digest(name, content);
      return toHex(native ?? digest(content));
    },
  }),
);

type Encode = (bytes: Uint8Array) => string;

const macs: readonly (readonly [string, string, CHash, Encode])[] = [
  ["hmac_sha256", "HMAC-SHA-256, in hexadecimal digits", sha256, toHex],
  ["hmac_sha256_base64", "HMAC-SHA-256, in base64", sha256, (bytes) => encodeBase64(bytes)],
  ["hmac_sha1", "HMAC-SHA-1, in hexadecimal digits", sha1, toHex],
];

const macBuiltins: readonly Builtin[] = macs.map(([name, title, digest, encode]) =>
  crypto({
    name,
    summary: `${title}.`,
    params: [req("key", t.string), req("message", t.string)],
    returns: t.string,
    run: (_context, key, message) => encode(hmac(digest, inputBytes(key), inputBytes(message))),
  }),
);

const others: readonly Builtin[] = [
  crypto({
    name: "sha256_base64url",
    summary: "The SHA-256 digest in URL-safe base64 without padding.",
    params: [req("input", t.union(t.string, t.bytes))],
    returns: t.string,
    run: (_context, input) => encodeBase64(sha256(inputBytes(input)), { isUrlSafe: true, isPadded: false }),
  }),
  crypto({
    name: "constant_time_eq",
    summary: "Whether two texts are equal, in a time that does not tell where they differ.",
    params: [req("a", t.string), req("b", t.string)],
    returns: t.bool,
    examples: [['constant_time_eq("abc", "abd")', "false"]],
    run: (_context, a, b) => equalInConstantTime(inputBytes(a), inputBytes(b)),
  }),
  crypto({
    name: "hash_value",
    summary: "A number that is the same for structurally equal values. For buckets; for integrity take a digest.",
    params: [req("value", t.any)],
    returns: t.int,
    borrows: true,
    run: (_context, value) => fnv1a(structuralText(value)),
  }),
];

function fnv1a(text: string): number | bigint {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
  return wrapInt(hash);
}

/** Key texts are the 32 or 64 bytes of a key or signature in hexadecimal digits. */
function keyBytes(text: string, size: number, badHex: (fault: string) => Raise, badSize: Raise): Uint8Array {
  const fault = hexFault(text);
  if (fault !== undefined) throw badHex(fault);
  if (text.length !== size * 2) throw badSize;
  return decodeHex(text);
}

function isHexOf(text: string, size: number): boolean {
  return hexFault(text) === undefined && text.length === size * 2;
}

function keyPair(name: string, derive: "ed25519Public" | "x25519Public", title: string): Builtin {
  return crypto({
    name,
    summary: `A new ${title} key pair, \`{private, public}\` in hexadecimal digits.`,
    params: [],
    returns: t.dict,
    effect: "random",
    run(context) {
      const secret = new Uint8Array(32);
      context.host.random.fill(secret);
      return DictValue.of({ private: toHex(secret), public: toHex(context.service(asymmetricCrypto)[derive](secret)) });
    },
  });
}

const textOrBytes = t.union(t.string, t.bytes);

const keyPairs: readonly Builtin[] = [
  keyPair("ed25519_keypair", "ed25519Public", "Ed25519"),
  crypto({
    name: "ed25519_sign",
    summary: "The Ed25519 signature of a message, in hexadecimal digits.",
    params: [req("private_hex", t.string), req("message", textOrBytes)],
    returns: t.string,
    run(context, privateHex, message) {
      const key = keyBytes(
        privateHex,
        32,
        (fault) => fail(`ed25519_sign: invalid hex private key: ${fault}`),
        fail("ed25519_sign: private key must be 32 bytes"),
      );
      return toHex(context.service(asymmetricCrypto).ed25519Sign(key, inputBytes(message as Value)));
    },
  }),
  crypto({
    name: "ed25519_verify",
    summary: "Whether an Ed25519 signature is right.",
    params: [req("public_hex", t.string), req("message", textOrBytes), req("signature_hex", t.string)],
    returns: t.bool,
    run(context, publicHex, message, signatureHex) {
      if (!isHexOf(publicHex, 32) || !isHexOf(signatureHex, 64)) return false;
      const engine = context.service(asymmetricCrypto);
      return engine.ed25519Verify(decodeHex(publicHex), inputBytes(message as Value), decodeHex(signatureHex));
    },
  }),
  keyPair("x25519_keypair", "x25519Public", "X25519"),
  crypto({
    name: "x25519_agree",
    summary: "The secret that a private key and a peer's public key share, in hexadecimal digits.",
    params: [req("private_hex", t.string), req("peer_public_hex", t.string)],
    returns: t.string,
    run(context, privateHex, publicHex) {
      const read = (text: string, what: string): Uint8Array =>
        keyBytes(
          text,
          32,
          (fault) => fail(`x25519_agree: invalid ${what} hex: ${fault}`),
          fail(`x25519_agree: ${what} must be 32 bytes`),
        );
      const secret = context
        .service(asymmetricCrypto)
        .x25519Agree(read(privateHex, "private"), read(publicHex, "public"));
      return toHex(secret);
    },
  }),
];

export const cryptoBuiltins: readonly Builtin[] = [
  ...digestBuiltins,
  ...macBuiltins,
  ...others,
  ...keyPairs,
  ...encodingBuiltins,
  ...jwtBuiltins,
  ...signedUrlBuiltins,
  ...awsSignatureBuiltins,
];
