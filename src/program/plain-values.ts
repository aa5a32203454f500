import { BytesValue, DictValue, FloatValue, isObject, ListValue, SetValue, show, type Value } from "../value/index.ts";
import { wrapInt } from "../value/int.ts";

/** What an embedding program may hand in: JSON's kinds, and a few more that Harn has kinds for. */
export type PlainInput =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PlainInput[]
  | ReadonlySet<PlainInput>
  | { readonly [key: string]: PlainInput };

/** What it gets back. An int beyond 2^53 is a `bigint`. */
export type PlainOutput =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PlainOutput[]
  | ReadonlySet<PlainOutput>
  | { readonly [key: string]: PlainOutput };

/**
 * A JavaScript value as a Harn one. A number without a fraction is an int, any other a float; a plain object is a dict.
 * Throws a `TypeError` that names the place for anything else, functions and class instances included.
 */
export function fromPlain(input: PlainInput, path = "value"): Value {
  switch (typeof input) {
    case "undefined":
      return null;
    case "boolean":
    case "string":
      return input;
    case "bigint":
      return wrapInt(input);
    case "number":
      return Number.isSafeInteger(input) ? input + 0 : new FloatValue(input);
    case "object":
      return input === null ? null : fromPlainObject(input, path);
    default:
      throw new TypeError(`${path} is a ${typeof input}, which is no Harn value`);
  }
}

function fromPlainObject(
  input: Exclude<PlainInput, null | undefined | boolean | number | bigint | string>,
  path: string,
): Value {
  if (input instanceof Uint8Array) return new BytesValue(input.slice());
  if (Array.isArray(input))
    return new ListValue((input as readonly PlainInput[]).map((item, index) => fromPlain(item, `${path}[${index}]`)));
  if (input instanceof Set)
    return new SetValue([...(input as ReadonlySet<PlainInput>)].map((item) => fromPlain(item, `${path} member`)));
  const prototype: unknown = Object.getPrototypeOf(input);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${path} is an instance of a class; hand in plain objects, arrays, sets or bytes`);
  }
  const entries = Object.entries(input as { readonly [key: string]: PlainInput });
  return new DictValue(new Map(entries.map(([key, item]) => [key, fromPlain(item, `${path}.${key}`)])));
}

/**
 * A Harn value as a JavaScript one: dicts and structs are objects, a pair is an array of two, a duration its milliseconds, an
 * enum value `{enum, variant, fields}`. What has no counterpart, such as a closure or a channel, is its display text.
 */
export function toPlain(value: Value): PlainOutput {
  if (!isObject(value)) return value;
  switch (value.kind) {
    case "float":
      return value.value;
    case "list":
      return value.view().map(toPlain);
    case "set":
      return new Set(value.values().map(toPlain));
    case "dict":
      return toObject(value.entries());
    case "struct":
      return toObject(value.fields());
    case "pair":
      return [toPlain(value.first), toPlain(value.second)];
    case "duration":
      return value.milliseconds;
    case "bytes":
      return value.bytes.slice();
    case "enum":
      return { enum: value.enumName, variant: value.variant, fields: value.fields.map(toPlain) };
    default:
      return show(value);
  }
}

/** Own properties only, whatever the key is called: `__proto__` is a key like any other. */
function toObject(entries: Iterable<[string, Value]>): { readonly [key: string]: PlainOutput } {
  const object: Record<string, PlainOutput> = {};
  for (const [key, item] of entries) {
    Object.defineProperty(object, key, { value: toPlain(item), enumerable: true, writable: true, configurable: true });
  }
  return object;
}
