import { decodeUtf8, decodeUtf8Lossy, encodeUtf8, Utf8Error } from "../../utf8.ts";
import { headerParts, multipartFault } from "./boundary.ts";

export interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Uint8Array;
}

export interface Limits {
  readonly fields: number;
  readonly fieldBytes: number;
}

const builtin = "multipart_parse";

/** The parts of a multipart body, read from left to right, once. */
export function parseParts(body: Uint8Array, boundary: string, limits: Limits): readonly Part[] {
  const first = encodeUtf8(`--${boundary}`);
  const marker = encodeUtf8(`\r\n--${boundary}`);
  if (!startsWith(body, first, 0)) throw multipartFault(builtin, "body does not start with multipart boundary");
  const parts: Part[] = [];
  let at = first.length;
  while (!startsWith(body, [0x2d, 0x2d], at)) {
    if (!startsWith(body, [0x0d, 0x0a], at)) throw multipartFault(builtin, "malformed boundary delimiter line");
    if (parts.length >= limits.fields) throw multipartFault(builtin, `field count exceeds max_fields ${limits.fields}`);
    const start = at + 2;
    const headersEnd = indexOf(body, [0x0d, 0x0a, 0x0d, 0x0a], start);
    if (headersEnd < 0) throw multipartFault(builtin, "part is missing header terminator");
    const end = indexOf(body, marker, headersEnd + 2);
    if (end < 0) throw multipartFault(builtin, "part is missing following boundary");
    parts.push(
      partOf(body.subarray(start, headersEnd), body.slice(headersEnd + 4, Math.max(end, headersEnd + 4)), limits),
    );
    at = end + marker.length;
  }
  return parts;
}

function partOf(head: Uint8Array, content: Uint8Array, limits: Limits): Part {
  if (content.length > limits.fieldBytes)
    throw multipartFault(builtin, `field size ${content.length} exceeds max_field_bytes ${limits.fieldBytes}`);
  const headers = headersOf(head);
  const disposition = headers.get("content-disposition");
  if (disposition === undefined) throw multipartFault(builtin, "part is missing Content-Disposition header");
  const { value, parameters } = headerParts(disposition);
  if (value.toLowerCase() !== "form-data")
    throw multipartFault(builtin, `expected form-data disposition, got ${value}`);
  const name = parameters.get("name");
  if (name === undefined) throw multipartFault(builtin, "part Content-Disposition is missing name");
  return { name, filename: parameters.get("filename"), headers, content };
}

function headersOf(head: Uint8Array): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = decodeUtf8(head);
  } catch (error) {
    if (error instanceof Utf8Error) throw multipartFault(builtin, `part headers are not UTF-8: ${error.message}`);
    throw error;
  }
  const lines = text.split("\r\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(":");
      if (at < 0) throw multipartFault(builtin, `malformed part header line \`${line}\``);
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
}

/** The text of a part's content; undefined where it is none. */
export function contentText(content: Uint8Array): string | undefined {
  const text = decodeUtf8Lossy(content);
  return text.includes("\ufffd") && !isUtf8(content) ? undefined : text;
}

function isUtf8(content: Uint8Array): boolean {
  try {
    decodeUtf8(content);
    return true;
  } catch (error) {
    if (error instanceof Utf8Error) return false;
    throw error;
  }
}

function startsWith(bytes: Uint8Array, prefix: ArrayLike<number>, at: number): boolean {
  if (at + prefix.length > bytes.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

function indexOf(bytes: Uint8Array, wanted: ArrayLike<number>, from: number): number {
  const first = wanted[0] as number;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1))
    if (startsWith(bytes, wanted, at)) return at;
  return -1;
}
