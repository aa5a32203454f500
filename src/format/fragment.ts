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
}

export type Piece = string | Fragment;

/** A fragment under construction. */
class Assembly implements Fragment {
  text = "";
  bytes = 0;
  tail = 0;
  isBroken = false;

  /** Measures the text in one pass. */
  addText(text: string): void {
    let bytes = text.length;
    let tail = this.tail + text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10) {
        this.isBroken = true;
        tail = text.length - at - 1;
      } else if (code >= 0x80) {
        bytes += isSurrogate(code) || code < 0x800 ? 1 : 2;
        // Two code units, one character.
        if (code >= 0xdc00 && code < 0xe000) tail--;
      }
    }
    this.text += text;
    this.bytes += bytes;
    this.tail = tail;
  }

  addFragment({ text, bytes, tail, isBroken }: Fragment): void {
    this.text += text;
    this.bytes += bytes;
    this.tail = isBroken ? tail : this.tail + tail;
    this.isBroken ||= isBroken;
  }

  add(piece: Piece): void {
    if (typeof piece === "string") this.addText(piece);
    else this.addFragment(piece);
  }
}

export function fragment(text: string): Fragment {
  const result = new Assembly();
  result.addText(text);
  return result;
}

/** Half of a character of four bytes. */
function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xe000;
}

export function join(...pieces: readonly Piece[]): Fragment {
  const result = new Assembly();
  for (const piece of pieces) result.add(piece);
  return result;
}

export function joinAll(pieces: readonly Piece[], separator = ""): Fragment {
  const result = new Assembly();
  for (let index = 0; index < pieces.length; index++) {
    if (index > 0 && separator !== "") result.addText(separator);
    result.add(pieces[index] as Piece);
  }
  return result;
}

/**
 * The same fragment, whose text the machine has put in one piece. Text that is joined is a tree of its parts at first; those of a whole
 * program, kept to its end, cost more to look after than to copy line by line.
 */
export function flattened(part: Fragment): Fragment {
  part.text.charCodeAt(0);
  return part;
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
