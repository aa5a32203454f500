import type { DictValue } from "./dict.ts";
import { FloatValue } from "./float.ts";
import { containsFloat, type SetValue } from "./set.ts";
import type { ObjectValue, Value } from "./value.ts";

/** `==`: numbers by value across int and float, containers part by part, closures never. */
export function equal(a: Value, b: Value): boolean {
  if (typeof a === "object" && a !== null) {
    return typeof b === "object" && b !== null ? equalObjects(a, b) : a.kind === "float" && equalNumbers(a.value, b);
  }
  if (a === b) return true;
  return typeof b === "object" && b !== null && b.kind === "float" && equalNumbers(b.value, a);
}

function equalNumbers(float: number, int: Value): boolean {
  return typeof int === "number" ? float === int : typeof int === "bigint" && float === Number(int);
}

function equalObjects(a: ObjectValue, b: ObjectValue): boolean {
  switch (a.kind) {
    case "float":
      return b.kind === "float" && a.value === b.value;
    case "list":
      return b.kind === "list" && a.size === b.size && equalAll(a.view(), b.view());
    case "dict":
      return b.kind === "dict" && a.size === b.size && equalDicts(a, b);
    case "set":
      return b.kind === "set" && equalSets(a, b);
    case "range":
      return b.kind === "range" && a.start === b.start && a.end === b.end && a.isExclusive === b.isExclusive;
    case "pair":
      return b.kind === "pair" && equal(a.first, b.first) && equal(a.second, b.second);
    case "duration":
      return b.kind === "duration" && a.milliseconds === b.milliseconds;
    case "bytes":
      return (
        b.kind === "bytes" && a.bytes.length === b.bytes.length && a.bytes.every((byte, at) => byte === b.bytes[at])
      );
    case "struct":
      return b.kind === "struct" && equalStructs(a.type.name, a.fields(), b.type.name, b.fields());
    case "enum":
      return b.kind === "enum" && a.enumName === b.enumName && a.variant === b.variant && equalAll(a.fields, b.fields);
    case "builtin":
      return a === b || (b.kind === "builtin" && a.name === b.name && !a.isBound && !b.isBound);
    case "iter":
      return a === b;
    case "handle":
      return a.equals(b);
    case "closure":
    case "struct-type":
      return false;
  }
}

function equalAll(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    if (!equal(a[at] as Value, b[at] as Value)) return false;
  }
  return true;
}

function equalDicts(a: DictValue, b: DictValue): boolean {
  for (const key of a.keys()) {
    const other = b.get(key);
    if (other === undefined || !equal(a.get(key) as Value, other)) return false;
  }
  return true;
}

function equalEntries(
  entries: readonly (readonly [string, Value])[],
  get: (key: string) => Value | undefined,
): boolean {
  return entries.every(([key, value]) => {
    const other = get(key);
    return other !== undefined && equal(value, other);
  });
}

type Entries = readonly (readonly [string, Value])[];

function equalStructs(aName: string, a: Entries, bName: string, b: Entries): boolean {
  if (aName !== bName || a.length !== b.length) return false;
  const others = new Map(b);
  return equalEntries(a, (key) => others.get(key));
}

function equalSets(a: SetValue, b: SetValue): boolean {
  return a.size === b.size && a.values().every((member) => setHolds(b, member));
}

/**
 * Whether a member of the set is `==` to the value: what `in` and every set operation ask. The structural key answers,
 * except that floats equal ints of the same value, and NaN and closures nothing.
 */
export function setHolds(set: SetValue, value: Value): boolean {
  if (set.has(value)) return equal(value, value);
  if (typeof value === "number" || typeof value === "bigint") return set.hasFloats && holdsNumber(set, Number(value));
  if (typeof value !== "object" || value === null) return false;
  if (value.kind === "float") return Number.isInteger(value.value) && holdsNumber(set, value.value);
  return (set.hasFloats || containsFloat(value)) && scan(set, value);
}

/** Whether an int or a float of that integral value is a member; beyond 53 bits several ints equal one float. */
function holdsNumber(set: SetValue, value: number): boolean {
  if (!Number.isSafeInteger(value)) return scan(set, new FloatValue(value));
  return (
    set.has(value + 0) ||
    set.has(new FloatValue(value)) ||
    (value === 0 && (set.has(new FloatValue(0)) || set.has(new FloatValue(-0))))
  );
}

function scan(set: SetValue, value: Value): boolean {
  return set.values().some((member) => equal(member, value));
}
