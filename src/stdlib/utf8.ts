/** UTF-8 and strings. */

export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of bytes, with a replacement character for whatever is not UTF-8. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** Why bytes are no text. */
export class Utf8Error extends Error {}

export function decodeUtf8(bytes: Uint8Array): string {
  const text = decodeUtf8Lossy(bytes);
  // Only a text with replacement characters may hide a fault; they may also be what was written.
  if (text.includes("\ufffd")) checkUtf8(bytes);
  return text;
}

function checkUtf8(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const wanted = lengthAt(bytes, at);
    const valid = validPrefix(bytes, at, wanted);
    if (wanted > 0 && valid === wanted) at += wanted;
    else if (wanted > 0 && at + valid === bytes.length)
      throw new Utf8Error(`incomplete utf-8 byte sequence from index ${at}`);
    else throw new Utf8Error(`invalid utf-8 sequence of ${Math.max(1, valid)} bytes from index ${at}`);
  }
}

/** How many bytes the first one announces; 0 if none can start with it. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/** How many of the announced bytes fit, the first included. */
function validPrefix(bytes: Uint8Array, at: number, wanted: number): number {
  let valid = 1;
  while (valid < wanted) {
    const byte = bytes[at + valid];
    if (byte === undefined || !continues(bytes[at] as number, valid, byte)) break;
    valid++;
  }
  return valid;
}

/** The second byte is bound by the first: no overlong form, no surrogate, nothing beyond U+10FFFF. */
function continues(first: number, position: number, byte: number): boolean {
  if (position > 1) return byte >= 0x80 && byte <= 0xbf;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return byte >= low && byte <= high;
}
