import { Closure, DictValue, FloatValue, ListValue, RangeValue, StructValue } from "../../value/index.ts";
import { Cursor, cursorForms } from "../cursor.ts";
import type { Register } from "../frame.ts";

/** What a register may hold, as a set of bits. */
export const kinds = {
  /** An int of 32 bits. */
  small: 1,
  bigint: 2,
  float: 4,
  string: 8,
  bool: 16,
  nil: 32,
  list: 64,
  dict: 128,
  struct: 256,
  range: 512,
  closure: 1024,
  other: 2048,
  counter: 4096,
  array: 8192,
  pulled: 16384,
  /** An int that is a JavaScript number, of more than 32 bits. */
  wide: 32768,
  /** A text known to have no surrogates, whose units are its characters. */
  plain: 65536,
} as const;

/** Ints that are JavaScript numbers. */
export const number = kinds.small | kinds.wide;
export const text = kinds.string | kinds.plain;
export const anyValue = 4095 | kinds.wide | kinds.plain;
export const anything = 131071;
/** What can be marked as shared: lists, dicts, structs and sets. */
export const collections = kinds.list | kinds.dict | kinds.struct | kinds.other;
export const numeric = number | kinds.bigint | kinds.float;

/** Whether only texts have those kinds. */
export function isText(type: number): boolean {
  return type !== 0 && (type & ~text) === 0;
}

/** Whether only ints below 2^53 have those kinds. */
export function isNumber(type: number): boolean {
  return type !== 0 && (type & ~number) === 0;
}

export function sizeOf(value: number): number {
  return value === (value | 0) ? kinds.small : kinds.wide;
}

/** What a value is, for a form that is made for frames like this one. */
export function kindOf(value: Register): number {
  if (typeof value === "number") return sizeOf(value);
  if (typeof value === "string") return kinds.string;
  if (typeof value === "boolean") return kinds.bool;
  if (value instanceof FloatValue) return kinds.float;
  if (value instanceof ListValue) return kinds.list;
  if (value instanceof DictValue) return kinds.dict;
  if (value instanceof StructValue) return kinds.struct;
  if (value instanceof RangeValue) return kinds.range;
  if (value instanceof Closure) return kinds.closure;
  if (value instanceof Cursor)
    return value.form === cursorForms.counter
      ? kinds.counter
      : value.form === cursorForms.array
        ? kinds.array
        : kinds.pulled;
  return anything;
}
