import { compareText, FloatValue } from "../value/index.ts";
import { formatFloat } from "./json-number.ts";

/**
 * JSON as logs and records hold it. An integral `number` is an integer; a whole float that must be written `2.0` is a
 * `FloatValue`; integers beyond 2^53 are `bigint`. Properties that are `undefined` are left out.
 */
export type Json = null | boolean | number | bigint | string | FloatValue | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** JSON that is already text: compact, with keys sorted at every level. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !(json instanceof FloatValue);
}

export function isJsonArray(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

/** A number of either spelling as a JavaScript number. */
export function jsonNumber(json: Json | undefined): number | undefined {
  if (typeof json === "number") return json;
  if (json instanceof FloatValue) return json.value;
  return typeof json === "bigint" ? Number(json) : undefined;
}

/** Compact text with keys in code point order at every level, the one spelling that hashes and wire formats use. */
export function encodeJson(json: Json): string {
  switch (typeof json) {
    case "string":
      return JSON.stringify(json);
    case "number":
      return encodeNumber(json);
    case "boolean":
      return json ? "true" : "false";
    case "bigint":
      return json.toString();
    default:
      return json === null ? "null" : encodeCompound(json);
  }
}

function encodeCompound(json: FloatValue | readonly Json[] | JsonObject): string {
  if (json instanceof FloatValue) return formatFloat(json.value);
  if (isJsonArray(json)) return json.length === 0 ? "[]" : `[${json.map(encodeJson).join(",")}]`;
  const keys = Object.keys(json);
  if (keys.length > 1 && !isAscending(keys)) keys.sort();
  let text = "";
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string;
    const name = memberNames.get(key);
    // Not met before: it may have to stand elsewhere.
    if (name === undefined) return encodeAnyKeys(json);
    const item = json[key];
    if (item === undefined) continue;
    text += (text === "" ? "" : ",") + name + encodeJson(item);
  }
  return `{${text}}`;
}

function encodeAnyKeys(json: JsonObject): string {
  let text = "";
  for (const key of sortedKeys(json)) {
    const item = json[key];
    if (item !== undefined) text += (text === "" ? "" : ",") + memberName(key) + encodeJson(item);
  }
  return `{${text}}`;
}

/** Keys of logs and records are few and come again with every event. Only speed depends on what is kept of them. */
const memberNames = new Map<string, string>();
const memberNameLimit = 2000;
const longestKeptKey = 64;

/** `"key":` as it stands before the value of a member. */
export function memberName(key: string): string {
  const known = memberNames.get(key);
  if (known !== undefined) return known;
  const name = `${JSON.stringify(key)}:`;
  // A key that is kept needs no comparison by code point (see `sortedKeys`).
  if (key.length <= longestKeptKey && memberNames.size < memberNameLimit && !surrogate.test(key))
    memberNames.set(key, name);
  return name;
}

export function encodeNumber(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? "0" : value.toString();
  return formatFloat(value);
}

const surrogate = /[\ud800-\udfff]/;

/** The native sort orders by UTF-16 unit, which differs from code points only where surrogates are. */
export function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  if (keys.length < 2) return keys;
  if (!isAscending(keys)) keys.sort();
  return keys.some(hasSurrogate) ? keys.sort(compareText) : keys;
}

function hasSurrogate(key: string): boolean {
  return !memberNames.has(key) && surrogate.test(key);
}

/** What comes from a dict of the program is in order already, and looking is cheaper than sorting. */
function isAscending(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at++) if ((keys[at - 1] as string) > (keys[at] as string)) return false;
  return true;
}

/** What stands there, for error texts: `string "a"`, `map`. */
export function describeJson(json: Json): string {
  if (json === null) return "null";
  if (json instanceof FloatValue) return `floating point \`${formatFloat(json.value)}\``;
  switch (typeof json) {
    case "string":
      return `string ${JSON.stringify(json)}`;
    case "boolean":
      return `boolean \`${json}\``;
    case "number":
    case "bigint":
      return Number.isInteger(Number(json)) ? `integer \`${json}\`` : `floating point \`${json}\``;
    default:
      return isJsonArray(json) ? "sequence" : "map";
  }
}
