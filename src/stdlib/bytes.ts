import { type CatalogPart, declare, req, t } from "../builtin/index.ts";
import { Base64Error, BytesValue, decodeBase64, encodeBase64, runtimeError, toHex } from "../value/index.ts";
import { concatenated, equalInConstantTime } from "./byte-arrays.ts";
import { decodeHex, hexFault } from "./hex.ts";
import { decodeUtf8, decodeUtf8Lossy, encodeUtf8, Utf8Error } from "./utf8.ts";

const declareBytes = declare("bytes");

/** The bytes of hexadecimal text. */
function fromHex(text: string): Uint8Array {
  const fault = hexFault(text);
  if (fault !== undefined) throw runtimeError(`bytes_from_hex: ${fault}`);
  return decodeHex(text);
}

/** What a decoder says is wrong becomes an error of the builtin. */
function decoding<T>(who: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Utf8Error || error instanceof Base64Error) throw runtimeError(`${who}: ${error.message}`);
    throw error;
  }
}

export const bytesBuiltins: CatalogPart = {
  builtins: [
    declareBytes({
      name: "bytes_from_string",
      summary: "The UTF-8 bytes of a text.",
      params: [req("text", t.string)],
      returns: t.bytes,
      examples: [['bytes_from_string("hé")', 'b"68c3a9"']],
      run: (_context, text) => new BytesValue(encodeUtf8(text)),
    }),
    declareBytes({
      name: "bytes_to_string",
      summary: "The text of UTF-8 bytes; an error if they are none.",
      params: [req("input", t.bytes)],
      returns: t.string,
      examples: [['bytes_to_string(bytes_from_hex("6869"))', "hi"]],
      run: (_context, input) => decoding("bytes_to_string", () => decodeUtf8(input.bytes)),
    }),
    declareBytes({
      name: "bytes_to_string_lossy",
      summary: "The text of UTF-8 bytes, with replacement characters for what is none.",
      params: [req("input", t.bytes)],
      returns: t.string,
      run: (_context, input) => decodeUtf8Lossy(input.bytes),
    }),
    declareBytes({
      name: "bytes_from_hex",
      summary: "The bytes of hexadecimal text.",
      params: [req("text", t.string)],
      returns: t.bytes,
      examples: [['bytes_from_hex("00FF")', 'b"00ff"']],
      run: (_context, text) => new BytesValue(fromHex(text)),
    }),
    declareBytes({
      name: "bytes_to_hex",
      summary: "Bytes as hexadecimal text.",
      params: [req("input", t.bytes)],
      returns: t.string,
      run: (_context, input) => toHex(input.bytes),
    }),
    declareBytes({
      name: "bytes_from_base64",
      summary: "The bytes of base64 text.",
      params: [req("text", t.string)],
      returns: t.bytes,
      examples: [['bytes_from_base64("AP8=")', 'b"00ff"']],
      run: (_context, text) => new BytesValue(decoding("bytes_from_base64", () => decodeBase64(text))),
    }),
    declareBytes({
      name: "bytes_to_base64",
      summary: "Bytes as base64 text.",
      params: [req("input", t.bytes)],
      returns: t.string,
      examples: [['bytes_to_base64(bytes_from_hex("00ff"))', "AP8="]],
      run: (_context, input) => encodeBase64(input.bytes),
    }),
    declareBytes({
      name: "bytes_len",
      summary: "How many bytes there are.",
      params: [req("input", t.bytes)],
      returns: t.int,
      run: (_context, input) => input.bytes.length,
    }),
    declareBytes({
      name: "bytes_concat",
      summary: "Two runs of bytes as one.",
      params: [req("left", t.bytes), req("right", t.bytes)],
      returns: t.bytes,
      examples: [['bytes_concat(bytes_from_hex("00"), bytes_from_hex("ff"))', 'b"00ff"']],
      run: (_context, left, right) => new BytesValue(concatenated(left.bytes, right.bytes)),
    }),
    declareBytes({
      name: "bytes_slice",
      summary: "The bytes from `start` up to `end`.",
      params: [req("input", t.bytes), req("start", t.int), req("end", t.int)],
      returns: t.bytes,
      examples: [['bytes_slice(bytes_from_hex("00ff10"), 1, 3)', 'b"ff10"']],
      run: (_context, input, start, end) =>
        new BytesValue(input.bytes.subarray(Math.max(0, Number(start)), Math.max(0, Number(end)))),
    }),
    declareBytes({
      name: "bytes_eq",
      summary: "Whether two runs of bytes are the same, in a time that does not tell where they differ.",
      params: [req("left", t.bytes), req("right", t.bytes)],
      returns: t.bool,
      run: (_context, left, right) => equalInConstantTime(left.bytes, right.bytes),
    }),
  ],
};
