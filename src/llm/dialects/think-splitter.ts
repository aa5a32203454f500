const openTag = "<think>";
const closeTag = "</think>";

/** Tells `<think>…</think>` from the rest in text that arrives in pieces; a tag may be cut by the pieces. */
export class ThinkSplitter {
  #inside = false;
  #held = "";

  push(piece: string): { readonly text: string; readonly thinking: string } {
    if (this.#held === "" && !piece.includes("<"))
      return this.#inside ? { text: "", thinking: piece } : { text: piece, thinking: "" };
    let rest = this.#held + piece;
    this.#held = "";
    let text = "";
    let thinking = "";
    for (;;) {
      const tag = this.#inside ? closeTag : openTag;
      const at = rest.indexOf(tag);
      const plain = at < 0 ? rest.slice(0, rest.length - overlap(rest, tag)) : rest.slice(0, at);
      if (this.#inside) thinking += plain;
      else text += plain;
      if (at < 0) {
        this.#held = rest.slice(plain.length);
        return { text, thinking };
      }
      rest = rest.slice(at + tag.length);
      this.#inside = !this.#inside;
    }
  }

  /** What looked like the start of a tag and was none. */
  end(): { readonly text: string; readonly thinking: string } {
    const held = this.#held;
    this.#held = "";
    return this.#inside ? { text: "", thinking: held } : { text: held, thinking: "" };
  }
}

/** Length of the longest proper start of `tag` that `text` ends with. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
