import { unreachable } from "../text/index.ts";
import { encodeBase64 } from "./base64.ts";
import type { DictValue } from "./dict.ts";
import { show } from "./display.ts";
import { floatDigits, scientificDigits } from "./float-text.ts";
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
  if (typeof value === "string") return quoteJson(value);
  if (value === null) return "null";
  if (typeof value !== "object") return String(value);
  switch (value.kind) {
    case "list":
      return `[${joined(value.view())}]`;
    case "set":
      return `[${joined(value.values())}]`;
    case "dict":
      return compactDict(value);
    case "struct":
      return `{${joinedEntries(value.fields())}}`;
    case "float":
      return Number.isFinite(value.value) ? floatDigits(value.value) : "null";
    default:
      return plain(value);
  }
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

function joined(values: readonly Value[]): string {
  let text = "";
  for (let at = 0; at < values.length; at++)
    text += at === 0 ? compact(values[at] as Value) : `,${compact(values[at] as Value)}`;
  return text;
}

function compactDict(dict: DictValue): string {
  let text = "{";
  for (const key of dict.keys())
    text += `${text === "{" ? "" : ","}${quoteJson(key)}:${compact(dict.get(key) as Value)}`;
  return `${text}}`;
}

function joinedEntries(entries: Iterable<readonly [string, Value]>): string {
  let text = "";
  for (const [key, value] of entries) text += `${text === "" ? "" : ","}${quoteJson(key)}:${compact(value)}`;
  return text;
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
