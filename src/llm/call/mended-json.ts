import type { DictValue, Value } from "../../value/index.ts";
import { dictAt, isDict, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import { embeddedJson } from "./json-answer.ts";

/** Data out of a text with small slips: mended as JSON, and its texts turned into what the schema wants there. */
export function mendedData(text: string, schema: DictValue): Value | undefined {
  const whole = tryParseJson(text.trim());
  const part = whole === undefined ? embeddedJson(text) : undefined;
  const mended = whole ?? tryParseJson(mendJson(part ?? text));
  return mended === undefined ? undefined : coerceToSchema(mended, schema);
}

/** Slips that models make in otherwise good JSON: commas before a closing bracket, and typographic quotes. */
function mendJson(text: string): string {
  return text
    .trim()
    .replace(/,(\s*[}\]])/g, "$1")
    .replace(/[\u201c\u201d]/g, '"');
}

/** Numbers and truth values that were written as texts, where the schema wants them. */
function coerceToSchema(data: Value, schema: DictValue): Value {
  if (!isDict(data)) return data;
  const coerced = data.copy();
  for (const [name, property] of dictAt(schema, "properties")?.entries() ?? []) {
    const value = data.get(name);
    if (!isDict(property) || value === undefined) continue;
    if (isDict(value)) coerced.setInPlace(name, coerceToSchema(value, property));
    if (typeof value !== "string") continue;
    const parsed = tryParseJson(value.trim());
    const wanted = textAt(property, "type");
    if (parsed !== undefined && (wanted === "integer" || wanted === "number" || wanted === "boolean"))
      coerced.setInPlace(name, parsed);
  }
  return coerced;
}
