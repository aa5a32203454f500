import type { Value } from "./value.ts";

/**
 * A JavaScript map key that is the same for structurally identical values and for no others. Scalars that cannot be
 * mistaken for another kind stand for themselves; identity kinds (closures, handles) too.
 */
export function structuralKey(value: Value): unknown {
  switch (typeof value) {
    case "number":
    case "bigint":
    case "boolean":
      return value;
    case "string":
      return `s${value}`;
    default:
      return value === null ? null : objectKey(value);
  }
}

function objectKey(value: Exclude<Value, null | boolean | number | bigint | string>): unknown {
  switch (value.kind) {
    case "closure":
    case "struct-type":
    case "iter":
    case "handle":
      return value;
    default:
      return `o${describe(value)}`;
  }
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/** A number that is this object's alone. Identity kinds inside containers need text of their own. */
export function identityOf(value: object): number {
  let identity = identities.get(value);
  if (identity === undefined) identities.set(value, (identity = nextIdentity++));
  return identity;
}

function describe(value: Value): string {
  if (value === null) return "n";
  if (typeof value === "string") return `s${value.length}:${value}`;
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "number" || typeof value === "bigint") return `i${value};`;
  switch (value.kind) {
    case "float":
      return `d${Object.is(value.value, -0) ? "-0" : value.value};`;
    case "list":
      return `[${value.view().map(describe).join("")}]`;
    case "dict":
      return `{${[...value.entries()].map(([key, item]) => `${key.length}:${key}${describe(item)}`).join("")}}`;
    case "set":
      return `(${value.values().map(describe).sort().join("")})`;
    case "range":
      return `r${value.start}:${value.end}:${value.isExclusive};`;
    case "pair":
      return `p${describe(value.first)}${describe(value.second)}`;
    case "duration":
      return `m${value.milliseconds};`;
    case "bytes":
      return `b${value.bytes.length}:${value.bytes.join(",")};`;
    case "struct":
      return `S${identityOf(value.type)}{${value
        .fields()
        .map(([key, item]) => `${key.length}:${key}${describe(item)}`)
        .join("")}}`;
    case "enum":
      return `E${value.enumName}.${value.variant}[${value.fields.map(describe).join("")}]`;
    case "builtin":
      return value.isBound ? `#${identityOf(value)};` : `B${value.name};`;
    default:
      return `#${identityOf(value)};`;
  }
}
