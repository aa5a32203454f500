import { DictValue } from "./dict.ts";
import { FloatValue } from "./float.ts";
import { maxInt, minInt, wrapInt } from "./int.ts";
import { ListValue } from "./list.ts";
import { thrown } from "./raise.ts";
import { Shape } from "./shape.ts";
import type { Value } from "./value.ts";

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const backslash = 0x5c;
const atEnd = -1;

const powersOfTen = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** A key that is written with escapes, and could be written otherwise. */
const unlikely = /[\u0000-\u001f"\\]/;

/** An array that grows has room for so many more at once, which a short list would keep. */
const fewItems = 17;

/** JSON beyond this depth is refused rather than overflowing the stack. */
const maxDepth = 1024;

/** Why and where a text is not JSON. Lines count from one, columns in bytes. */
export class JsonError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(reason: string, line: number, column: number) {
    super(`${reason} at line ${line} column ${column}`);
    this.line = line;
    this.column = column;
  }
}

/** The value of a JSON text, or a thrown `JSON parse error: …`. */
export function parseJson(text: string): Value {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw thrown(`JSON parse error: ${error.message}`);
    throw error;
  }
}

/**
 * The value of a JSON text, or a `JsonError`. A number without a decimal point or an exponent is an int when it fits 64
 * bits, whatever its size; every other number is a float.
 */
export function readJson(text: string): Value {
  return new JsonParser(text).document();
}

class JsonParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** The values of the objects that are open, the innermost last: how many an object has is known at its end. */
  readonly #held: Value[] = [];
  #heldCount = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Value {
    const value = this.#value();
    if (this.#peek() !== atEnd) throw this.#failAt("trailing characters");
    return value;
  }

  /** The next unit that is not blank, or `atEnd`. */
  #peek(): number {
    const text = this.#text;
    for (;;) {
      const unit = this.#at < text.length ? text.charCodeAt(this.#at) : atEnd;
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return unit;
      this.#at++;
    }
  }

  #value(): Value {
    const unit = this.#peek();
    switch (unit) {
      case openBrace:
        return this.#object();
      case openBracket:
        return this.#list();
      case quote:
        return this.#string();
      case 0x74:
        return this.#word("true", true);
      case 0x66:
        return this.#word("false", false);
      case 0x6e:
        return this.#word("null", null);
    }
    if (isDigit(unit) || unit === 0x2d) return this.#plainNumber(unit) ?? this.#number();
    if (unit === atEnd) throw this.#fail("EOF while parsing a value");
    throw this.#failAt("expected value");
  }

  #open(): void {
    this.#at++;
    if (++this.#depth > maxDepth) throw this.#fail("recursion limit exceeded");
  }

  #list(): Value {
    this.#open();
    const items: Value[] = [];
    if (this.#peek() === closeBracket) return this.#end(new ListValue(items));
    for (;;) {
      items.push(this.#value());
      const next = this.#peek();
      if (next === closeBracket) return this.#end(new ListValue(items.length < fewItems ? items.slice() : items));
      this.#comma(next, "a list", "`,` or `]`");
      if (this.#peek() === closeBracket) throw this.#failAt("trailing comma");
    }
  }

  #object(): Value {
    this.#open();
    if (this.#peek() === closeBrace) return this.#end(new DictValue());
    const first = this.#heldCount;
    let shape = Shape.empty;
    for (;;) {
      const longer = this.#likelyShape(shape);
      if (longer !== undefined) {
        shape = longer;
      } else {
        const key = this.#key(shape === Shape.empty ? "an object" : "a value");
        const next = shape.indexOf(key) < 0 ? shape.with(key) : undefined;
        if (next === undefined) return this.#restOf(new DictValue(this.#letGo(first), shape), key);
        if (!unlikely.test(key)) shape.likely = { text: `"${key}"`, shape: next };
        shape = next;
      }
      const value = this.#member();
      this.#held[this.#heldCount++] = value;
      if (this.#isClosed()) return this.#end(new DictValue(this.#letGo(first), shape));
    }
  }

  /** The values that are held from `first` on, in an array that is no longer than they are. */
  #letGo(first: number): Value[] {
    const values = this.#held.slice(first, this.#heldCount);
    this.#heldCount = first;
    return values;
  }

  /** Objects that were written by one hand have their keys in one order: the next key is looked for where the text goes on. */
  #likelyShape({ likely }: Shape): Shape | undefined {
    if (likely === undefined || !this.#text.startsWith(likely.text, this.#at)) return undefined;
    this.#at += likely.text.length;
    return likely.shape;
  }

  /** An object of which some is read already, from a key on that it has already or that takes it beyond a shape. */
  #restOf(dict: DictValue, first: string): Value {
    let key = first;
    for (;;) {
      dict.setInPlace(key, this.#member());
      if (this.#isClosed()) return this.#end(dict);
      key = this.#key("a value");
    }
  }

  /** What stands behind a key. */
  #member(): Value {
    const unit = this.#peek();
    if (unit === atEnd) throw this.#fail("EOF while parsing an object");
    if (unit !== colon) throw this.#failAt("expected `:`");
    this.#at++;
    return this.#value();
  }

  /** Whether the object ends here; else a key comes. */
  #isClosed(): boolean {
    const next = this.#peek();
    if (next === closeBrace) return true;
    this.#comma(next, "an object", "`,` or `}`");
    if (this.#peek() === closeBrace) throw this.#failAt("trailing comma");
    return false;
  }

  #key(place: string): string {
    const next = this.#peek();
    if (next === atEnd) throw this.#fail(`EOF while parsing ${place}`);
    if (next !== quote) throw this.#failAt("key must be a string");
    return this.#string();
  }

  #comma(next: number, inside: string, wanted: string): void {
    if (next === atEnd) throw this.#fail(`EOF while parsing ${inside}`);
    if (next !== comma) throw this.#failAt(`expected ${wanted}`);
    this.#at++;
  }

  #end(value: Value): Value {
    this.#at++;
    this.#depth--;
    return value;
  }

  #word(word: string, value: Value): Value {
    for (let at = 1; at < word.length; at++) {
      const character = this.#text.charAt(this.#at + at);
      if (character === "") throw this.#fail("EOF while parsing a value", this.#text.length);
      if (character !== word.charAt(at)) throw this.#fail("expected ident", this.#at + at + 1);
    }
    this.#at += word.length;
    return value;
  }

  /**
   * The common case without a pattern: up to fifteen digits, with a point among them or not. Those digits and that power of ten are
   * exact, so their quotient is the nearest float.
   */
  #plainNumber(first: number): Value | undefined {
    const text = this.#text;
    const isNegative = first === 0x2d;
    const start = isNegative ? this.#at + 1 : this.#at;
    let at = start;
    let digits = 0;
    let unit = text.charCodeAt(at);
    for (; isDigit(unit); unit = text.charCodeAt(++at)) digits = digits * 10 + unit - 0x30;
    const point = at;
    if (point === start || point - start > 15 || (point - start > 1 && text.charCodeAt(start) === 0x30))
      return undefined;
    if (unit === 0x2e)
      for (unit = text.charCodeAt(++at); isDigit(unit); unit = text.charCodeAt(++at))
        digits = digits * 10 + unit - 0x30;
    const decimals = at === point ? 0 : at - point - 1;
    const isFloat = at > point;
    // An exponent makes it a float, and so does the sign of `-0`.
    if ((unit | 0x20) === 0x65 || at - start > 16 || (isFloat ? decimals === 0 : isNegative && digits === 0))
      return undefined;
    this.#at = at;
    const value = isFloat ? digits / (powersOfTen[decimals] as number) : digits;
    const signed = isNegative ? -value : value;
    return isFloat ? new FloatValue(signed) : signed;
  }

  #number(): Value {
    const match = /-?(?:0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]*)?/y;
    match.lastIndex = this.#at;
    const [text = "", fraction, exponent] = match.exec(this.#text) ?? [];
    const end = this.#at + text.length;
    if (/^-?(?:[.eE]|$)/.test(text) || fraction === "." || (exponent !== undefined && !/[0-9]$/.test(exponent))) {
      throw this.#badNumber(this.#at, fraction === "." ? this.#at + text.indexOf(".") + 1 : end);
    }
    // A leading zero ends the number: the digit behind it is an error of its own.
    const digit = this.#text.charCodeAt(end);
    if (fraction === undefined && exponent === undefined && digit >= 48 && digit <= 57)
      throw this.#fail("invalid number", end + 1);
    this.#at = end;
    if (fraction !== undefined || exponent !== undefined) return this.#float(text);
    if (text.length < 16) return text === "-0" ? new FloatValue(-0) : Number(text);
    const value = BigInt(text);
    return value > maxInt || value < minInt ? this.#float(text) : wrapInt(value);
  }

  #float(text: string): Value {
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.#fail("number out of range");
    return new FloatValue(value);
  }

  #badNumber(start: number, stop: number): JsonError {
    // The offending character is the first that the grammar cannot take.
    let at = Math.max(stop, start + 1);
    if (/[eE]$/.test(this.#text.slice(start, at)) && stop > at) at = stop;
    if (at >= this.#text.length) return this.#fail("EOF while parsing a value", this.#text.length);
    return this.#fail("invalid number", at + 1);
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let at = start;
    while (isPlain(text.charCodeAt(at))) at++;
    this.#at = at;
    const unit = text.charCodeAt(at);
    if (unit === quote) return text.slice(start, this.#at++);
    if (unit === backslash) return this.#escapedString(start);
    if (at >= text.length) throw this.#fail("EOF while parsing a string");
    throw this.#controlCharacter();
  }

  #escapedString(start: number): string {
    const text = this.#text;
    let result = text.slice(start, this.#at);
    for (;;) {
      const unit = text.charCodeAt(this.#at);
      if (Number.isNaN(unit)) throw this.#fail("EOF while parsing a string");
      if (unit < 32) throw this.#controlCharacter();
      if (unit === 34) {
        this.#at++;
        return result;
      }
      if (unit === 92) {
        result += this.#escape();
        continue;
      }
      const from = this.#at++;
      while (isPlain(text.charCodeAt(this.#at))) this.#at++;
      result += text.slice(from, this.#at);
    }
  }

  #controlCharacter(): JsonError {
    return this.#fail("control character (\\u0000-\\u001F) found while parsing a string", this.#at + 1);
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    if (letter === "") throw this.#fail("EOF while parsing a string", this.#text.length);
    this.#at += 2;
    if (letter === "u") return this.#unicodeEscape();
    const character = escapes.get(letter);
    if (character === undefined) throw this.#fail("invalid escape");
    return character;
  }

  #unicodeEscape(): string {
    const unit = this.#hexUnit();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit >= 0xdc00) throw this.#fail("lone leading surrogate in hex escape");
    if (this.#text.slice(this.#at, this.#at + 2) !== "\\u") throw this.#failAt("unexpected end of hex escape");
    this.#at += 2;
    const low = this.#hexUnit();
    if (low < 0xdc00 || low > 0xdfff) throw this.#fail("lone leading surrogate in hex escape");
    return String.fromCharCode(unit, low);
  }

  #hexUnit(): number {
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (digits.length < 4) throw this.#fail("EOF while parsing a string", this.#text.length);
    this.#at += 4;
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#fail("invalid escape");
    return Number.parseInt(digits, 16);
  }

  /** An error at the next character, whose first byte it counts. */
  #failAt(reason: string): JsonError {
    const { message, line, column } = this.#fail(reason, this.#at);
    return new JsonError(message.slice(0, reason.length), line, column + 1);
  }

  /** An error behind the text before `end`. */
  #fail(reason: string, end = Math.min(this.#at, this.#text.length)): JsonError {
    const before = this.#text.slice(0, end);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    return new JsonError(reason, line, new TextEncoder().encode(before.slice(lineStart)).length);
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function isPlain(unit: number): boolean {
  return unit >= 32 && unit !== quote && unit !== backslash;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
