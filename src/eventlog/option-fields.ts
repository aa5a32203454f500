// Options that programs give to the builtins of this room, read with the words that name what is wrong.
import { type DictValue, isObject, runtimeError, typeName, type Value } from "../value/index.ts";

/** A text; nil and blanks stand for nothing. `where` opens the error: `wait_id`. */
export function textField(options: DictValue, key: string, where = `${key}:`): string | undefined {
  const value = options.get(key) ?? null;
  if (value === null || (typeof value === "string" && value.trim() === "")) return undefined;
  if (typeof value === "string") return value;
  throw runtimeError(`${where} expected string, got ${typeName(value)}`);
}

/** A duration, or a number of milliseconds; nothing else, and none below zero. */
export function millisecondsOf(value: Value): number | undefined {
  const given = numberOf(value);
  return given === undefined || given < 0 || !Number.isFinite(given) ? undefined : Math.trunc(given);
}

function numberOf(value: Value): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (!isObject(value)) return undefined;
  if (value.kind === "duration") return value.milliseconds;
  return value.kind === "float" ? value.value : undefined;
}

export function isCallable(value: Value): boolean {
  return isObject(value) && (value.kind === "closure" || value.kind === "builtin");
}
