import { FloatValue } from "../value/index.ts";
import type { Json } from "./json.ts";

/** A text that is not JSON, with the place where that shows. */
export class JsonSyntaxError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(what: string, text: string, offset: number) {
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    const column = offset - before.lastIndexOf("\n");
    super(`${what} at line ${line} column ${column}`);
    this.line = line;
    this.column = column;
  }
}

/** Integers longer than this may lie beyond 2^53, where the platform's parser rounds. */
const longNumber = /\d{16}/;

/** For TypeScript readers: whole floats are plain numbers; integers beyond 2^53 keep their value as `bigint`. */
export function parseJson(text: string): Json {
  if (!longNumber.test(text)) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // The exact parser below says where and why.
    }
  }
  return new JsonReader(text, false).readDocument();
}

/** For round trips: whole floats stay floats (`FloatValue`), so that encoding again gives the same text. */
export function parseJsonExact(text: string): Json {
  return new JsonReader(text, true).readDocument();
}

const numberPattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const blankPattern = /[ \t\n\r]*/y;
const depthLimit = 512;

class JsonReader {
  readonly #text: string;
  readonly #keepsFloats: boolean;
  #at = 0;

  constructor(text: string, keepsFloats: boolean) {
    this.#text = text;
    this.#keepsFloats = keepsFloats;
  }

  readDocument(): Json {
    const json = this.#readValue(0);
    this.#skipBlank();
    if (this.#at < this.#text.length) throw this.#error("trailing characters");
    return json;
  }

  #readValue(depth: number): Json {
    if (depth > depthLimit) throw this.#error("recursion limit exceeded");
    this.#skipBlank();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#readObject(depth);
      case "[":
        return this.#readArray(depth);
      case '"':
        return this.#readString();
      case "t":
        return this.#readWord("true", true);
      case "f":
        return this.#readWord("false", false);
      case "n":
        return this.#readWord("null", null);
      case undefined:
        throw this.#error("EOF while parsing a value");
      default:
        return this.#readNumber();
    }
  }

  #readObject(depth: number): Json {
    const entries: [string, Json][] = [];
    this.#at++;
    if (this.#take("}")) return {};
    do {
      this.#skipBlank();
      if (this.#text[this.#at] !== '"') throw this.#error("key must be a string");
      const key = this.#readString();
      this.#expect(":");
      entries.push([key, this.#readValue(depth + 1)]);
    } while (this.#take(","));
    this.#expect("}");
    // Unlike an assignment, this makes `__proto__` an ordinary key.
    return Object.fromEntries(entries);
  }

  #readArray(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    if (this.#take("]")) return items;
    do items.push(this.#readValue(depth + 1));
    while (this.#take(","));
    this.#expect("]");
    return items;
  }

  #readString(): string {
    const source = this.#match(stringPattern);
    if (source === undefined) throw this.#error("invalid string");
    return JSON.parse(source) as string;
  }

  #readNumber(): Json {
    const source = this.#match(numberPattern);
    if (source === undefined) throw this.#error("expected value");
    const value = Number(source);
    if (/[.eE]/.test(source)) return this.#keepsFloats && Number.isInteger(value) ? new FloatValue(value) : value;
    if (Number.isSafeInteger(value)) return Object.is(value, -0) && this.#keepsFloats ? new FloatValue(value) : value;
    const exact = BigInt(source);
    return exact === BigInt.asIntN(64, exact) || exact === BigInt.asUintN(64, exact) ? exact : value;
  }

  #readWord(word: string, meaning: boolean | null): Json {
    if (!this.#text.startsWith(word, this.#at)) throw this.#error("expected ident");
    this.#at += word.length;
    return meaning;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skipBlank(): void {
    this.#match(blankPattern);
  }

  #take(character: string): boolean {
    this.#skipBlank();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (this.#take(character)) return;
    throw this.#error(this.#at >= this.#text.length ? "EOF while parsing" : `expected \`${character}\``);
  }

  #error(what: string): JsonSyntaxError {
    return new JsonSyntaxError(what, this.#text, this.#at);
  }
}
