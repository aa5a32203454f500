const unreserved = /[A-Za-z0-9\-_.~]/;

/** Percent-encodes the UTF-8 bytes of everything but RFC 3986's unreserved characters and those in `kept`. */
export function percentEncode(text: string, kept = ""): string {
  let encoded = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    const isPlain = byte < 0x80 && (unreserved.test(character) || kept.includes(character));
    encoded += isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** `%XX` and `+`; what is no escape stays, and bytes that are no UTF-8 become replacement characters. */
export function percentDecode(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const decoded: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    const escaped = byte === 0x25 ? hexPair(bytes, at + 1) : undefined;
    if (escaped !== undefined) {
      decoded.push(escaped);
      at += 2;
    } else decoded.push(byte === 0x2b ? 0x20 : byte);
  }
  return lossyText(Uint8Array.from(decoded));
}

function hexPair(bytes: Uint8Array, at: number): number | undefined {
  const text = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0);
  return /^[0-9a-fA-F]{2}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

export function lossyText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
