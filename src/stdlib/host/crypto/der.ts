/** Writes DER (X.690): the few kinds of element that keys and certificates are made of. */

type Bytes = Uint8Array;

export function joined(parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function lengthOf(count: number): Bytes {
  if (count < 0x80) return Uint8Array.of(count);
  const digits: number[] = [];
  for (let left = count; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256);
  return Uint8Array.of(0x80 | digits.length, ...digits);
}

/** Any element: its tag, its length, its content. */
function element(tag: number, ...content: readonly Bytes[]): Bytes {
  const body = joined(content);
  return joined([Uint8Array.of(tag), lengthOf(body.length), body]);
}

/** A number from its bytes, most significant first; never negative. */
function integer(magnitude: Bytes): Bytes {
  let from = 0;
  while (from < magnitude.length - 1 && magnitude[from] === 0) from += 1;
  const shortest = magnitude.slice(from);
  return ((shortest[0] ?? 0) & 0x80) === 0 ? element(0x02, shortest) : element(0x02, Uint8Array.of(0), shortest);
}

/** From dotted form: the first two arcs share a byte, the others are written to the base of 128. */
function objectId(dotted: string): Bytes {
  const [first = 0, second = 0, ...arcs] = dotted.split(".").map(Number);
  const bytes = arcs.flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    return digits;
  });
  return element(0x06, Uint8Array.of(40 * first + second, ...bytes));
}

function text(tag: number): (value: string) => Bytes {
  return (value) => element(tag, new TextEncoder().encode(value));
}

/** Years before 2050 are UTCTime, as certificates want it. @param milliseconds since 1970 */
function time(milliseconds: number): Bytes {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, "");
  return Number(digits.slice(0, 4)) < 2050 ? text(0x17)(digits.slice(2)) : text(0x18)(digits);
}

export const der = {
  sequence: (...parts: readonly Bytes[]): Bytes => element(0x30, ...parts),
  set: (...parts: readonly Bytes[]): Bytes => element(0x31, ...parts),
  integer,
  boolean: (value: boolean): Bytes => element(0x01, Uint8Array.of(value ? 0xff : 0)),
  objectId,
  utf8: text(0x0c),
  octets: (content: Bytes): Bytes => element(0x04, content),
  /** @param unused bits at the end that mean nothing */
  bits: (content: Bytes, unused = 0): Bytes => element(0x03, Uint8Array.of(unused), content),
  time,
  /** A part told apart by its number: the element inside of it, or its bytes in place of the element's own tag. */
  tagged: (number: number, inner: Bytes): Bytes => element(0xa0 | number, inner),
  implicit: (number: number, content: Bytes): Bytes => element(0x80 | number, content),
};
