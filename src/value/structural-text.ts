import { show, toHex } from "./display.ts";
import { typeName } from "./kind.ts";
import type { Value } from "./value.ts";

/**
 * A text that is the same for structurally equal values. `hash_value` is a number made of it, which programs may have
 * stored, so its form is fixed: a letter for the kind, texts behind their length in bytes, sets in order.
 */
export function structuralText(value: Value): string {
  if (value === null) return "N";
  if (typeof value === "boolean") return value ? "T" : "F";
  if (typeof value === "string") return `s${measured(value)}`;
  if (typeof value !== "object") return `i${value};`;
  switch (value.kind) {
    case "float":
      return `f${floatBits(value.value)};`;
    case "bytes":
      return `b${toHex(value.bytes)};`;
    case "duration":
      return `d${value.milliseconds};`;
    case "list":
      return `L${value
        .view()
        .map((item) => `${structuralText(item)},`)
        .join("")}]`;
    case "dict":
      return `D${[...value.entries()].map(([key, item]) => `${measured(key)}=${structuralText(item)},`).join("")}}`;
    case "set":
      return `S${value
        .values()
        .map(structuralText)
        .sort()
        .map((item) => `${item},`)
        .join("")}}`;
    default:
      return `o${measured(typeName(value))}${measured(show(value))}`;
  }
}

function measured(text: string): string {
  return `${new TextEncoder().encode(text).length}:${text}`;
}

/** Both zeros are equal, and so have the same text. */
function floatBits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  return String(view.getBigUint64(0));
}
