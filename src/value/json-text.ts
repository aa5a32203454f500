import { unreachable } from "../text/index.ts";
import { encodeBase64 } from "./base64.ts";
import type { DictValue } from "./dict.ts";
import { show } from "./display.ts";
import { floatDigits, scientificDigits } from "./float-text.ts";
import { isPlain, JsonBytes } from "./json-bytes.ts";
import { quoteJson } from "./json-quote.ts";
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
  const json = new JsonBytes();
  write(value, json);
  return json.text();
}

function scalar(value: null | boolean | number | bigint | string): string {
  return typeof value === "string" ? quoteJson(value) : String(value);
}

function write(value: Value, json: JsonBytes): void {
  if (typeof value !== "object" || value === null) {
    writeScalar(value, json);
    return;
  }
  switch (value.kind) {
    case "list":
      writeAll(value.view(), json);
      return;
    case "set":
      writeAll(value.values(), json);
      return;
    case "dict":
      writeDict(value, json);
      return;
    case "struct":
      writeEntries(value.fields(), json);
      return;
    case "float":
      json.add(Number.isFinite(value.value) ? floatDigits(value.value) : "null");
      return;
    default:
      json.addText(plain(value));
  }
}

function writeScalar(value: null | boolean | number | bigint | string, json: JsonBytes): void {
  if (typeof value === "string") json.addQuoted(value);
  else json.add(String(value));
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

function writeAll(values: readonly Value[], json: JsonBytes): void {
  for (let at = 0; at < values.length; at++) {
    json.add(at === 0 ? "[" : ",");
    write(values[at] as Value, json);
  }
  json.add(values.length === 0 ? "[]" : "]");
}

function writeDict(dict: DictValue, json: JsonBytes): void {
  const { shape, slots } = dict;
  if (shape === undefined) writeEntries(dict.entries(), json);
  else writeSlots(layoutOf(shape), slots, json);
}

/** How the dicts of one shape are written: what stands before each value, and where the value is. */
interface Layout {
  /** `{"a":`, then `,"b":` and so on, in the order of the keys. */
  readonly prefixes: readonly string[];
  readonly slots: readonly number[];
  readonly isPlain: boolean;
}

const layouts = new WeakMap<Shape, Layout>();

function layoutOf(shape: Shape): Layout {
  const known = layouts.get(shape);
  if (known !== undefined) return known;
  const prefixes = shape.sorted.map((key, at) => `${at === 0 ? "{" : ","}${quoteJson(key)}:`);
  const slots = shape.sorted.map((key) => shape.indexOf(key));
  const layout = { prefixes, slots, isPlain: prefixes.every(isPlain) };
  layouts.set(shape, layout);
  return layout;
}

function writeSlots({ isPlain, prefixes, slots }: Layout, values: readonly Value[], json: JsonBytes): void {
  for (let at = 0; at < prefixes.length; at++) {
    if (isPlain) json.add(prefixes[at] as string);
    else json.addText(prefixes[at] as string);
    write(values[slots[at] as number] as Value, json);
  }
  json.add(prefixes.length === 0 ? "{}" : "}");
}

function writeEntries(entries: Iterable<readonly [string, Value]>, json: JsonBytes): void {
  let isFirst = true;
  for (const [key, value] of entries) {
    json.add(isFirst ? "{" : ",");
    json.addQuoted(key);
    json.add(":");
    write(value, json);
    isFirst = false;
  }
  json.add(isFirst ? "{}" : "}");
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
