import { encodeJson, isJsonArray, isJsonObject, type Json } from "../../eventlog/index.ts";
import { field, textField } from "../unsettled/json-fields.ts";
import { matchesGlob } from "./glob.ts";

/** Whether a pattern is found in a text; undefined for a pattern that is none. */
export type RegexMatcher = (pattern: string, text: string) => boolean | undefined;

/**
 * Whether a hook wants to see this payload. A pattern is a glob for the payload's `target`, a comparison of the value at a
 * dotted path (`a.b == 'x'`, `!=`, `=~` for a regular expression), a dotted path that must lead to something, or a glob for
 * the tool's name.
 */
export function matchesPayload(pattern: string, payload: Json, matchesRegex: RegexMatcher): boolean {
  const wanted = pattern.trim();
  if (wanted === "" || wanted === "*") return true;
  const target = textField(payload, "target");
  if (target !== undefined && matchesGlob(wanted, target)) return true;
  for (const operator of ["=~", "==", "!="] as const) {
    const at = wanted.indexOf(operator);
    if (at < 0) continue;
    const found = textAt(payload, wanted.slice(0, at).trim());
    const operand = unquoted(wanted.slice(at + operator.length).trim());
    return compare(operator, found, operand, matchesRegex);
  }
  if (wanted.includes(".")) return holds(valueAt(payload, wanted));
  return matchesGlob(wanted, textField(field(payload, "tool"), "name") ?? "");
}

function compare(operator: "=~" | "==" | "!=", text: string, operand: string, matchesRegex: RegexMatcher): boolean {
  switch (operator) {
    case "=~":
      return matchesRegex(operand, text) ?? false;
    case "==":
      return text === operand;
    case "!=":
      return text !== operand;
  }
}

function valueAt(payload: Json, path: string): Json | undefined {
  return path.split(".").reduce<Json | undefined>((value, key) => {
    if (isJsonArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
    return field(value, key);
  }, payload);
}

function textAt(payload: Json, path: string): string {
  const value = valueAt(payload, path);
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : encodeJson(value);
}

function unquoted(text: string): string {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  return quoted?.[2] ?? text;
}

/** Empty things and zero do not count. */
function holds(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return false;
  if (isJsonArray(value)) return value.length > 0;
  return !isJsonObject(value) || Object.keys(value).length > 0;
}
