import { type Raise, runtimeError, show, typeName, type Value } from "../../../value/index.ts";
import { asDict } from "../options.ts";

/** Cookies as they travel in `Cookie` and `Set-Cookie` headers (RFC 6265). */

export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

export interface ParsedCookies {
  readonly pairs: readonly CookiePair[];
  readonly invalid: readonly { readonly segment: string; readonly reason: string }[];
}

export function cookieFault(message: string): Raise {
  return runtimeError(`cookie: ${message}`);
}

const namePattern = /^[!#$%&'*+\-.0-9A-Z^_`a-z|~]+$/;
const control = /[\x00-\x1f\x7f]/;

export function checkName(name: string): void {
  if (!namePattern.test(name)) throw cookieFault("cookie name is empty or contains invalid characters");
}

export function checkValue(value: string): void {
  if (control.test(value) || /[;,\\" ]/.test(value))
    throw cookieFault("cookie value contains spaces, quotes, separators, or control characters; encode it first");
}

export function checkAttribute(label: string, value: string): void {
  if (value === "" || value.includes(";") || control.test(value))
    throw cookieFault(`${label} contains an invalid cookie attribute value`);
}

/** A text that a signature is put behind. */
export function checkSignable(value: string): void {
  if (value.includes(";") || control.test(value))
    throw cookieFault("cookie_sign value must not contain separators or control characters");
}

/** The values of one header out of a text, a list of texts or a dict of headers. */
export function headerTexts(source: Value, header: string): readonly string[] {
  if (source === null) return [];
  if (typeof source === "string") return [source];
  if (typeof source === "object" && source.kind === "list")
    return source.view().map((item) => headerText(item, header));
  const headers = asDict(source);
  if (headers === undefined)
    throw cookieFault(`cookie headers must be a string, list, dict, or nil; got ${typeName(source)}`);
  return [...headers.entries()]
    .filter(([name]) => name.toLowerCase() === header)
    .flatMap(([, value]) => headerTexts(value, header));
}

function headerText(item: Value, header: string): string {
  if (typeof item === "string") return item;
  throw cookieFault(`${header} header list entries must be strings, got ${typeName(item)}`);
}

/** The pairs of a `Cookie` header, in the order in which they stand there. */
export function parseCookies(headers: readonly string[]): ParsedCookies {
  const pairs: CookiePair[] = [];
  const invalid: { segment: string; reason: string }[] = [];
  for (const segment of headers.flatMap((header) => header.split(";")).map(trimBlanks)) {
    if (segment === "") continue;
    const pair = parsePair(segment);
    if (typeof pair === "string") invalid.push({ segment, reason: pair });
    else pairs.push(pair);
  }
  return { pairs, invalid };
}

/** One `name=value`, or what is wrong with it. */
export function parsePair(segment: string): CookiePair | string {
  const at = segment.indexOf("=");
  if (at < 0) return "missing '='";
  const name = trimBlanks(segment.slice(0, at));
  if (!namePattern.test(name)) return "invalid name";
  const written = trimBlanks(segment.slice(at + 1));
  const value = /^".*"$/s.test(written) && written.length > 1 ? written.slice(1, -1) : written;
  return control.test(value) ? "invalid value" : { name, value };
}

function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** What a `Set-Cookie` header does to a jar: the pair, and whether it takes the cookie away. */
export function parseSetCookie(header: string): (CookiePair & { readonly isRemoval: boolean }) | undefined {
  const [first = "", ...attributes] = header.split(";").map(trimBlanks);
  const pair = parsePair(first);
  if (typeof pair === "string") return undefined;
  const isRemoval = attributes.some((attribute) => /^max-age\s*=\s*(?:0+|-\d+)$/i.test(attribute));
  return { ...pair, isRemoval };
}

/** The display text of an option, under the first of its names that is there. */
export function optionText(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : show(value);
}
