/**
 * Laid-out text with the measures that decide about what stands around it. They are carried along, so that no text is measured
 * twice and a chain of a thousand operands takes a thousand steps.
 */
export interface Fragment {
  readonly text: string;
  /** Length in UTF-8, line breaks and indentation included. */
  readonly bytes: number;
  /** Characters on the last line. */
  readonly tail: number;
  readonly isBroken: boolean;
  /** Broken whatever the width of the line. */
  readonly isForced: boolean;
}

type Piece = string | Fragment;

export const emptyFragment: Fragment = { text: "", bytes: 0, tail: 0, isBroken: false, isForced: false };

/** Measures text in one pass. */
export function fragment(text: string): Fragment {
  let bytes = text.length;
  let tail = text.length;
  let isBroken = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) {
      isBroken = true;
      tail = text.length - at - 1;
    } else if (code >= 0x80) {
      bytes += isSurrogate(code) || code < 0x800 ? 1 : 2;
      if (code >= 0xdc00 && code < 0xe000) tail--;
    }
  }
  return { text, bytes, tail, isBroken, isForced: isBroken };
}

/** Half of a character of four bytes. */
function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xe000;
}

export function join(...pieces: readonly Piece[]): Fragment {
  return joinAll(pieces);
}

export function joinAll(pieces: readonly Piece[], separator = ""): Fragment {
  let text = "";
  let bytes = 0;
  let tail = 0;
  let isBroken = false;
  let isForced = false;
  const between = separator === "" ? undefined : fragment(separator);
  const add = (part: Fragment): void => {
    text += part.text;
    bytes += part.bytes;
    tail = part.isBroken ? part.tail : tail + part.tail;
    isBroken ||= part.isBroken;
    isForced ||= part.isForced;
  };
  pieces.forEach((piece, index) => {
    if (between && index > 0) add(between);
    add(typeof piece === "string" ? fragment(piece) : piece);
  });
  return { text, bytes, tail, isBroken, isForced };
}

export function parenthesized(inner: Fragment, isWrapped: boolean): Fragment {
  return isWrapped ? join("(", inner, ")") : inner;
}

const indents: string[] = [];

export function indentOf(level: number): string {
  return (indents[level] ??= "  ".repeat(level));
}

/** A line break and the indentation after it. */
export function lineAt(level: number): string {
  return `\n${indentOf(level)}`;
}
