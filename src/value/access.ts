import { handOut } from "./collection.ts";
import { show } from "./display.ts";
import { equal, setHolds } from "./equality.ts";
import { typeName } from "./kind.ts";
import { ListValue } from "./list.ts";
import { type Raise, runtimeError, typeError } from "./raise.ts";
import type { RangeValue } from "./range.ts";
import { scalarAt, scalarLength, scalarSlice } from "./text.ts";
import { isInt, isObject, type Value } from "./value.ts";

/**
 * Reading parts of values. What is read is marked shared (C1), since it may be kept; `peek…` leaves it unmarked, for a
 * reader that only reads further or uses the part at once.
 */

export function getProperty(value: Value, name: string): Value {
  return handOut(peekProperty(value, name));
}

/** `x?.name`: nil where `x` is nil or of a kind without properties. */
export function getPropertyOptional(value: Value, name: string): Value {
  return handOut(propertyOf(value, name) ?? null);
}

export function peekProperty(value: Value, name: string): Value {
  const found = propertyOf(value, name);
  if (found === undefined) throw noProperty(value, name);
  return found;
}

/** `undefined` when the kind has no properties, or a pair not this one. */
function propertyOf(value: Value, name: string): Value | undefined {
  if (typeof value === "string") return textProperty(value, name);
  if (!isObject(value)) return undefined;
  switch (value.kind) {
    case "dict":
    case "struct":
      return value.get(name) ?? null;
    case "list":
      return listProperty(value, name);
    case "enum":
      return name === "variant" ? value.variant : name === "fields" ? new ListValue([...value.fields]) : null;
    case "pair":
      return name === "first" ? value.first : name === "second" ? value.second : undefined;
    case "handle":
      return value.property(name);
    default:
      return undefined;
  }
}

function textProperty(text: string, name: string): Value {
  if (name === "count") return scalarLength(text);
  return name === "empty" ? text === "" : null;
}

function listProperty(list: ListValue, name: string): Value {
  switch (name) {
    case "count":
      return list.size;
    case "empty":
      return list.size === 0;
    case "first":
      return list.at(0) ?? null;
    case "last":
      return list.at(list.size - 1) ?? null;
    default:
      return null;
  }
}

function noProperty(value: Value, name: string): Raise {
  const cannot = `cannot access property \`${name}\` on ${typeName(value)}`;
  if (value === null) {
    return typeError(
      `${cannot} — use \`?.${name}\` for optional access, or narrow with a \`!= nil\` guard before reading fields`,
    );
  }
  if (isObject(value) && value.kind === "pair") return typeError(`${cannot} (expected \`first\` or \`second\`)`);
  if (isObject(value) && value.kind === "handle" && value.memberNames().length > 0) {
    const members = value.memberNames().map((member) => `\`${member}\``);
    return typeError(`${cannot} — ${typeName(value)} exposes ${members.join(", ")}`);
  }
  return typeError(`${cannot} — only dicts, structs, lists, strings, and pairs support property access`);
}

export function getIndex(value: Value, index: Value): Value {
  return handOut(peekIndex(value, index));
}

/** `x?[i]`: nil where `x` is nil. */
export function getIndexOptional(value: Value, index: Value): Value {
  return value === null ? null : getIndex(value, index);
}

export function peekIndex(value: Value, index: Value): Value {
  if (value instanceof ListValue) {
    if (!isInt(index)) throw cannotIndex(value, index);
    const at = Number(index);
    return value.at(at < 0 ? at + value.size : at) ?? null;
  }
  if (typeof value === "string") {
    if (!isInt(index)) throw cannotIndex(value, index);
    const at = Number(index);
    return scalarAt(value, at < 0 ? at + scalarLength(value) : at) ?? null;
  }
  if (isObject(value)) {
    if (value.kind === "dict") return value.get(typeof index === "string" ? index : show(index)) ?? null;
    if (value.kind === "range" && isInt(index)) return rangeAt(value, Number(index));
  }
  throw cannotIndex(value, index);
}

function rangeAt(range: RangeValue, index: number): Value {
  const at = index < 0 ? index + range.size : index;
  if (at >= 0 && at < range.size) return range.start + at;
  throw runtimeError(`range index out of range: index ${index} for range of length ${range.size}`);
}

export function cannotIndex(value: Value, index: Value): Raise {
  return typeError(`cannot index into ${typeName(value)} with ${typeName(index)}`);
}

/** `x[start:end]`; nil for an absent bound. */
export function slice(value: Value, start: Value, end: Value): Value {
  if (typeof value === "string") {
    const length = scalarLength(value);
    return scalarSlice(value, bound("start", start, 0, length), bound("end", end, length, length));
  }
  if (value instanceof ListValue) {
    return sliceList(value, bound("start", start, 0, value.size), bound("end", end, value.size, value.size));
  }
  throw typeError(`cannot slice ${typeName(value)}`);
}

/** The elements in `start <= index < end`, for bounds within the list. */
export function sliceList(list: ListValue, start: number, end: number): ListValue {
  const items = list.items.slice(start, Math.max(start, end));
  if (!list.shared) items.forEach(handOut);
  return new ListValue(items);
}

function bound(which: string, value: Value, absent: number, length: number): number {
  if (value === null) return absent;
  if (!isInt(value)) throw typeError(`slice ${which} must be an integer, got ${typeName(value)}`);
  const at = Number(value);
  return at < 0 ? Math.max(0, length + at) : Math.min(at, length);
}

/** `value in container`. */
export function contains(container: Value, value: Value): boolean {
  if (typeof container === "string") return container.includes(show(value));
  if (!isObject(container)) return false;
  switch (container.kind) {
    case "list":
      return listHolds(container, value);
    case "dict":
      return container.has(show(value));
    case "set":
      return setHolds(container, value);
    case "range":
      return isInt(value) && rangeHolds(container, Number(value));
    default:
      return false;
  }
}

function listHolds(list: ListValue, value: Value): boolean {
  for (let at = 0; at < list.size; at++) if (equal(list.items[at] as Value, value)) return true;
  return false;
}

export function rangeHolds(range: RangeValue, value: number): boolean {
  return value >= range.start && (range.isExclusive ? value < range.end : value <= range.end);
}
