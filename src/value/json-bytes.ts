import { quoteJson } from "./json-quote.ts";

/** Whether every character is one byte, and needs no escape beside quotes and backslashes. */
export function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/**
 * JSON text as it is written. A short one is joined from pieces; a long one goes on in UTF-8, where bytes are put one after the other and
 * made a text at once: pieces of text would be several for each value.
 */
export class JsonBytes {
  #pieces: string[] | undefined = [];
  #bytes = none;
  #length = 0;

  /** A text of ASCII characters, as it is. */
  add(text: string): void {
    if (this.#pieces !== undefined) {
      this.#collect(text);
      return;
    }
    const end = this.#length + text.length;
    if (end > this.#bytes.length) this.#grow(end);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
    this.#length = at;
  }

  /** Any text, as it is. */
  addText(text: string): void {
    if (this.#pieces !== undefined || isPlain(text)) this.add(text);
    else this.#addEncoded(text);
  }

  /** Any text, between quotes. */
  addQuoted(text: string): void {
    if (this.#pieces !== undefined) {
      this.#collect(quoteJson(text));
      return;
    }
    const end = this.#length + text.length + 2;
    if (end > this.#bytes.length) this.#grow(end);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = quote;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 32 || unit > 126 || unit === quote || unit === backslash) {
        this.#addEncoded(quoteJson(text));
        return;
      }
      bytes[at++] = unit;
    }
    bytes[at++] = quote;
    this.#length = at;
  }

  text(): string {
    if (this.#pieces !== undefined) return this.#pieces.join("");
    return decoder.decode(this.#bytes.subarray(0, this.#length));
  }

  #collect(piece: string): void {
    const pieces = this.#pieces as string[];
    pieces.push(piece);
    if (pieces.length < mostPieces) return;
    this.#pieces = undefined;
    this.#addEncoded(pieces.join(""));
  }

  #addEncoded(text: string): void {
    const most = this.#length + text.length * 3;
    if (most > this.#bytes.length) this.#grow(most);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  #grow(needed: number): void {
    const longer = new Uint8Array(Math.max(this.#bytes.length * 2, needed));
    longer.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = longer;
  }
}

const none = new Uint8Array(0);
const mostPieces = 256;
const quote = 0x22;
const backslash = 0x5c;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
