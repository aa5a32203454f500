/** What keeps a text from being the hexadecimal form of bytes, in words; undefined when nothing does. */
export function hexFault(text: string): string | undefined {
  if (text.length % 2 !== 0) return "Odd number of digits";
  const at = text.search(/[^0-9a-fA-F]/);
  return at < 0
    ? undefined
    : `Invalid character '${String.fromCodePoint(text.codePointAt(at) ?? 0)}' at position ${at}`;
}

/** The bytes of hexadecimal text, which has no fault. */
export function decodeHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = (digitOf(text.charCodeAt(2 * at)) << 4) | digitOf(text.charCodeAt(2 * at + 1));
  return bytes;
}

/** `A` and `a` are 9 apart from where their low bits would have them. */
function digitOf(code: number): number {
  return code <= 57 ? code - 48 : (code & 7) + 9;
}
