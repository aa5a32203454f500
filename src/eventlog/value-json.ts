import {
  bytesTag,
  DictValue,
  encodeBase64,
  FloatValue,
  isObject,
  ListValue,
  quoteJson,
  readJson,
  type StructValue,
  show,
  type Value,
} from "../value/index.ts";
import { parseNatively } from "./exact-json.ts";
import { encodeJson, isJsonArray, type Json, type JsonObject, memberName } from "./json.ts";
import { formatFloat } from "./json-number.ts";

/** Integers longer than this may lie beyond 2^53, where the platform's parser rounds. */
const longNumber = /\d{16}/;

/** JSON for TypeScript readers: whole floats are plain numbers; integers beyond 2^53 keep their value as `bigint`. A `JsonError` otherwise. */
export function parsePlainJson(text: string): Json {
  if (!longNumber.test(text)) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // The exact reader below says where and why.
    }
  }
  return plainOf(parseExactJson(text));
}

/** JSON for round trips: whole floats stay `FloatValue`s, so that encoding again gives the same text. */
export function parseExactJson(text: string): Json {
  return parseNatively(text) ?? jsonOfValue(readJson(text));
}

/**
 * A program's value as JSON for logs, records and results. What JSON has no form for stands as its display text: durations,
 * sets, ranges, pairs, enums and everything with identity.
 */
export function jsonOfValue(value: Value): Json {
  if (!isObject(value)) return value;
  switch (value.kind) {
    case "float":
      return Number.isInteger(value.value) ? value : finite(value.value);
    case "list":
      return value.view().map(jsonOfValue);
    case "dict":
    case "struct":
      return objectOf(value);
    case "bytes":
      return { [bytesTag]: encodeBase64(value.bytes) };
    default:
      return show(value);
  }
}

function objectOf(value: DictValue | StructValue): Json {
  const object: Record<string, Json> = {};
  for (const key of value.keys()) {
    const item = jsonOfValue(value.get(key) as Value);
    // Assigned, this one key would not become a member.
    if (key === "__proto__") Object.defineProperty(object, key, { ...slot, value: item });
    else object[key] = item;
  }
  return object;
}

const slot = { writable: true, enumerable: true, configurable: true };

/** The text of the same: `encodeJson(jsonOfValue(value))`, without the objects between. */
export function encodeValue(value: Value): string {
  if (!isObject(value)) return encodeJson(value);
  switch (value.kind) {
    case "float":
      return formatFloat(value.value);
    case "list":
      return `[${value.view().map(encodeValue).join(",")}]`;
    case "dict":
    case "struct":
      return encodeKeyed(value);
    case "bytes":
      return `{"${bytesTag}":"${encodeBase64(value.bytes)}"}`;
    default:
      return quoteJson(show(value));
  }
}

/** Keys come in the order that the text has. */
function encodeKeyed(value: DictValue | StructValue): string {
  let text = "{";
  for (const key of value.keys())
    text += (text === "{" ? "" : ",") + memberName(key) + encodeValue(value.get(key) as Value);
  return `${text}}`;
}

function finite(value: number): Json {
  return Number.isFinite(value) ? value : null;
}

/** JSON as a program's value. */
export function valueOfJson(json: Json): Value {
  switch (typeof json) {
    case "number":
      return Number.isSafeInteger(json) ? json : new FloatValue(json);
    case "object":
      break;
    default:
      return json;
  }
  if (json === null || json instanceof FloatValue) return json;
  if (isJsonArray(json)) return new ListValue(json.map(valueOfJson));
  const dict = new DictValue();
  for (const key of Object.keys(json)) {
    const item = (json as JsonObject)[key];
    if (item !== undefined) dict.setInPlace(key, valueOfJson(item));
  }
  return dict;
}

function plainOf(json: Json): Json {
  if (json instanceof FloatValue) return json.value;
  if (isJsonArray(json)) return json.map(plainOf);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, plainOf(item ?? null)]));
}
