import type { BuiltinValue } from "./builtin-value.ts";
import type { BytesValue } from "./bytes.ts";
import type { Closure } from "./closure.ts";
import type { DictValue } from "./dict.ts";
import type { DurationValue } from "./duration.ts";
import type { EnumValue } from "./enum.ts";
import type { FloatValue } from "./float.ts";
import type { HandleValue } from "./handle.ts";
import type { IterValue } from "./iter.ts";
import type { ListValue } from "./list.ts";
import type { PairValue } from "./pair.ts";
import type { RangeValue } from "./range.ts";
import type { SetValue } from "./set.ts";
import type { StructType, StructValue } from "./struct.ts";

/**
 * Any Harn value.
 *
 * - `null` is nil; booleans and strings are JavaScript's own.
 * - An int is a `number` while it is a safe integer and a `bigint` beyond, never both for the same integer and never -0.
 * - A float is always a `FloatValue`, so that `1` and `1.0` differ.
 * - `undefined` is never a value: it marks an absent argument or an unset slot.
 */
export type Value = null | boolean | number | bigint | string | ObjectValue;

/** The values that are objects, told apart by `kind`. */
export type ObjectValue =
  | FloatValue
  | ListValue
  | DictValue
  | SetValue
  | RangeValue
  | PairValue
  | DurationValue
  | BytesValue
  | StructValue
  | EnumValue
  | Closure
  | StructType
  | BuiltinValue
  | IterValue
  | HandleValue;

/** A 64-bit integer: see `Value`. */
export type Int = number | bigint;

export function isInt(value: Value | undefined): value is Int {
  return typeof value === "number" || typeof value === "bigint";
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === "object" && value !== null;
}
