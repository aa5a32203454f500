import { encodeJson, isJsonArray, isJsonObject, type Json, sortedKeys } from "../../eventlog/index.ts";
import { join, place } from "./codec.ts";

/**
 * The column, in bytes, at which the value at a path is refused in its JSON text on one line: where a list or an object begins,
 * where anything else ends. Undefined when nothing is there.
 */
export function columnOf(json: Json, path: string): number | undefined {
  const text = textUpTo(json, "", path);
  return text === undefined ? undefined : new TextEncoder().encode(text).length;
}

function textUpTo(json: Json, here: string, path: string): string | undefined {
  if (here === path) return isJsonArray(json) || isJsonObject(json) ? "" : encodeJson(json);
  let before = "";
  for (const [label, key, item] of items(json, here)) {
    const found = textUpTo(item, key, path);
    if (found !== undefined) return (before === "" ? opening(json) : before) + label + found;
    before = `${before === "" ? opening(json) : before}${label}${encodeJson(item)},`;
  }
  return undefined;
}

function opening(json: Json): string {
  return isJsonArray(json) ? "[" : "{";
}

/** What stands before an item, the path of it, and the item. */
function items(json: Json, here: string): readonly (readonly [string, string, Json])[] {
  if (isJsonArray(json)) return json.map((item, index) => ["", place(here, index), item]);
  if (!isJsonObject(json)) return [];
  const keys = sortedKeys(json).filter((key) => json[key] !== undefined);
  return keys.map((key) => [`${JSON.stringify(key)}:`, join(here, key), json[key] ?? null]);
}
