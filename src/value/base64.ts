/** Base64 text and bytes, without the host's help. */

const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const urlSafe = `${standard.slice(0, 62)}-_`;

export interface Base64Form {
  readonly isUrlSafe?: boolean;
  readonly isPadded?: boolean;
}

export function encodeBase64(bytes: Uint8Array, { isUrlSafe = false, isPadded = true }: Base64Form = {}): string {
  const alphabet = isUrlSafe ? urlSafe : standard;
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    if (left > 1) text += alphabet.charAt((group >> 6) & 63);
    if (left > 2) text += alphabet.charAt(group & 63);
    else if (isPadded) text += left === 1 ? "==" : "=";
  }
  return text;
}

/** Why a text is not base64. */
export class Base64Error extends Error {}

/**
 * Strict: the alphabet of the form only, no blank space, padding exactly where `isPadded` says, and no stray bits at the
 * end.
 */
export function decodeBase64(text: string, { isUrlSafe = false, isPadded = true }: Base64Form = {}): Uint8Array {
  const data = isPadded ? text.replace(/={1,2}$/, "") : text;
  const digits = digitsOf(data, isUrlSafe ? urlSafe : standard);
  if (data.length < text.length && data.length % 4 < 2)
    throw new Base64Error(`Invalid symbol 61, offset ${data.length}.`);
  if (digits.length % 4 === 1) throw new Base64Error(`Invalid input length: ${text.length}`);
  if (isPadded && text.length % 4 !== 0) throw new Base64Error("Invalid padding");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | digit) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[at++] = (bits >> bitCount) & 0xff;
  }
  if ((bits & ((1 << bitCount) - 1)) !== 0) {
    throw new Base64Error(`Invalid last symbol ${data.charCodeAt(data.length - 1)}, offset ${data.length - 1}.`);
  }
  return bytes;
}

function digitsOf(data: string, alphabet: string): number[] {
  const digits: number[] = [];
  for (let at = 0; at < data.length; at++) {
    const digit = alphabet.indexOf(data.charAt(at));
    if (digit < 0) throw new Base64Error(`Invalid symbol ${firstByte(data, at)}, offset ${at}.`);
    digits.push(digit);
  }
  return digits;
}

/** Of the character's UTF-8 form, as the text would be on the wire. */
function firstByte(text: string, at: number): number {
  return new TextEncoder().encode(text.slice(at, at + 2))[0] ?? 0;
}
