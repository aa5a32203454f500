import { isUtf8 } from "node:buffer";

const markSize = 3;

/** The text of a file; undefined where the bytes are not UTF-8. Not by a `TextDecoder`, whose first use costs a start a millisecond. */
export function textOfUtf8(bytes: Buffer, options: { readonly keepsMark: boolean }): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  return bytes.toString("utf8", !options.keepsMark && hasMark(bytes) ? markSize : 0);
}

/** Begins with the byte order mark that some editors write. */
function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
