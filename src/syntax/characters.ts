/** Character classes by table for ASCII, by Unicode property beyond it. */

export const Digit = 1;
export const WordStart = 2;
export const WordPart = 4;

export const characterClass: Uint8Array = asciiClasses();

function asciiClasses(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 0; code < 128; code++) {
    const letter = String.fromCharCode(code);
    if (letter >= "0" && letter <= "9") table[code] = Digit | WordPart;
    else if (/[A-Za-z_]/.test(letter)) table[code] = WordStart | WordPart;
  }
  return table;
}

/** Made when a text first goes beyond ASCII: building the classes takes longer than lexing most programs. */
class BeyondAscii {
  #start: RegExp | undefined;
  #part: RegExp | undefined;

  isWordStart(letter: string): boolean {
    this.#start ??= /\p{Alphabetic}/u;
    return this.#start.test(letter);
  }

  isWordPart(letter: string): boolean {
    this.#part ??= /[\p{Alphabetic}\p{Nd}\p{Nl}\p{No}]/u;
    return this.#part.test(letter);
  }
}

const beyondAscii = new BeyondAscii();

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Where a word that starts at `from` ends; `from` itself when no word starts there. */
export function endOfWord(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code < 128) {
      if (((characterClass[code] as number) & WordPart) === 0) return at;
      if (at === from && isDigit(code)) return at;
      at++;
    } else {
      // NaN past the end fails every comparison and lands here.
      const point = text.codePointAt(at);
      if (point === undefined) return at;
      const letter = String.fromCodePoint(point);
      if (at === from ? !beyondAscii.isWordStart(letter) : !beyondAscii.isWordPart(letter)) return at;
      at += letter.length;
    }
  }
}

export function isWordPartAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return ((characterClass[code] as number) & WordPart) !== 0;
  const point = text.codePointAt(at);
  return point !== undefined && beyondAscii.isWordPart(String.fromCodePoint(point));
}

/** The whole character at an offset, which may be two code units long. */
export function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
}
