import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Builtin, declare, opt, req, rest, t } from "../../../builtin/index.ts";
import {
  Base64Error,
  DictValue,
  decodeBase64,
  encodeBase64,
  isInt,
  JsonError,
  ListValue,
  readJson,
  show,
  stringifyJson,
  truthy,
  typeName,
  type Value,
} from "../../../value/index.ts";
import { equalInConstantTime } from "../../byte-arrays.ts";
import { decodeUtf8, encodeUtf8, Utf8Error } from "../../utf8.ts";
import { asDict } from "../options.ts";
import {
  checkAttribute,
  checkName,
  checkSignable,
  checkValue,
  cookieFault,
  headerTexts,
  optionText,
  parseCookies,
  parseSetCookie,
} from "./header.ts";

const cookies = declare("cookies");

interface Defaults {
  readonly path?: string;
  readonly maxAge?: number;
  readonly expires?: string;
  readonly sameSite?: string;
  readonly isProtected: boolean;
}

const plain: Defaults = { isProtected: false };
const ofSession: Defaults = { path: "/", sameSite: "Lax", isProtected: true };
const ofRemoval: Defaults = { ...ofSession, maxAge: 0, expires: "Thu, 01 Jan 1970 00:00:00 GMT" };

/** An option under any of the spellings that programs and browsers use. */
function option(options: DictValue | undefined, ...names: readonly string[]): Value | undefined {
  const name = names.find((candidate) => options?.get(candidate) !== undefined);
  return name === undefined ? undefined : options?.get(name);
}

function flag(options: DictValue | undefined, fallback: boolean, ...names: readonly string[]): boolean {
  const value = option(options, ...names);
  return value === undefined ? fallback : truthy(value);
}

function maxAgeOf(options: DictValue | undefined, fallback: number | undefined): string | undefined {
  const value = option(options, "max_age", "Max-Age", "maxAge") ?? null;
  if (value === null) return fallback?.toString();
  if (isInt(value)) return value.toString();
  throw cookieFault(`option max_age must be an int, got ${typeName(value)}`);
}

const sameSites: Readonly<Record<string, string>> = { lax: "Lax", strict: "Strict", none: "None" };

function sameSiteOf(options: DictValue | undefined, fallback: string | undefined): string | undefined {
  const written = optionText(option(options, "same_site", "SameSite", "sameSite")) ?? fallback;
  if (written === undefined) return undefined;
  const known = sameSites[written.toLowerCase()];
  if (known === undefined) throw cookieFault("same_site must be one of Lax, Strict, or None");
  return known;
}

/** The text of a `Set-Cookie` header. */
function serialize(name: string, value: string, options: DictValue | undefined, defaults: Defaults): string {
  checkName(name);
  checkValue(value);
  const path = optionText(option(options, "path", "Path")) ?? defaults.path;
  const domain = optionText(option(options, "domain", "Domain"));
  const maxAge = maxAgeOf(options, defaults.maxAge);
  const expires = optionText(option(options, "expires", "Expires")) ?? defaults.expires;
  const texts = { Path: path, Domain: domain, "Max-Age": maxAge, Expires: expires };
  const parts = [`${name}=${value}`];
  for (const [label, text] of Object.entries(texts)) {
    if (text === undefined) continue;
    checkAttribute(label, text);
    parts.push(`${label}=${text}`);
  }
  const isSecure = flag(options, defaults.isProtected, "secure", "Secure");
  const sameSite = sameSiteOf(options, defaults.sameSite);
  if (sameSite === "None" && !isSecure) throw cookieFault("SameSite=None requires Secure");
  if (flag(options, defaults.isProtected, "http_only", "HttpOnly", "httponly")) parts.push("HttpOnly");
  if (isSecure) parts.push("Secure");
  if (sameSite !== undefined) parts.push(`SameSite=${sameSite}`);
  return parts.join("; ");
}

function parsed(header: Value): DictValue {
  const { pairs, invalid } = parseCookies(headerTexts(header, "cookie"));
  const values = grouped(pairs);
  const first = [...values].map(([name, all]): [string, Value] => [name, all[0] ?? ""]);
  const repeated = [...values].filter(([, all]) => all.length > 1);
  return DictValue.of({
    cookies: new DictValue(new Map(first)),
    pairs: new ListValue(pairs.map(({ name, value }) => DictValue.of({ name, value }))),
    duplicates: new DictValue(new Map(repeated.map(([name, all]) => [name, new ListValue([...all])]))),
    invalid: new ListValue(invalid.map(({ segment, reason }) => DictValue.of({ segment, reason }))),
  });
}

function grouped(pairs: readonly { readonly name: string; readonly value: string }[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { name, value } of pairs) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else group.push(value);
  }
  return groups;
}

/** The jar of a client that sent one header and got others back. */
function roundTrip(request: Value, setCookie: Value): DictValue {
  const jar = new Map(parseCookies(headerTexts(request, "cookie")).pairs.map(({ name, value }) => [name, value]));
  for (const header of headerTexts(setCookie, "set-cookie")) {
    const change = parseSetCookie(header);
    if (change?.isRemoval === true) jar.delete(change.name);
    else if (change !== undefined) jar.set(change.name, change.value);
  }
  const sorted = [...jar].sort(([a], [b]) => (a < b ? -1 : 1));
  return DictValue.of({
    cookies: new DictValue(new Map<string, Value>(sorted)),
    cookie_header: sorted.map(([name, value]) => `${name}=${value}`).join("; "),
  });
}

function signature(secret: string, message: string): string {
  const mac = hmac(sha256, encodeUtf8(secret), encodeUtf8(message));
  return encodeBase64(mac, { isUrlSafe: true, isPadded: false });
}

function isSignature(given: string, secret: string, message: string): boolean {
  return equalInConstantTime(encodeUtf8(given), encodeUtf8(signature(secret, message)));
}

function verified(signed: string, secret: string): DictValue {
  const at = signed.lastIndexOf(".");
  if (at < 0) return DictValue.of({ ok: false, value: null, error: "malformed" });
  const value = signed.slice(0, at);
  return isSignature(signed.slice(at + 1), secret, value)
    ? DictValue.of({ ok: true, value, error: null })
    : DictValue.of({ ok: false, value: null, error: "invalid_signature" });
}

function signSession(payload: Value, secret: string): string {
  const body = encodeBase64(encodeUtf8(stringifyJson(payload)), { isUrlSafe: true, isPadded: false });
  return `v1.${body}.${signature(secret, body)}`;
}

function verifySession(token: string, secret: string): DictValue {
  const refused = (error: string): DictValue => DictValue.of({ ok: false, payload: null, error });
  const [version, body, mac, ...more] = token.split(".");
  if (version !== "v1" || body === undefined || mac === undefined || more.length > 0) return refused("malformed");
  if (!isSignature(mac, secret, body)) return refused("invalid_signature");
  try {
    const payload = readJson(decodeUtf8(decodeBase64(body, { isUrlSafe: true, isPadded: false })));
    return DictValue.of({ ok: true, payload, error: null });
  } catch (error) {
    if (error instanceof JsonError || error instanceof Utf8Error || error instanceof Base64Error)
      return refused("malformed_payload");
    throw error;
  }
}

/** The arguments of a builtin that takes any values; too few are an error, and further ones are left alone. */
function atLeast(name: string, count: number, args: readonly Value[]): readonly Value[] {
  if (args.length < count) throw cookieFault(`${name} requires ${count} arguments`);
  return args;
}

function optionsOf(name: string, value: Value | undefined): DictValue | undefined {
  if (value === undefined || value === null) return undefined;
  const options = asDict(value);
  if (options === undefined) throw cookieFault(`${name}: options must be a dict, got ${typeName(value)}`);
  return options;
}

const headerType = t.union(t.string, t.dict, t.list);

export const cookieBuiltins: readonly Builtin[] = [
  cookies({
    name: "cookie_parse",
    summary: "The cookies of a `Cookie` header, with repeated and malformed ones apart.",
    params: [req("header", headerType)],
    returns: t.dict,
    examples: [['cookie_parse("a=1; b=2").cookies', "{a: 1, b: 2}"]],
    run: (_context, header) => parsed(header),
  }),
  cookies({
    name: "cookie_serialize",
    summary: "The text of a `Set-Cookie` header. An error if a part may not stand in one.",
    params: [req("name", t.string), req("value", t.string), opt("options", t.nilable(t.dict))],
    returns: t.string,
    examples: [['cookie_serialize("a", "1", {path: "/"})', "a=1; Path=/"]],
    run: (_context, name, value, options) => serialize(name, value, options ?? undefined, plain),
  }),
  cookies({
    name: "cookie_delete",
    summary: "The text of a `Set-Cookie` header that takes a cookie away.",
    params: [req("name", t.string), opt("options", t.nilable(t.dict))],
    returns: t.string,
    run: (_context, name, options) => serialize(name, "", options ?? undefined, ofRemoval),
  }),
  cookies({
    name: "cookie_round_trip",
    summary: "What a client sends next: the cookies of its request, changed by `Set-Cookie` headers.",
    params: [req("request_or_set_cookie", headerType), opt("set_cookie", headerType)],
    returns: t.dict,
    run: (_context, request, setCookie) => roundTrip(request, setCookie ?? null),
  }),
  cookies({
    name: "cookie_sign",
    summary: "A value with its HMAC-SHA-256 signature behind it.",
    params: [req("value", t.string), req("secret", t.string)],
    returns: t.string,
    run(_context, value, secret) {
      checkSignable(value);
      return `${value}.${signature(secret, value)}`;
    },
  }),
  cookies({
    name: "cookie_verify",
    summary: "The value of a signed one, `{ok, value, error}`.",
    params: [req("signed", t.string), req("secret", t.string)],
    returns: t.dict,
    run: (_context, signed, secret) => verified(signed, secret),
  }),
  cookies({
    name: "session_sign",
    summary: "A signed token of a JSON value: `session_sign(payload, secret)`.",
    params: [rest("args", t.any)],
    returns: t.string,
    run(_context, ...args) {
      const [payload = null, secret = null] = atLeast("session_sign", 2, args);
      return signSession(payload, show(secret));
    },
  }),
  cookies({
    name: "session_verify",
    summary: "The payload of a signed token, `{ok, payload, error}`: `session_verify(token, secret)`.",
    params: [rest("args", t.any)],
    returns: t.dict,
    run(_context, ...args) {
      const [token = null, secret = null] = atLeast("session_verify", 2, args);
      return verifySession(show(token), show(secret));
    },
  }),
  cookies({
    name: "session_cookie",
    summary: "A `Set-Cookie` header of a signed token: `session_cookie(name, payload, secret, options?)`.",
    params: [rest("args", t.any)],
    returns: t.string,
    run(_context, ...args) {
      const [name = null, payload = null, secret = null, options] = atLeast("session_cookie", 3, args);
      return serialize(show(name), signSession(payload, show(secret)), optionsOf("session_cookie", options), ofSession);
    },
  }),
  cookies({
    name: "session_from_cookies",
    summary: "The payload of the signed token among cookies: `session_from_cookies(headers, name, secret)`.",
    params: [rest("args", t.any)],
    returns: t.dict,
    run(_context, ...args) {
      const [headers = null, name = null, secret = null] = atLeast("session_from_cookies", 3, args);
      const wanted = show(name);
      const found = parseCookies(headerTexts(headers, "cookie")).pairs.find((pair) => pair.name === wanted);
      if (found === undefined) return DictValue.of({ ok: false, payload: null, error: "missing_cookie" });
      return verifySession(found.value, show(secret));
    },
  }),
];
