import type { Value } from "./value.ts";

/** Falsy are `nil false 0 0.0 -0.0 "" b"" [] {} set() 0ms`; NaN and everything else is truthy. */
export function truthy(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  if (value === null) return false;
  if (typeof value === "bigint") return true;
  switch (value.kind) {
    case "float":
      return value.value !== 0;
    case "list":
    case "dict":
    case "set":
      return value.size > 0;
    case "bytes":
      return value.bytes.length > 0;
    case "duration":
      return value.milliseconds !== 0;
    default:
      return true;
  }
}
