import { DictValue, FloatValue, isObject, ListValue, type Value } from "../value/index.ts";

/** A dict of the entries that are present. */
export function record(entries: Readonly<Record<string, Value | undefined>>): DictValue {
  return DictValue.of(entries);
}

export function list(items: Iterable<Value>): ListValue {
  return new ListValue([...items]);
}

export function isDict(value: Value | undefined): value is DictValue {
  return isObject(value) && value.kind === "dict";
}

export function isList(value: Value | undefined): value is ListValue {
  return isObject(value) && value.kind === "list";
}

/** Something that can be called: what programs pass as a callback. */
export function isCallable(value: Value | undefined): boolean {
  return isObject(value) && (value.kind === "closure" || value.kind === "builtin");
}

export function textAt(dict: DictValue | undefined, key: string): string | undefined {
  const value = dict?.get(key);
  return typeof value === "string" ? value : undefined;
}

export function dictAt(dict: DictValue | undefined, key: string): DictValue | undefined {
  const value = dict?.get(key);
  return isDict(value) ? value : undefined;
}

export function itemsAt(dict: DictValue | undefined, key: string): readonly Value[] | undefined {
  const value = dict?.get(key);
  return isList(value) ? value.toArray() : undefined;
}

/** Strings of a list, or a single string as a list of one. */
export function textsAt(dict: DictValue | undefined, key: string): string[] | undefined {
  const value = dict?.get(key);
  if (typeof value === "string") return [value];
  return isList(value) ? value.toArray().filter((item) => typeof item === "string") : undefined;
}

export function boolAt(dict: DictValue | undefined, key: string): boolean | undefined {
  const value = dict?.get(key);
  return typeof value === "boolean" ? value : undefined;
}

/** An int or float as a JavaScript number. */
export function numberOf(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return value instanceof FloatValue ? value.value : undefined;
}

export function numberAt(dict: DictValue | undefined, key: string): number | undefined {
  return numberOf(dict?.get(key));
}

/** A whole number; a float is cut. */
export function intAt(dict: DictValue | undefined, key: string): number | undefined {
  const value = numberOf(dict?.get(key));
  return value === undefined || !Number.isFinite(value) ? undefined : Math.trunc(value);
}

export function float(value: number): FloatValue {
  return new FloatValue(value);
}

/** The dict of `base` with the present entries of `extra` over it. */
export function merged(base: DictValue | undefined, extra: DictValue | undefined): DictValue {
  const dict = base?.copy() ?? new DictValue();
  if (extra !== undefined) for (const key of extra.keys()) dict.setInPlace(key, extra.get(key) as Value);
  return dict;
}
