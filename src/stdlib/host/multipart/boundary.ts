import { sha256 } from "@noble/hashes/sha2.js";
import { type Raise, runtimeError, show, toHex, type Value } from "../../../value/index.ts";
import { encodeUtf8 } from "../../utf8.ts";

export function multipartFault(builtin: string, message: string): Raise {
  return runtimeError(`${builtin}: ${message}`);
}

const longest = 70;

/** What RFC 2046 lets stand between parts. */
export function checkBoundary(builtin: string, boundary: string): void {
  if (boundary === "") throw multipartFault(builtin, "boundary must not be empty");
  if (encodeUtf8(boundary).length > longest) throw multipartFault(builtin, `boundary must be at most ${longest} bytes`);
  if (!/^[0-9A-Za-z'()+_,\-./:=?]+$/.test(boundary))
    throw multipartFault(builtin, "boundary contains a character that is not valid in multipart/form-data");
}

/** A boundary that depends on the fields alone: the same form gives the same bytes. */
export function boundaryOf(fields: readonly Value[]): string {
  const digest = sha256(encodeUtf8(fields.map((field) => `${show(field)}\0`).join("")));
  return `----harn-boundary-${toHex(digest.subarray(0, 8))}`;
}

/** The boundary that a `Content-Type` header names. */
export function boundaryFrom(builtin: string, contentType: string): string {
  const { value, parameters } = headerParts(contentType);
  if (value.toLowerCase() !== "multipart/form-data")
    throw multipartFault(builtin, `expected multipart/form-data content type, got ${value}`);
  const boundary = parameters.get("boundary");
  if (boundary === undefined) throw multipartFault(builtin, "content type is missing boundary");
  checkBoundary(builtin, boundary);
  return boundary;
}

/** A header's value and its parameters, whose names are in lower case; quoted ones are unquoted. */
export function headerParts(text: string): {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
} {
  const parameters = new Map<string, string>();
  const end = text.indexOf(";");
  const pattern = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/gy;
  pattern.lastIndex = Math.max(end, 0);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [, name = "", quoted, plain = ""] = match;
    const value = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, "$1");
    parameters.set(name.toLowerCase(), value);
    pattern.lastIndex += /^\s*/.exec(text.slice(pattern.lastIndex, pattern.lastIndex + 16))?.[0].length ?? 0;
  }
  return { value: (end < 0 ? text : text.slice(0, end)).trim(), parameters };
}
