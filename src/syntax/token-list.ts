import type { Source } from "../text/index.ts";
import { Token, tokenName } from "./token.ts";

/** The token is the first on its line (a backslash before the line break joins the lines). */
export const NewlineBefore = 1;
/** A `{` with a `->` of its own level before its `}`: a closure, not a dict. */
export const ArrowInside = 2;
/** A string with a backslash in it. */
export const Escaped = 4;

export type CommentStyle = "line" | "block" | "doc-line" | "doc-block" | "shebang";

export interface CommentToken {
  readonly style: CommentStyle;
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of one source, as parallel arrays: half a million tokens are four allocations, and the parser reads integers.
 * The last token is always `EndOfFile`.
 */
export class TokenList {
  readonly source: Source;
  kinds: Uint8Array;
  flags: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  count = 0;
  readonly comments: CommentToken[] = [];
  /** The text ended, or reading stopped, inside something that is already reported: a missing bracket is no news then. */
  isTruncated = false;

  constructor(source: Source) {
    this.source = source;
    const capacity = (source.text.length >> 2) + 64;
    this.kinds = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  /** Returns the new token's index. */
  push(kind: number, flags: number, start: number, end: number): number {
    const index = this.count;
    if (index === this.kinds.length) this.#grow();
    this.kinds[index] = kind;
    this.flags[index] = flags;
    this.starts[index] = start;
    this.ends[index] = end;
    this.count = index + 1;
    return index;
  }

  kindAt(index: number): number {
    return index < this.count ? (this.kinds[index] as number) : Token.EndOfFile;
  }

  textAt(index: number): string {
    return this.source.text.slice(this.starts[index], this.ends[index]);
  }

  startsLine(index: number): boolean {
    return index >= this.count || ((this.flags[index] as number) & NewlineBefore) !== 0;
  }

  nameAt(index: number): string {
    return tokenName(this.kindAt(index));
  }

  #grow(): void {
    const capacity = this.kinds.length * 2;
    const widen = <A extends Uint8Array | Int32Array>(to: A, from: A): A => {
      to.set(from);
      return to;
    };
    this.kinds = widen(new Uint8Array(capacity), this.kinds);
    this.flags = widen(new Uint8Array(capacity), this.flags);
    this.starts = widen(new Int32Array(capacity), this.starts);
    this.ends = widen(new Int32Array(capacity), this.ends);
  }
}
