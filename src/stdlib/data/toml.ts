import { parse, TomlDate, TomlError, type TomlTable, type TomlValue } from "smol-toml";
import {
  DictValue,
  FloatValue,
  floatDigits,
  ListValue,
  maxInt,
  minInt,
  quoteJson,
  type Raise,
  thrown,
  type Value,
  wrapInt,
} from "../../value/index.ts";
import { type PlainData, plainDataOf } from "./plain-data.ts";

/** The value of a TOML document. Dates and times are texts. */
export function readToml(text: string): Value {
  try {
    return dict(parse(text, { integersAsBigInt: true }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw thrown(`TOML parse error: ${reason} at line ${error.line} column ${error.column}`);
  }
}

function dict(table: TomlTable): DictValue {
  return new DictValue(new Map(Object.entries(table).map(([key, value]) => [key, tomlValue(value)])));
}

function tomlValue(value: TomlValue): Value {
  if (typeof value === "bigint") return int(value);
  if (typeof value === "number") return new FloatValue(value);
  if (typeof value !== "object") return value;
  if (value instanceof TomlDate) return value.toISOString().replace(/\.000(?=Z|[+-]|$)/, "");
  return Array.isArray(value) ? new ListValue(value.map(tomlValue)) : dict(value);
}

function int(value: bigint): Value {
  if (value > maxInt || value < minInt) throw thrown(`TOML parse error: integer ${value} does not fit 64 bits`);
  return wrapInt(value);
}

/** TOML of a dict: plain entries first, then a section for each table. */
export function writeToml(value: Value): string {
  const data = plainDataOf(value);
  if (data.kind !== "dict") throw unsupported(data);
  const sections: string[] = [];
  writeTable(data, [], "", sections);
  return sections.join("\n");
}

type Table = Extract<PlainData, { readonly kind: "dict" }>;

/** `header` stands above the plain entries: nothing, `[path]` or `[[path]]`. */
function writeTable(table: Table, path: readonly string[], header: string, sections: string[]): void {
  const entries = table.entries.map(([key, value]) => [key, plainDataOf(value)] as const);
  const lines = entries
    .filter(([, data]) => !isSection(data))
    .map(([key, data]) => `${keyText(key)} = ${inline(data)}\n`);
  const inner = entries.filter(([, data]) => isSection(data));
  // A table of nothing but tables needs no section of its own, unless it is an element of a list.
  if (lines.length > 0 || (header !== "" && (inner.length === 0 || header.startsWith("[[")))) {
    sections.push(`${header === "" ? "" : `${header}\n`}${lines.join("")}`);
  }
  for (const [key, data] of inner) writeSections(data, [...path, keyText(key)], sections);
}

function writeSections(data: PlainData, path: readonly string[], sections: string[]): void {
  if (data.kind === "dict") writeTable(data, path, `[${path.join(".")}]`, sections);
  else if (data.kind === "list") {
    for (const item of data.items) writeTable(plainDataOf(item) as Table, path, `[[${path.join(".")}]]`, sections);
  }
}

/** A table, or a list of nothing but tables. */
function isSection(data: PlainData): boolean {
  if (data.kind === "dict") return true;
  return data.kind === "list" && data.items.length > 0 && data.items.every((item) => plainDataOf(item).kind === "dict");
}

function inline(data: PlainData): string {
  switch (data.kind) {
    case "dict":
      return `{ ${data.entries.map(([key, value]) => `${keyText(key)} = ${inline(plainDataOf(value))}`).join(", ")} }`;
    case "list":
      return `[${data.items.map((item) => inline(plainDataOf(item))).join(", ")}]`;
    case "float":
      return floatText(data.value);
    case "scalar":
      if (data.value === null) throw unsupported(data);
      return typeof data.value === "string" ? text(data.value) : String(data.value);
  }
}

/** The formatter's own words for what has no place in a document. */
function unsupported(data: PlainData): Raise {
  return thrown(`toml_stringify: unsupported ${typeWord(data)} type`);
}

function typeWord(data: PlainData): string {
  if (data.kind === "list") return "array";
  if (data.kind === "float") return "f64";
  if (data.kind === "dict") return "table";
  if (data.value === null) return "unit";
  return typeof data.value === "string" ? "str" : typeof data.value === "boolean" ? "bool" : "i64";
}

/** Between the quotes that need the least escaping. */
function text(value: string): string {
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value) || (value.includes("\t") && value.includes("\n")))
    return quoteJson(value);
  if (value.includes("\n")) return `"""\n${value.replace(/[\\"]/g, "\\$&")}"""`;
  return /["\\]/.test(value) && !value.includes("'") ? `'${value}'` : quoteJson(value);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const digits = floatDigits(value);
  return Number.isInteger(value) ? `${digits}.0` : digits;
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoteJson(key);
}
