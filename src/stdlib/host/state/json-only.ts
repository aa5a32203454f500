import { DictValue, isObject, ListValue, type Value } from "../../../value/index.ts";

/** What comes back after a round trip through JSON: what has no form there is nil. Copies, so that nobody else can write into it. */
export function jsonOnly(value: Value): Value {
  if (!isObject(value)) return value;
  switch (value.kind) {
    case "float":
      return Number.isFinite(value.value) ? value : null;
    case "list":
      return new ListValue(value.view().map(jsonOnly));
    case "dict":
      return new DictValue(new Map([...value.entries()].map(([key, item]) => [key, jsonOnly(item)])));
    default:
      return null;
  }
}
