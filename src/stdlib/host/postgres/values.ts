import type { DatabaseParameter, DatabaseResult } from "../../../builtin/index.ts";
import {
  BytesValue,
  DictValue,
  FloatValue,
  ListValue,
  parseJson,
  stringifyJson,
  toHex,
  type Value,
  wrapInt,
} from "../../../value/index.ts";
import { decodeHex } from "../../hex.ts";
import { type ArrayElement, readArrayText, writeArrayText } from "./array-text.ts";
import { elementTypes, oid } from "./types.ts";

/**
 * A value as a parameter. Plain ones state their type; nil and lists take the one that the server expects, so that nil goes
 * into any column and a list into a column of arrays as well as of JSON.
 */
export function parameterOf(value: Value): DatabaseParameter {
  if (value === null) return { type: 0, text: null };
  switch (typeof value) {
    case "boolean":
      return { type: oid.bool, text: String(value) };
    case "number":
    case "bigint":
      return { type: oid.int8, text: String(value) };
    case "string":
      return { type: oid.text, text: value };
    default:
      break;
  }
  switch (value.kind) {
    case "float":
      return { type: oid.float8, text: String(value.value) };
    case "bytes":
      return { type: oid.bytea, text: bytesText(value) };
    case "duration":
      return { type: oid.int8, text: String(value.milliseconds) };
    case "list":
    case "set":
      return { type: 0, text: stringifyJson(value), arrayText: writeArrayText(elementsOf(value)) };
    default:
      return { type: oid.jsonb, text: stringifyJson(value) };
  }
}

function bytesText(value: BytesValue): string {
  return `\\x${toHex(value.bytes)}`;
}

function elementsOf(value: Extract<Value, { kind: "list" | "set" }>): readonly ArrayElement[] {
  return [...(value.kind === "list" ? value.view() : value.values())].map((item) =>
    typeof item === "object" && item !== null && (item.kind === "list" || item.kind === "set")
      ? elementsOf(item)
      : parameterOf(item).text,
  );
}

/** Rows as dicts by column; of two columns of one name the later one counts. */
export function rowsOf({ columns, rows }: DatabaseResult): DictValue[] {
  return rows.map((row) => {
    const entries = new Map<string, Value>();
    for (const [index, { name, type }] of columns.entries()) entries.set(name, cellValue(type, row[index] ?? null));
    return new DictValue(entries);
  });
}

/** What a cell holds: numbers, flags, JSON, bytes, times as RFC 3339, lists; everything else (`numeric` too) as exact text. */
export function cellValue(type: number, text: string | null): Value {
  if (text === null) return null;
  switch (type) {
    case oid.bool:
      return text === "t";
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.oid:
      return wrapInt(BigInt(text));
    case oid.float4:
    case oid.float8:
      return new FloatValue(Number(text));
    case oid.json:
    case oid.jsonb:
      return parseJson(text);
    case oid.bytea:
      return new BytesValue(readBytea(text));
    case oid.timestamp:
      return text.replace(" ", "T");
    case oid.timestamptz:
      return zonedTime(text);
    case oid.void:
      return null;
    default:
      return arrayValue(type, text);
  }
}

/** The server writes whole hours of an offset as `+02`. */
function zonedTime(text: string): string {
  return text
    .replace(" ", "T")
    .replace(/\+00(?::00)*$/, "Z")
    .replace(/[+-]\d\d$/, "$&:00");
}

function arrayValue(type: number, text: string): Value {
  const elementType = elementTypes.get(type);
  const elements = elementType === undefined ? undefined : readArrayText(text);
  if (elementType === undefined || elements === undefined) return text;
  const listOf = (items: readonly ArrayElement[]): ListValue =>
    new ListValue(
      items.map((item) => (item === null || typeof item === "string" ? cellValue(elementType, item) : listOf(item))),
    );
  return listOf(elements);
}

/** `\x6869`, or the older form with octal escapes, as the server is set up. */
function readBytea(text: string): Uint8Array {
  if (text.startsWith("\\x")) return decodeHex(text.slice(2));
  const bytes: number[] = [];
  for (const [piece] of text.matchAll(/\\[0-7]{3}|\\\\|[^\\]/g)) {
    if (piece.length === 4) bytes.push(Number.parseInt(piece.slice(1), 8));
    else bytes.push(piece.charCodeAt(piece.length - 1));
  }
  return Uint8Array.from(bytes);
}
