import { unreachable } from "../text/index.ts";
import type { DictValue } from "./dict.ts";
import { showFloat } from "./float-text.ts";
import type { ObjectValue, Value } from "./value.ts";

/** The display form of a value: what printing, interpolation and dict keys use. Strings stand raw, also inside collections. */
export function show(value: Value): string {
  if (typeof value === "string") return value;
  if (value === null) return "nil";
  return typeof value === "object" ? showObject(value) : String(value);
}

function showObject(value: ObjectValue): string {
  switch (value.kind) {
    case "float":
      return showFloat(value.value);
    case "list":
      return `[${joined(value.view())}]`;
    case "dict":
      return showDict(value);
    case "set":
      return `set(${joined(value.values())})`;
    case "range":
      return `${value.start} to ${value.end}${value.isExclusive ? " exclusive" : ""}`;
    case "pair":
      return `(${show(value.first)}, ${show(value.second)})`;
    case "duration":
      return showDuration(value.milliseconds);
    case "bytes":
      return showBytes(value.bytes);
    case "struct":
      return `${value.type.name} {${shownEntries(value.fields())}}`;
    case "enum":
      return `${value.enumName}.${value.variant}${value.fields.length === 0 ? "" : `(${joined(value.fields)})`}`;
    case "closure":
      return `<fn(${value.code.params.map((param) => param.name).join(", ")})>`;
    case "struct-type":
      // A struct's constructor takes one dict, and is shown as the closure it stands for.
      return "<fn(__fields)>";
    case "builtin":
      return value.isBound ? "<fn(...)>" : `<builtin ${value.name}>`;
    case "iter":
      return value.exhausted ? "<iter (exhausted)>" : "<iter>";
    case "handle":
      return value.show();
    default:
      return unreachable(value);
  }
}

function joined(values: readonly Value[]): string {
  let text = "";
  for (let at = 0; at < values.length; at++)
    text += at === 0 ? show(values[at] as Value) : `, ${show(values[at] as Value)}`;
  return text;
}

function showDict(dict: DictValue): string {
  let text = "{";
  for (const key of dict.keys()) text += `${text === "{" ? "" : ", "}${key}: ${show(dict.get(key) as Value)}`;
  return `${text}}`;
}

function shownEntries(entries: Iterable<readonly [string, Value]>): string {
  let text = "";
  for (const [key, value] of entries) text += `${text === "" ? "" : ", "}${key}: ${show(value)}`;
  return text;
}

const durationUnits = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** In the largest unit that divides it: `1m`, `90s`, `0ms`. */
export function showDuration(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  const sign = milliseconds < 0 ? "-" : "";
  for (const [unit, size] of durationUnits) {
    if (length >= size && length % size === 0) return `${sign}${length / size}${unit}`;
  }
  return `${sign}${length}ms`;
}

const shownBytes = 32;

function showBytes(bytes: Uint8Array): string {
  const rest = bytes.length - shownBytes;
  return `b"${toHex(bytes.subarray(0, shownBytes))}${rest > 0 ? `...+${rest}` : ""}"`;
}

/** Two lower-case digits a byte. */
const hexPairs: readonly string[] = Array.from({ length: 256 }, (_none, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexPairs[byte];
  return text;
}
