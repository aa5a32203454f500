import { unreachable } from "../text/index.ts";
import { encodeBase64 } from "./base64.ts";
import type { DictValue } from "./dict.ts";
import { show } from "./display.ts";
import { floatDigits, scientificDigits } from "./float-text.ts";
import type { Shape } from "./shape.ts";
import type { ObjectValue, Value } from "./value.ts";

/** How bytes stand in JSON: an object with this one key and their base64 text. */
export const bytesTag = "$bytes_b64";

/**
 * The JSON text of a value: without spaces, or over lines with `indent` spaces a level. Keys are in order. In the compact
 * form a range stands as its display text; enums, pairs, durations and everything with identity stand as null.
 */
export function stringifyJson(value: Value, indent = 0): string {
  return indent === 0 ? compact(value) : new PrettyPrinter(indent).text(value, 0);
}

function compact(value: Value): string {
  if (typeof value !== "object" || value === null) return scalar(value);
  const pieces = new Pieces();
  write(value, pieces);
  return pieces.text();
}

/** Collects a long text: joining many pieces at once is cheaper than adding one to the other. */
class Pieces {
  #list: string[] = [];
  #text = "";

  add(piece: string): void {
    this.#list.push(piece);
  }

  /** To be called now and then: keeps the list short. */
  settle(): void {
    if (this.#list.length < 4096) return;
    this.#text += this.#list.join("");
    this.#list = [];
  }

  text(): string {
    return this.#text + this.#list.join("");
  }
}

function scalar(value: null | boolean | number | bigint | string): string {
  return typeof value === "string" ? quoteJson(value) : String(value);
}

function write(value: Value, pieces: Pieces): void {
  if (typeof value !== "object" || value === null) {
    writeScalar(value, pieces);
    return;
  }
  switch (value.kind) {
    case "list":
      writeAll(value.view(), pieces);
      return;
    case "set":
      writeAll(value.values(), pieces);
      return;
    case "dict":
      writeDict(value, pieces);
      return;
    case "struct":
      writeEntries(value.fields(), pieces);
      return;
    case "float":
      pieces.add(Number.isFinite(value.value) ? floatDigits(value.value) : "null");
      return;
    default:
      pieces.add(plain(value));
  }
}

function writeScalar(value: null | boolean | number | bigint | string, pieces: Pieces): void {
  if (typeof value !== "string" || special.test(value)) {
    pieces.add(scalar(value));
    return;
  }
  pieces.add('"');
  pieces.add(value);
  pieces.add('"');
}

type Plain = Exclude<ObjectValue, { readonly kind: "list" | "set" | "dict" | "struct" | "float" }>;

function plain(value: Plain): string {
  switch (value.kind) {
    case "bytes":
      return `{"${bytesTag}":"${encodeBase64(value.bytes)}"}`;
    case "range":
      return quoteJson(show(value));
    case "pair":
    case "duration":
    case "enum":
    case "closure":
    case "struct-type":
    case "builtin":
    case "iter":
    case "handle":
      return "null";
    default:
      return unreachable(value);
  }
}

function writeAll(values: readonly Value[], pieces: Pieces): void {
  for (let at = 0; at < values.length; at++) {
    pieces.add(at === 0 ? "[" : ",");
    write(values[at] as Value, pieces);
    pieces.settle();
  }
  pieces.add(values.length === 0 ? "[]" : "]");
}

function writeDict(dict: DictValue, pieces: Pieces): void {
  const { shape, slots } = dict;
  if (shape === undefined) writeEntries(dict.entries(), pieces);
  else writeSlots(layoutOf(shape), slots, pieces);
}

/** How the dicts of one shape are written: what stands before each value, and where the value is. */
interface Layout {
  /** `{"a":`, then `,"b":` and so on, in the order of the keys. */
  readonly prefixes: readonly string[];
  readonly slots: readonly number[];
}

const layouts = new WeakMap<Shape, Layout>();

function layoutOf(shape: Shape): Layout {
  const known = layouts.get(shape);
  if (known !== undefined) return known;
  const layout = {
    prefixes: shape.sorted.map((key, at) => `${at === 0 ? "{" : ","}${quoteJson(key)}:`),
    slots: shape.sorted.map((key) => shape.indexOf(key)),
  };
  layouts.set(shape, layout);
  return layout;
}

function writeSlots({ prefixes, slots }: Layout, values: readonly Value[], pieces: Pieces): void {
  for (let at = 0; at < prefixes.length; at++) {
    pieces.add(prefixes[at] as string);
    write(values[slots[at] as number] as Value, pieces);
  }
  pieces.add(prefixes.length === 0 ? "{}" : "}");
}

function writeEntries(entries: Iterable<readonly [string, Value]>, pieces: Pieces): void {
  let isFirst = true;
  for (const [key, value] of entries) {
    pieces.add(`${isFirst ? "{" : ","}${quoteJson(key)}:`);
    write(value, pieces);
    pieces.settle();
    isFirst = false;
  }
  pieces.add(isFirst ? "{}" : "}");
}

/**
 * Text for people: unlike the compact form it loses nothing that can be shown. Floats are told from ints, and kinds that
 * JSON does not have stand as their display text.
 */
class PrettyPrinter {
  readonly #indent: number;

  constructor(indent: number) {
    this.#indent = indent;
  }

  text(value: Value, depth: number): string {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value !== "object" || value === null) return compact(value);
    switch (value.kind) {
      case "list":
        return this.#block(
          "[",
          "]",
          depth,
          value.view().map((item) => this.text(item, depth + 1)),
        );
      case "set":
        return this.#block(
          "[",
          "]",
          depth,
          value.values().map((item) => this.text(item, depth + 1)),
        );
      case "dict":
        return this.#object([...value.entries()], depth);
      case "struct":
        return this.#object(value.fields(), depth);
      case "float":
        return Number.isFinite(value.value) ? scientificDigits(value.value).replace(/e(?=[0-9])/, "e+") : "null";
      case "bytes":
        return this.#block("{", "}", depth, [`"${bytesTag}": "${encodeBase64(value.bytes)}"`]);
      default:
        return JSON.stringify(show(value));
    }
  }

  #object(entries: readonly (readonly [string, Value])[], depth: number): string {
    const lines = entries.map(([key, value]) => `${JSON.stringify(key)}: ${this.text(value, depth + 1)}`);
    return this.#block("{", "}", depth, lines);
  }

  #block(open: string, close: string, depth: number, lines: readonly string[]): string {
    if (lines.length === 0) return open + close;
    const inner = " ".repeat(this.#indent * (depth + 1));
    return `${open}\n${lines.map((line) => inner + line).join(",\n")}\n${" ".repeat(this.#indent * depth)}${close}`;
  }
}

const special = /["\\\u0000-\u001f\u007f-\u009f]/;
const allSpecial = /["\\\u0000-\u001f\u007f-\u009f]/g;
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** The text between quotes, with quotes, backslashes and control characters escaped. */
export function quoteJson(text: string): string {
  return special.test(text) ? `"${text.replace(allSpecial, escapeOne)}"` : `"${text}"`;
}

function escapeOne(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
