/**
 * Cuts a byte stream into lines, wherever the chunks are cut: between CR and LF, or inside a UTF-8 sequence. A line ends
 * with LF, CRLF or CR. Malformed bytes become U+FFFD.
 */
export class LineDecoder {
  readonly #text = new TextDecoder();
  #rest = "";
  #afterReturn = false;

  push(chunk: Uint8Array): string[] {
    return this.#cut(this.#text.decode(chunk, { stream: true }));
  }

  /** The lines still held at the end of the stream, the last one possibly without a break. */
  end(): string[] {
    const lines = this.#cut(this.#text.decode());
    if (this.#rest !== "") lines.push(this.#rest);
    this.#rest = "";
    return lines;
  }

  #cut(text: string): string[] {
    if (!this.#afterReturn && !text.includes("\r")) return this.#cutAtFeeds(text);
    const lines: string[] = [];
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit !== 10 && unit !== 13) {
        this.#afterReturn = false;
        continue;
      }
      const isSecondHalf = unit === 10 && this.#afterReturn;
      if (!isSecondHalf) {
        lines.push(this.#rest + text.slice(start, at));
        this.#rest = "";
      }
      this.#afterReturn = unit === 13;
      start = at + 1;
    }
    this.#rest += text.slice(start);
    return lines;
  }

  /** The same where no line can end otherwise. */
  #cutAtFeeds(text: string): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      const line = text.slice(start, end);
      lines.push(this.#rest === "" ? line : this.#rest + line);
      this.#rest = "";
      start = end + 1;
    }
    if (start < text.length) this.#rest += text.slice(start);
    return lines;
  }
}
