/** Bytes between two remembered places. A text is walked once, and any question afterwards walks no further than this. */
const stride = 1024;

/** Offsets in a text to offsets in its UTF-8 form. A lone surrogate counts as the replacement character that encoding puts there. */
export class ByteMap {
  readonly #text: string;
  /** At every `stride` units: how many bytes more than units there were before. Absent for a text of ASCII alone. */
  readonly #surplus: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#surplus = /^[\0-\x7f]*$/.test(text) ? undefined : surplusOf(text);
  }

  byteAt(offset: number): number {
    if (this.#surplus === undefined) return offset;
    const mark = Math.floor(offset / stride);
    return offset + (this.#surplus[mark] ?? 0) + surplusBetween(this.#text, mark * stride, offset);
  }
}

function surplusOf(text: string): readonly number[] {
  const marks = [0];
  for (let at = stride; at <= text.length; at += stride) {
    marks.push((marks.at(-1) as number) + surplusBetween(text, at - stride, at));
  }
  return marks;
}

function surplusBetween(text: string, from: number, to: number): number {
  let surplus = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // The two halves of a pair make four bytes of two units: the first counts as three, the second as one.
    if (unit < 0x800) surplus += 1;
    else if (!isLowHalf(unit) || !isHighHalf(text.charCodeAt(at - 1))) surplus += 2;
  }
  return surplus;
}

function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
