import {
  ListValue,
  RangeValue,
  scalarAt,
  scalarLength,
  scalars,
  show,
  stringifyJson,
  typeName,
  type Value,
} from "../../../value/index.ts";

/** The text that a value stands for in a template: nil is nothing. */
export function templateText(value: Value): string {
  return value === null ? "" : show(value);
}

/** As in programs, but blank texts are false too. */
export function isTruthy(value: Value): boolean {
  if (value === null || value === false || value === 0) return false;
  if (typeof value === "string") return value.trim() !== "";
  if (typeof value !== "object") return true;
  switch (value.kind) {
    case "float":
      return value.value !== 0;
    case "list":
    case "dict":
    case "set":
      return value.size > 0;
    default:
      return true;
  }
}

interface Filter {
  readonly least: number;
  readonly most: number;
  /** A fault is an `Error` with its message. */
  readonly apply: (value: Value, args: readonly Value[]) => Value;
}

function filter(least: number, apply: Filter["apply"], most = least): Filter {
  return { least, most, apply };
}

function items(value: Value): readonly Value[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value.kind === "list") return value.view();
  return value.kind === "set" ? value.values() : undefined;
}

function capitalize(text: string): string {
  const [first = "", ...rest] = scalars(text);
  return first.toUpperCase() + rest.join("").toLowerCase();
}

function lengthOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "string") return scalarLength(value);
  if (typeof value === "object") {
    if (value.kind === "list" || value.kind === "set" || value.kind === "dict") return value.size;
    if (value instanceof RangeValue) return rangeLength(value);
  }
  throw new Error(`\`length\` not defined for ${typeName(value)}`);
}

export function rangeLength(range: RangeValue): number {
  return Math.max(0, Number(range.end) - Number(range.start) + (range.isExclusive ? 0 : 1));
}

function indent(value: Value, [width = null, indentsFirst = null]: readonly Value[]): string {
  if (typeof width !== "number") throw new Error("`indent` requires an integer width");
  const margin = " ".repeat(Math.max(0, width));
  return templateText(value)
    .split("\n")
    .map((line, index) => (line === "" || (index === 0 && !isTruthy(indentsFirst)) ? line : margin + line))
    .join("\n");
}

function join(value: Value, [separator = null]: readonly Value[]): Value {
  if (typeof value === "string") return value;
  const parts = items(value);
  if (parts === undefined) throw new Error(`\`join\` requires a list (got ${typeName(value)})`);
  return parts.map(templateText).join(templateText(separator));
}

export const filters: ReadonlyMap<string, Filter> = new Map([
  ["upper", filter(0, (value) => templateText(value).toUpperCase())],
  ["lower", filter(0, (value) => templateText(value).toLowerCase())],
  ["trim", filter(0, (value) => templateText(value).trim())],
  ["capitalize", filter(0, (value) => capitalize(templateText(value)))],
  ["title", filter(0, (value) => templateText(value).replace(/\S+/gu, capitalize))],
  ["length", filter(0, lengthOf)],
  [
    "first",
    filter(0, (value) => (typeof value === "string" ? (scalarAt(value, 0) ?? null) : (items(value)?.[0] ?? null))),
  ],
  [
    "last",
    filter(0, (value) =>
      typeof value === "string" ? (scalars(value).at(-1) ?? null) : (items(value)?.at(-1) ?? null),
    ),
  ],
  ["reverse", filter(0, reverse)],
  ["join", filter(1, join)],
  ["default", filter(1, (value, [fallback = null]) => (isTruthy(value) ? value : fallback))],
  ["json", filter(0, (value, [isPretty = null]) => stringifyJson(value, isTruthy(isPretty) ? 2 : 0), 1)],
  ["indent", filter(1, indent, 2)],
  ["lines", filter(0, (value) => new ListValue(templateText(value).split("\n")))],
  ["escape_md", filter(0, (value) => templateText(value).replace(/[\\`*_{}[\]()#+\-.!|<>]/g, "\\$&"))],
  [
    "replace",
    filter(2, (value, [from = null, to = null]) =>
      templateText(value).replaceAll(templateText(from), () => templateText(to)),
    ),
  ],
]);

function reverse(value: Value): Value {
  if (typeof value === "string") return [...scalars(value)].reverse().join("");
  return typeof value === "object" && value?.kind === "list" ? new ListValue(value.toArray().reverse()) : value;
}
