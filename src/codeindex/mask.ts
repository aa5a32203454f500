import type { Language } from "./language.ts";

/** What is longer is a division. */
const longestPattern = 1000;

/**
 * The text with blanks in the place of comments and of what stands between quotes, line breaks kept: every place keeps its offset.
 * One pass, whatever the text: what never ends goes on to the end of its line, or of the text.
 */
export function maskText(text: string, { comments, strings }: Language): string {
  const pieces: string[] = [];
  /** Depths of braces of the templates that are open around this place; the last is that of the code inside `${…}`. */
  const templates: number[] = [];
  let copied = 0;
  let at = 0;
  let canBeginValue = true;

  const blank = (from: number, to: number): void => {
    pieces.push(text.slice(copied, from), text.slice(from, to).replace(/[^\n]/g, " "));
    copied = to;
    at = to;
  };
  /** From behind a backtick or a brace that closes code: to the next code, or behind the end. */
  const template = (from: number): void => {
    for (let index = from; index < text.length; index++) {
      const character = text[index];
      if (character === "\\") index++;
      else if (character === "`") return blank(at, index + 1);
      else if (character === "$" && text[index + 1] === "{") {
        templates.push(0);
        return blank(at, index + 2);
      }
    }
    blank(at, text.length);
  };
  while (at < text.length) {
    const character = text[at] as string;
    const long = strings.long?.find((delimiter) => text.startsWith(delimiter, at));
    const block = comments.block.find(([open]) => text.startsWith(open, at));
    if (block !== undefined) blank(at, endOf(text, block[1], at + block[0].length));
    else if (comments.line.some((mark) => text.startsWith(mark, at)) && isComment(text, at))
      blank(at, endOfLine(text, at));
    else if (long !== undefined) blank(at, endOfLong(text, long, at + long.length));
    else if (strings.quotes.includes(character)) blank(at, endOfQuoted(text, character, at + 1));
    else if (character === "'" && strings.hasCharacters && isCharacter(text, at))
      blank(at, endOfQuoted(text, "'", at + 1));
    else if (character === "`" && strings.hasTemplates) template(at + 1);
    else if (character === "/" && strings.hasPatterns && canBeginValue) {
      const end = endOfPattern(text, at + 1);
      if (end === undefined) at++;
      else blank(at, end);
    } else if (character === "}" && templates.at(-1) === 0) {
      templates.pop();
      template(at + 1);
    } else {
      const depth = templates.length - 1;
      if (depth >= 0 && (character === "{" || character === "}"))
        templates[depth] = (templates[depth] as number) + (character === "{" ? 1 : -1);
      if (character.trim() !== "") canBeginValue = "(,=:[!&|?{};+".includes(character);
      at++;
      continue;
    }
    canBeginValue = false;
  }
  pieces.push(text.slice(copied));
  return pieces.join("");
}

/** `#` inside a word is none (`${#list}`, `a#b`); a preprocessor's lines are not asked here. */
function isComment(text: string, at: number): boolean {
  return text[at] !== "#" || at === 0 || /[\s;()]/.test(text[at - 1] as string);
}

/** `'a'` and `'\n'`, not the `'a` of a lifetime. */
function isCharacter(text: string, at: number): boolean {
  return text[at + 1] === "\\" || text[at + 2] === "'";
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

function endOf(text: string, close: string, from: number): number {
  const end = text.indexOf(close, from);
  return end === -1 ? text.length : end + close.length;
}

/** Behind the closing quote, or at the end of the line where there is none. */
function endOfQuoted(text: string, quote: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const character = text[index];
    if (character === "\\") index++;
    else if (character === quote) return index + 1;
    else if (character === "\n") return index;
  }
  return text.length;
}

function endOfLong(text: string, delimiter: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (text[index] === "\\" && delimiter !== "`") index++;
    else if (text.startsWith(delimiter, index)) return index + delimiter.length;
  }
  return text.length;
}

/** Behind a regular expression; undefined where the slash divides. */
function endOfPattern(text: string, from: number): number | undefined {
  let isClass = false;
  const last = Math.min(text.length, from + longestPattern);
  for (let index = from; index < last && text[index] !== "\n"; index++) {
    const character = text[index];
    if (character === "\\") index++;
    else if (character === "[") isClass = true;
    else if (character === "]") isClass = false;
    else if (character === "/" && !isClass) return index + 1;
  }
  return undefined;
}
