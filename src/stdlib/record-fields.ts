import { type DictValue, FloatValue, isInt, isObject, ListValue, typeName, type Value } from "../value/index.ts";

/** What is wrong with a dict that should be a record of some documented form; the builtin says whose. */
export class FieldError extends Error {}

const words: Readonly<Record<string, string>> = { list: "sequence", dict: "map" };

/** A value as the errors of records name it: `` integer `5` ``, `string "x"`, `sequence`. */
export function describeValue(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "string") return `string ${JSON.stringify(value)}`;
  if (typeof value === "boolean") return `boolean \`${value}\``;
  if (isInt(value)) return `integer \`${value}\``;
  if (value instanceof FloatValue) return `floating point \`${value.value}\``;
  const name = typeName(value);
  return words[name] ?? name;
}

export function mismatch(value: Value, expected: string): FieldError {
  return new FieldError(`invalid type: ${describeValue(value)}, expected ${expected}`);
}

/** Reads one field's value, or throws a `FieldError`. */
export type FieldReader<T> = (value: Value) => T;

export const aText: FieldReader<string> = (value) => {
  if (typeof value !== "string") throw mismatch(value, "a string");
  return value;
};

export const aCount: FieldReader<number> = (value) => {
  if (!isInt(value)) throw mismatch(value, "u64");
  const count = Number(value);
  if (count < 0) throw new FieldError(`invalid value: integer \`${value}\`, expected u64`);
  return count;
};

export const aNumber: FieldReader<number> = (value) => {
  if (isInt(value)) return Number(value);
  if (value instanceof FloatValue) return value.value;
  throw mismatch(value, "f64");
};

export function listOf<T>(item: FieldReader<T>): FieldReader<readonly T[]> {
  return (value) => {
    if (!(value instanceof ListValue)) throw mismatch(value, "a sequence");
    return value.view().map(item);
  };
}

export function asRecord(value: Value, expected: string): DictValue {
  if (!isObject(value) || value.kind !== "dict") throw mismatch(value, expected);
  return value;
}

/** A field that has to be there. */
export function field<T>(record: DictValue, name: string, read: FieldReader<T>): T {
  const value = record.get(name);
  if (value === undefined) throw new FieldError(`missing field \`${name}\``);
  return read(value);
}

/** A field that may be left out or nil. */
export function optionalField<T>(record: DictValue, name: string, read: FieldReader<T>): T | undefined {
  const value = record.get(name);
  return value === undefined || value === null ? undefined : read(value);
}

/** The name of a variant: the field that says which form a record has. */
export function variantOf<const V extends string>(record: DictValue, tag: string, variants: readonly V[]): V {
  const name = field(record, tag, (value) => {
    if (typeof value !== "string") throw mismatch(value, "variant identifier");
    return value;
  });
  const variant = variants.find((each) => each === name);
  if (variant !== undefined) return variant;
  const known = variants.map((each) => `\`${each}\``);
  const expected = known.length === 2 ? known.join(" or ") : `one of ${known.join(", ")}`;
  throw new FieldError(`unknown variant \`${name}\`, expected ${expected}`);
}
