import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase64, encodeBase64, toHex } from "../../value/index.ts";

const utf8 = new TextEncoder();

export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(sha256, key, message);
}

/** How a provider signs the body of a request. */
export type SignatureScheme = "github" | "standard" | "slack" | "linear";

export interface SignedRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export class SignatureError extends Error {
  override readonly name = "SignatureError";
}

/** Checks the signature of a request; a `SignatureError` says what is wrong. `now` in Unix milliseconds. */
export function verifySignature(scheme: SignatureScheme, request: SignedRequest, secret: string, now: number): void {
  switch (scheme) {
    case "github":
      return expectEqual(`sha256=${hexOf(secret, request.body)}`, header(request, "x-hub-signature-256"));
    case "linear":
      return expectEqual(hexOf(secret, request.body), header(request, "linear-signature"));
    case "slack": {
      const stamp = header(request, "x-slack-request-timestamp");
      expectRecent(stamp, now);
      const base = joined(utf8.encode(`v0:${stamp}:`), request.body);
      return expectEqual(`v0=${hexOf(secret, base)}`, header(request, "x-slack-signature"));
    }
    case "standard": {
      const [id, stamp] = [header(request, "webhook-id"), header(request, "webhook-timestamp")];
      expectRecent(stamp, now);
      const digest = hmacSha256(standardKey(secret), joined(utf8.encode(`${id}.${stamp}.`), request.body));
      const given = header(request, "webhook-signature").split(" ");
      const expected = `v1,${encodeBase64(digest)}`;
      if (!given.some((signature) => isSame(signature, expected))) throw mismatch();
    }
  }
}

/** Seconds that the time of a request may be away from now. */
const tolerance = 300;

function expectRecent(stamp: string, now: number): void {
  const seconds = /^\d+$/.test(stamp) ? Number(stamp) : Number.NaN;
  if (Math.abs(now / 1000 - seconds) <= tolerance) return;
  throw new SignatureError(`timestamp ${stamp} is outside the allowed verification window`);
}

/** Secrets of the standard scheme are base64 behind a prefix. */
function standardKey(secret: string): Uint8Array {
  const text = secret.startsWith("whsec_") ? decodeBase64(secret.slice("whsec_".length)) : undefined;
  return text ?? utf8.encode(secret);
}

function hexOf(secret: string, message: Uint8Array): string {
  return toHex(hmacSha256(utf8.encode(secret), message));
}

function header({ headers }: SignedRequest, name: string): string {
  const value = headers[name];
  if (value === undefined) throw new SignatureError(`missing signature header '${name}'`);
  return value;
}

function expectEqual(expected: string, given: string): void {
  if (!isSame(expected, given)) throw mismatch();
}

function mismatch(): SignatureError {
  return new SignatureError("signature does not match the body");
}

/** Takes as long for a wrong character at the beginning as for one at the end. */
function isSame(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}
