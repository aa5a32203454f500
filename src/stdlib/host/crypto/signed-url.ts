import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Builtin, declare, opt, req, t } from "../../../builtin/index.ts";
import { DictValue, encodeBase64, runtimeError, show, typeName, type Value } from "../../../value/index.ts";
import { equalInConstantTime } from "../../byte-arrays.ts";
import { asDict } from "../options.ts";
import { percentEncode } from "./percent.ts";

const crypto = declare("crypto");

type Pair = readonly [key: string, value: string];

/** Where the three reserved parameters stand, and how much the clocks of signer and verifier may differ. */
interface Settings {
  readonly signature: string;
  readonly expires: string;
  readonly keyId: string;
  readonly chosenKey: string | undefined;
  readonly skewSeconds: number;
}

function settingsOf(options: DictValue | undefined, builtin: string): Settings {
  const text = (key: string): string | undefined => {
    const value = options?.get(key);
    if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
    throw runtimeError(`${builtin}: option \`${key}\` must be a string, got ${typeName(value)}`);
  };
  const name = (key: string, fallback: string): string => {
    const value = text(key) ?? fallback;
    if (value === "") throw runtimeError(`${builtin}: option \`${key}\` cannot be empty`);
    return value;
  };
  const skew = options?.get("skew_seconds") ?? 0;
  if (typeof skew !== "number")
    throw runtimeError(`${builtin}: option \`skew_seconds\` must be an int, got ${typeName(skew)}`);
  if (skew < 0) throw runtimeError(`${builtin}: skew_seconds must be greater than or equal to 0`);
  const settings: Settings = {
    signature: name("signature_param", "sig"),
    expires: name("expires_param", "exp"),
    keyId: name("kid_param", "kid"),
    chosenKey: text("kid"),
    skewSeconds: skew,
  };
  if (new Set(reserved(settings)).size !== 3) {
    throw runtimeError(`${builtin}: signature_param, expires_param, and kid_param must be distinct`);
  }
  return settings;
}

function reserved({ signature, expires, keyId }: Settings): readonly string[] {
  return [signature, expires, keyId];
}

interface Target {
  /** What is signed besides the query: origin and path, or the path. */
  readonly resource: string;
  /** What the signed query is put behind. */
  readonly prefix: string;
  readonly pairs: readonly Pair[];
}

function parseTarget(raw: string, builtin: string): Target {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  if (url !== undefined) {
    if (url.host === "") {
      throw runtimeError(`${builtin}: expected an absolute URL with a host or an absolute path starting with \`/\``);
    }
    const pairs = [...new URLSearchParams(url.search)];
    url.hash = "";
    url.search = "";
    return { resource: `${url.origin}${url.pathname}`, prefix: url.href, pairs };
  }
  const [withoutFragment = ""] = raw.split("#");
  const cut = withoutFragment.indexOf("?");
  const path = (cut < 0 ? withoutFragment : withoutFragment.slice(0, cut)) || "/";
  if (!path.startsWith("/"))
    throw runtimeError(`${builtin}: expected an absolute URL or an absolute path starting with \`/\``);
  const encoded = encodePath(path);
  return {
    resource: encoded,
    prefix: encoded,
    pairs: cut < 0 ? [] : [...new URLSearchParams(withoutFragment.slice(cut))],
  };
}

/** Existing escapes stay, in upper case. */
function encodePath(path: string): string {
  return path
    .split(/(%[0-9a-fA-F]{2})/)
    .map((piece, index) => (index % 2 === 1 ? piece.toUpperCase() : percentEncode(piece, "/")))
    .join("");
}

function canonicalQuery(pairs: readonly Pair[]): string {
  return pairs
    .map(([key, value]) => [percentEncode(key), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
}

function signatureOf(secret: string, resource: string, pairs: readonly Pair[]): string {
  const message = `harn-signed-url-v1\n${resource}\n${canonicalQuery(pairs)}`;
  const mac = hmac(sha256, new TextEncoder().encode(secret), new TextEncoder().encode(message));
  return encodeBase64(mac, { isUrlSafe: true, isPadded: false });
}

function sign(base: string, claims: DictValue, secret: string, expiresAt: string, settings: Settings): string {
  const clash = reserved(settings).find((name) => claims.has(name));
  if (clash !== undefined) throw runtimeError(`signed_url: claims cannot contain reserved parameter \`${clash}\``);
  const target = parseTarget(base, "signed_url");
  const pairs: Pair[] = target.pairs.filter(([key]) => !reserved(settings).includes(key));
  for (const [key, value] of claims.entries()) pairs.push([key, show(value)]);
  pairs.push([settings.expires, expiresAt]);
  if (settings.chosenKey !== undefined) pairs.push([settings.keyId, settings.chosenKey]);
  const signature = signatureOf(secret, target.resource, pairs);
  return `${target.prefix}?${canonicalQuery([...pairs, [settings.signature, signature]])}`;
}

function verify(raw: string, secrets: Value, now: number, settings: Settings): DictValue {
  const target = parseTarget(raw, "verify_signed_url");
  const valuesOf = (name: string): readonly string[] =>
    target.pairs.filter(([key]) => key === name).map(([, value]) => value);
  const [signature, ...otherSignatures] = valuesOf(settings.signature);
  if (signature === undefined || otherSignatures.length > 0) return verdict("missing_signature");
  const [expiry, ...otherExpiries] = valuesOf(settings.expires);
  if (expiry === undefined || otherExpiries.length > 0) return verdict("missing_expiry");
  if (!/^[+-]?\d+$/.test(expiry)) return verdict("invalid_expiry");
  const expires_at = Number(expiry);
  const [kid = null, ...otherKeys] = valuesOf(settings.keyId);
  if (otherKeys.length > 0) return verdict("duplicate_kid", { expires_at });
  const claims = DictValue.of(Object.fromEntries(target.pairs.filter(([key]) => !reserved(settings).includes(key))));
  const secret = chooseSecret(secrets, kid);
  if (secret === undefined) return verdict("unknown_key", { expires_at, kid, claims });
  const signed = target.pairs.filter(([key]) => key !== settings.signature);
  const expected = signatureOf(secret, target.resource, signed);
  const encoder = new TextEncoder();
  const signature_valid = equalInConstantTime(encoder.encode(signature), encoder.encode(expected));
  const expired = now > expires_at + settings.skewSeconds;
  const reason = !signature_valid ? "bad_signature" : expired ? "expired" : "ok";
  return verdict(reason, { valid: reason === "ok", signature_valid, expired, expires_at, kid, claims });
}

function verdict(reason: string, facts: Readonly<Record<string, Value>> = {}): DictValue {
  const none = {
    valid: false,
    signature_valid: false,
    expired: false,
    expires_at: null,
    kid: null,
    claims: new DictValue(),
  };
  return DictValue.of({ ...none, ...facts, reason });
}

function chooseSecret(secrets: Value, keyId: string | null): string | undefined {
  if (typeof secrets === "string") return secrets;
  const keys = asDict(secrets);
  if (keys === undefined) {
    throw runtimeError(`verify_signed_url: secret_or_keys must be a string or dict, got ${typeName(secrets)}`);
  }
  const secret = keyId === null ? undefined : keys.get(keyId);
  return secret === undefined ? undefined : show(secret);
}

export const signedUrlBuiltins: readonly Builtin[] = [
  crypto({
    name: "signed_url",
    summary: "A URL or absolute path with claims, an expiry and a signature.",
    params: [
      req("base", t.string),
      req("claims", t.dict),
      req("secret", t.string),
      req("expires_at", t.int),
      opt("options", t.dict),
    ],
    returns: t.string,
    run: (_context, base, claims, secret, expiresAt, options) =>
      sign(base, claims, secret, show(expiresAt), settingsOf(options, "signed_url")),
  }),
  crypto({
    name: "verify_signed_url",
    summary: "Check a signed URL: `{valid, reason, signature_valid, expired, expires_at, kid, claims}`.",
    params: [req("url", t.string), req("secret_or_keys", t.any), req("now", t.int), opt("options", t.dict)],
    returns: t.dict,
    run: (_context, url, secrets, now, options) =>
      verify(url, secrets, Number(now), settingsOf(options, "verify_signed_url")),
  }),
];
