import { encodeBase64 } from "../../../value/index.ts";
import type { AsymmetricCrypto } from "./asymmetric.ts";
import { der, joined } from "./der.ts";

/** A certificate for tests on one's own machine, and its key, both as PEM. */
export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface SelfSignedRequest {
  /** Names and addresses that the certificate is for: at least one. */
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly crypto: AsymmetricCrypto;
  readonly fillRandom: (bytes: Uint8Array) => void;
}

const ids = {
  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

const day = 86_400_000;
/** Browsers refuse certificates for longer than this. */
const lifetime = 397 * day;

/** A name that no certificate can hold. */
export class HostNameError extends Error {}

/** Issues a certificate that signs itself with a new P-256 key. */
export function issueSelfSigned({ hosts, now, crypto, fillRandom }: SelfSignedRequest): SelfSigned {
  const scalar = newScalar(fillRandom);
  const point = crypto.p256Public(scalar);
  const privateKey = pem("PRIVATE KEY", privateKeyInfo(scalar, point));
  const signature = der.sequence(der.objectId(ids.ecdsaWithSha256));
  const serial = new Uint8Array(16);
  fillRandom(serial);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  const name = der.sequence(
    der.set(der.sequence(der.objectId(ids.commonName), der.utf8("Harn development certificate"))),
  );
  const toSign = der.sequence(
    der.tagged(0, der.integer(Uint8Array.of(2))),
    der.integer(serial),
    signature,
    name,
    der.sequence(der.time(now - day), der.time(now - day + lifetime)),
    name,
    der.sequence(keyAlgorithm(), der.bits(point)),
    der.tagged(3, der.sequence(...extensions(hosts))),
  );
  const signed = crypto.signJwt("ES256", privateKey, toSign);
  const certificate = der.sequence(toSign, signature, der.bits(ecdsaSignature(signed)));
  return { certificate: pem("CERTIFICATE", certificate), privateKey };
}

/** Above zero and below the order of the curve, which begins with 32 bits of one and 32 of zero. */
function newScalar(fillRandom: (bytes: Uint8Array) => void): Uint8Array {
  const scalar = new Uint8Array(32);
  do fillRandom(scalar);
  while (scalar.slice(0, 4).every((byte) => byte === 0xff) || scalar.every((byte) => byte === 0));
  return scalar;
}

function keyAlgorithm(): Uint8Array {
  return der.sequence(der.objectId(ids.ecPublicKey), der.objectId(ids.p256));
}

/** PKCS #8 around the key's own form (RFC 5915). */
function privateKeyInfo(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const key = der.sequence(der.integer(Uint8Array.of(1)), der.octets(scalar), der.tagged(1, der.bits(point)));
  return der.sequence(der.integer(Uint8Array.of(0)), keyAlgorithm(), der.octets(key));
}

function ecdsaSignature(sideBySide: Uint8Array): Uint8Array {
  return der.sequence(der.integer(sideBySide.slice(0, 32)), der.integer(sideBySide.slice(32)));
}

function extensions(hosts: readonly string[]): Uint8Array[] {
  const digitalSignature = 0x80;
  return [
    extension(ids.subjectAltName, false, der.sequence(...hosts.map(alternativeName))),
    extension(ids.basicConstraints, true, der.sequence()),
    extension(ids.keyUsage, true, der.bits(Uint8Array.of(digitalSignature), 7)),
    extension(ids.extendedKeyUsage, false, der.sequence(der.objectId(ids.serverAuth))),
  ];
}

function extension(id: string, isCritical: boolean, content: Uint8Array): Uint8Array {
  return der.sequence(der.objectId(id), ...(isCritical ? [der.boolean(true)] : []), der.octets(content));
}

function alternativeName(host: string): Uint8Array {
  const address = addressOf(host);
  if (address) return der.implicit(7, address);
  if (!/^[\x21-\x7e]+$/.test(host)) throw new HostNameError(`a host name has only visible ASCII characters: '${host}'`);
  return der.implicit(2, new TextEncoder().encode(host));
}

/** The bytes of an IP address, 4 or 16; undefined for a name. */
function addressOf(host: string): Uint8Array | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  if (four?.every((part) => part <= 255)) return Uint8Array.from(four);
  if (!host.includes(":") || !URL.canParse(`http://[${host}]/`)) return undefined;
  // The URL's form has hex groups alone, and at most one `::`.
  const [left = "", right] = new URL(`http://[${host}]/`).hostname.slice(1, -1).split("::");
  const groups = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const head = groups(left);
  const tail = groups(right ?? "");
  const all = [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return joined(all.map((group) => Uint8Array.of(group >> 8, group & 0xff)));
}

function pem(label: string, content: Uint8Array): string {
  const lines = encodeBase64(content).replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
