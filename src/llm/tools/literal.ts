import { DictValue, FloatValue, ListValue, readJson, type Value } from "../../value/index.ts";

/** Why a piece of text is no argument literal. */
export class LiteralError extends Error {}

/**
 * A JavaScript-like literal, as models write arguments: JSON, and bare or single-quoted keys and strings, trailing
 * commas, comments, template strings, `undefined`, and heredocs (`<<TAG` … `TAG`).
 */
export class LiteralParser {
  readonly #text: string;
  #at: number;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  get position(): number {
    return this.#at;
  }

  skipBlank(): void {
    for (;;) {
      const rest = this.#text.slice(this.#at, this.#at + 2);
      if (/^\s/.test(rest)) this.#at++;
      else if (rest === "//") this.#skipTo("\n", 1);
      else if (rest === "/*") this.#skipTo("*/", 2);
      else return;
    }
  }

  #skipTo(mark: string, width: number): void {
    const end = this.#text.indexOf(mark, this.#at + 2);
    this.#at = end < 0 ? this.#text.length : end + width;
  }

  peek(): string {
    return this.#text[this.#at] ?? "";
  }

  take(expected: string): boolean {
    this.skipBlank();
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  value(): Value {
    this.skipBlank();
    const next = this.peek();
    if (next === "{") return this.object();
    if (next === "[") return this.#array();
    if (next === '"' || next === "'" || next === "`") return this.#string(next);
    if (this.#text.startsWith("<<", this.#at)) return this.#heredoc();
    const word = this.#match(/-?[A-Za-z_$][\w$]*/y);
    if (word !== undefined) return this.#word(word);
    const number = this.#match(/[-+]?(?:\d[\d_]*)?(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    if (number !== undefined && /\d/.test(number)) return parseNumber(number);
    throw new LiteralError(next === "" ? "unexpected end of arguments" : `unexpected character '${next}'`);
  }

  object(): DictValue {
    if (!this.take("{")) throw new LiteralError("expected '{'");
    const entries = new Map<string, Value>();
    while (!this.take("}")) {
      const key = this.#key();
      if (!this.take(":")) throw new LiteralError(`expected ':' after key '${key}'`);
      entries.set(key, this.value());
      if (this.take(",")) continue;
      if (this.take("}")) break;
      throw new LiteralError(this.#at >= this.#text.length ? "unclosed '{'" : `expected ',' or '}' after key '${key}'`);
    }
    return new DictValue(entries);
  }

  #key(): string {
    this.skipBlank();
    const next = this.peek();
    if (next === '"' || next === "'" || next === "`") return this.#string(next);
    const word = this.#match(/[A-Za-z_$][\w$-]*/y);
    if (word === undefined) throw new LiteralError(next === "" ? "unclosed '{'" : `expected a key, found '${next}'`);
    return word;
  }

  #array(): ListValue {
    this.take("[");
    const items: Value[] = [];
    while (!this.take("]")) {
      items.push(this.value());
      if (this.take(",")) continue;
      if (this.take("]")) break;
      throw new LiteralError("unclosed '['");
    }
    return new ListValue(items);
  }

  #string(quote: string): string {
    this.#at++;
    let text = "";
    for (;;) {
      const unit = this.#text[this.#at];
      if (unit === undefined) throw new LiteralError(`unclosed ${quote} string`);
      this.#at++;
      if (unit === quote) return text;
      text += unit === "\\" ? this.#escape() : unit;
    }
  }

  #escape(): string {
    const unit = this.#text[this.#at++] ?? "";
    const plain = escapes[unit];
    if (plain !== undefined) return plain;
    if (unit === "u") {
      const braced = this.#match(/\{[0-9a-fA-F]{1,6}\}/y);
      const digits = braced?.slice(1, -1) ?? this.#match(/[0-9a-fA-F]{4}/y);
      if (digits !== undefined && Number.parseInt(digits, 16) <= 0x10ffff)
        return String.fromCodePoint(Number.parseInt(digits, 16));
      return "u";
    }
    if (unit === "x") {
      const digits = this.#match(/[0-9a-fA-F]{2}/y);
      return digits === undefined ? "x" : String.fromCharCode(Number.parseInt(digits, 16));
    }
    return unit;
  }

  /** `<<TAG`, lines, and a line that starts with `TAG`; punctuation may follow the closing tag. */
  #heredoc(): string {
    const open = this.#match(/<<-?[ \t]*(["']?)[A-Za-z_]\w*\1[ \t]*\r?\n/y);
    if (open === undefined) throw new LiteralError("expected a heredoc tag after '<<'");
    const tag = /[A-Za-z_]\w*/.exec(open)?.[0] ?? "";
    const close = new RegExp(`^[ \\t]*${tag}(?!\\w)`, "m");
    const rest = this.#text.slice(this.#at);
    const found = close.exec(rest);
    if (found === null) throw new LiteralError(`heredoc <<${tag} is not closed`);
    this.#at += found.index + found[0].length;
    return rest.slice(0, found.index).replace(/\r?\n$/, "");
  }

  #word(word: string): Value {
    switch (word) {
      case "true":
        return true;
      case "false":
        return false;
      case "null":
      case "nil":
      case "undefined":
        return null;
      default:
        throw new LiteralError(`unexpected word '${word}'`);
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === "") return undefined;
    this.#at += found.length;
    return found;
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
  "\n": "",
};

function parseNumber(text: string): Value {
  const plain = text.replaceAll("_", "").replace(/^\+/, "");
  if (/^-?\d+$/.test(plain)) return readJson(plain.replace(/^(-?)0+(?=\d)/, "$1"));
  return new FloatValue(Number(plain));
}
