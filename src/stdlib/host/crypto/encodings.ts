import { type Builtin, declare, opt, req, t } from "../../../builtin/index.ts";
import {
  Base64Error,
  type Base64Form,
  decodeBase64,
  encodeBase64,
  runtimeError,
  show,
  toHex,
  type Value,
} from "../../../value/index.ts";
import { textOf } from "../../arguments.ts";
import { decodeHex, hexFault } from "../../hex.ts";
import { lossyText, percentDecode, percentEncode } from "./percent.ts";

const crypto = declare("crypto");

/** Bytes as they are, anything else as the UTF-8 of its display form. */
export function inputBytes(value: Value): Uint8Array {
  if (typeof value === "object" && value !== null && value.kind === "bytes") return value.bytes;
  return new TextEncoder().encode(show(value));
}

const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, padded. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += base32Alphabet.charAt((bits >> count) & 31);
    }
    bits &= (1 << count) - 1;
  }
  if (count > 0) text += base32Alphabet.charAt((bits << (5 - count)) & 31);
  return text.padEnd(Math.ceil(text.length / 8) * 8, "=");
}

/** Strict: whole groups, padding at the end alone, no stray bits. */
export function decodeBase32(text: string): Uint8Array {
  const data = text.replace(/=+$/, "");
  const isWhole = text.length % 8 === 0 && [0, 2, 4, 5, 7].includes(data.length % 8) && text.length - data.length < 8;
  if (!isWhole) throw runtimeError(`base32 decode error: invalid length at ${text.length - (text.length % 8)}`);
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const [at, character] of [...data].entries()) {
    const digit = base32Alphabet.indexOf(character);
    if (digit < 0) throw runtimeError(`base32 decode error: invalid symbol at ${at}`);
    bits = ((bits << 5) | digit) & 0xfff;
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
    }
  }
  if ((bits & ((1 << count) - 1)) !== 0)
    throw runtimeError(`base32 decode error: non-zero trailing bits at ${data.length - 1}`);
  return Uint8Array.from(bytes);
}

function base64Decoder(name: string, form: Base64Form, shown: string): Builtin {
  return crypto({
    name,
    summary: `Decode ${shown} text.`,
    params: [req("text", t.string)],
    returns: t.string,
    run(_context, text) {
      try {
        return lossyText(decodeBase64(text, form));
      } catch (error) {
        throw error instanceof Base64Error ? runtimeError(`${shown} decode error: ${error.message}`) : error;
      }
    },
  });
}

const urlForm: Base64Form = { isUrlSafe: true, isPadded: false };
const textOrBytes = t.union(t.string, t.bytes);

export const encodingBuiltins: readonly Builtin[] = [
  crypto({
    name: "base64_encode",
    summary: "Base64 with padding.",
    params: [req("input", textOrBytes)],
    returns: t.string,
    examples: [['base64_encode("Hello, World!")', '"SGVsbG8sIFdvcmxkIQ=="']],
    run: (_context, input) => encodeBase64(inputBytes(input)),
  }),
  base64Decoder("base64_decode", {}, "base64"),
  crypto({
    name: "base64url_encode",
    summary: "Base64 with the URL-safe alphabet and without padding.",
    params: [req("input", textOrBytes)],
    returns: t.string,
    examples: [['base64url_encode(">>>???///")', '"Pj4-Pz8_Ly8v"']],
    run: (_context, input) => encodeBase64(inputBytes(input), urlForm),
  }),
  base64Decoder("base64url_decode", urlForm, "base64url"),
  crypto({
    name: "bytes_to_base64url",
    summary: "Base64 with the URL-safe alphabet and without padding.",
    params: [req("input", t.union(t.bytes, t.string))],
    returns: t.string,
    run: (_context, input) => encodeBase64(inputBytes(input), urlForm),
  }),
  crypto({
    name: "base32_encode",
    summary: "Base32 with padding (RFC 4648).",
    params: [req("input", t.string)],
    returns: t.string,
    examples: [['base32_encode("foobar")', '"MZXW6YTBOI======"']],
    run: (_context, input) => encodeBase32(inputBytes(input)),
  }),
  crypto({
    name: "base32_decode",
    summary: "Decode base32 text.",
    params: [req("text", t.string)],
    returns: t.string,
    run: (_context, text) => lossyText(decodeBase32(text)),
  }),
  crypto({
    name: "hex_encode",
    summary: "Two lower-case hexadecimal digits a byte.",
    params: [req("input", t.string)],
    returns: t.string,
    examples: [['hex_encode("hello")', '"68656c6c6f"']],
    run: (_context, input) => toHex(inputBytes(input)),
  }),
  crypto({
    name: "hex_decode",
    summary: "Decode hexadecimal text.",
    params: [req("text", t.string)],
    returns: t.string,
    examples: [['hex_decode("6869")', "hi"]],
    run(_context, text) {
      const fault = hexFault(text);
      if (fault !== undefined) throw runtimeError(`hex decode error: ${fault}`);
      return lossyText(decodeHex(text));
    },
  }),
  crypto({
    name: "url_encode",
    summary: "Percent-encode a text for use inside a URL.",
    params: [opt("text", t.any)],
    lenient: true,
    returns: t.string,
    examples: [['url_encode("a=1&b=2")', '"a%3D1%26b%3D2"']],
    run: (_context, text) => percentEncode(textOf(text)),
  }),
  crypto({
    name: "url_decode",
    summary: "Decode percent escapes, and `+` as a space.",
    params: [opt("text", t.any)],
    lenient: true,
    returns: t.string,
    examples: [['url_decode("hello+world%21")', '"hello world!"']],
    run: (_context, text) => percentDecode(textOf(text)),
  }),
];
