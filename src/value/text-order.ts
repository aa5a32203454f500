/**
 * Compares by code point, which is the order of the UTF-8 bytes. UTF-16 units agree except that a surrogate (part of a
 * scalar beyond U+FFFF) must sort after U+E000…U+FFFF.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

const surrogate = /[\ud800-\udfff]/;

/** The texts by code point, as a new array. Without surrogates that is the engine's own order, which needs no comparison of ours. */
export function sortTexts(texts: Iterable<string>): string[] {
  const sorted = [...texts];
  return sorted.some((text) => surrogate.test(text)) ? sorted.sort(compareText) : sorted.sort();
}
