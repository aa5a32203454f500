/** RFC 2104. */
export function hmac(
  digest: (message: Uint8Array) => Uint8Array,
  blockBytes: number,
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const block = new Uint8Array(blockBytes);
  block.set(key.length > blockBytes ? digest(key) : key);
  const inner = digest(
    concatenated(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return digest(
    concatenated(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

export function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Equality whose time does not tell where two texts begin to differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < b.length; at++) difference |= (a[at % Math.max(1, a.length)] ?? 0) ^ (b[at] as number);
  return difference === 0;
}
