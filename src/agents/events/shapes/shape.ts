// One description of an event feeds decoding, encoding and the TypeScript type. Decoding is strict: what is neither there nor
// described as absent is an error. Keys that are not described are ignored.
import {
  describeJson,
  encodeJson,
  formatFloat,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberName,
  sortedKeys,
} from "../../../eventlog/index.ts";
import { FloatValue } from "../../../value/index.ts";

/** JSON that is not of the described shape. */
export class AgentEventError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AgentEventError";
  }
}

export interface Shape<T> {
  readonly expected: string;
  read(json: Json): T;
  /** As JSON: for logs, which sort keys themselves. */
  write(value: T): Json;
  /** As text, with keys in the described order, and sorted below what is free-form. */
  print(value: T): string;
  /** `encodeJson(write(value))`, without the objects between: keys are sorted at every level. */
  encode(value: T): string;
}

/** How a key of an object behaves. A plain shape stands for a key that must be there. */
export interface Field<T, P extends "required" | "optional" = "required" | "optional"> extends Shape<T> {
  readonly presence?: P;
  /** What a missing key means. Without it a missing key is an error, unless the key is optional. */
  readonly missing?: { readonly value: T };
  /** Whether a key with this value is left out. */
  isLeftOut?(value: T): boolean;
}

type ValueOf<F> = F extends { read(json: Json): infer T } ? T : never;
type OptionalKeys<F> = { [K in keyof F]: F[K] extends { readonly presence: "optional" } ? K : never }[keyof F];

export type Infer<F> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: ValueOf<F[K]> | undefined;
};

function scalar<T extends Json>(expected: string, read: (json: Json) => T | undefined): Shape<T> {
  return {
    expected,
    read(json) {
      const value = read(json);
      if (value === undefined) throw mismatch(json, expected);
      return value;
    },
    write: (value) => value,
    print: encodeJson,
    encode: encodeJson,
  };
}

function wholeNumber(json: Json, least: number): number | undefined {
  if (typeof json === "bigint") return json >= least ? Number(json) : undefined;
  return typeof json === "number" && Number.isInteger(json) && json >= least ? json : undefined;
}

export const text: Shape<string> = scalar("a string", (json) => (typeof json === "string" ? json : undefined));
export const bool: Shape<boolean> = scalar("a boolean", (json) => (typeof json === "boolean" ? json : undefined));
export const count: Shape<number> = scalar("an unsigned integer", (json) => wholeNumber(json, 0));
export const int: Shape<number> = scalar("an integer", (json) => wholeNumber(json, Number.MIN_SAFE_INTEGER));

/** Always written as a float: `1.0`. */
export const float: Shape<number> = {
  expected: "a float",
  read(json) {
    if (json instanceof FloatValue) return json.value;
    if (typeof json === "number" || typeof json === "bigint") return Number(json);
    throw mismatch(json, "a float");
  },
  write: (value) => new FloatValue(value),
  print: formatFloat,
  encode: formatFloat,
};

/** Whatever it is. The key must be there all the same. */
export const anyJson: Shape<Json> = {
  expected: "any value",
  read: (json) => json,
  write: (value) => value,
  print: encodeJson,
  encode: encodeJson,
};

export const anyObject: Shape<JsonObject> = scalar("a map", (json) => (isJsonObject(json) ? json : undefined));

export function word<const W extends string>(...words: readonly W[]): Shape<W> {
  const expected = `one of ${words.map((each) => `\`${each}\``).join(", ")}`;
  return {
    expected,
    read(json) {
      const found = words.find((each) => each === json);
      if (found !== undefined) return found;
      if (typeof json === "string") throw new AgentEventError(`unknown variant \`${json}\`, expected ${expected}`);
      throw mismatch(json, expected);
    },
    write: (value) => value,
    print: (value) => JSON.stringify(value),
    encode: (value) => JSON.stringify(value),
  };
}

export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    expected: "a sequence",
    read(json) {
      if (!isJsonArray(json)) throw mismatch(json, "a sequence");
      return json.map((each) => item.read(each));
    },
    write: (items) => items.map((each) => item.write(each)),
    print: (items) => `[${items.map((each) => item.print(each)).join(",")}]`,
    encode: (items) => `[${items.map((each) => item.encode(each)).join(",")}]`,
  };
}

/** Always written; null when there is nothing. */
export function nullable<T>(shape: Shape<T>): Field<T | null, "required"> {
  return {
    expected: shape.expected,
    read: (json) => (json === null ? null : shape.read(json)),
    write: (value) => (value === null ? null : shape.write(value)),
    print: (value) => (value === null ? "null" : shape.print(value)),
    encode: (value) => (value === null ? "null" : shape.encode(value)),
    missing: { value: null },
  };
}

/** Left out when there is nothing. */
export function optional<T>(shape: Shape<T>): Field<T | undefined, "optional"> & { readonly presence: "optional" } {
  return {
    expected: shape.expected,
    read: (json) => (json === null ? undefined : shape.read(json)),
    write: (value) => (value === undefined ? null : shape.write(value)),
    print: (value) => (value === undefined ? "null" : shape.print(value)),
    encode: (value) => (value === undefined ? "null" : shape.encode(value)),
    presence: "optional",
    missing: { value: undefined },
    isLeftOut: (value) => value === undefined,
  };
}

/** Always written; has this value when it is missing. */
export function orElse<T>(shape: Shape<T>, value: T): Field<T, "required"> {
  return { ...shape, missing: { value } };
}

/** Left out while it has this value, which is also what a missing key means. */
export function unless<T extends string | number | boolean | null>(shape: Shape<T>, value: T): Field<T, "required"> {
  return { ...shape, missing: { value }, isLeftOut: (given) => given === value };
}

export function object<const F extends Record<string, Field<unknown>>>(expected: string, fields: F): Shape<Infer<F>> {
  const entries: readonly (readonly [string, Field<unknown>])[] = Object.entries(fields);
  const sorted = sortedKeys(fields).map((key) => ({
    key,
    field: fields[key] as Field<unknown>,
    name: memberName(key),
  }));
  return {
    expected,
    read(json) {
      if (!isJsonObject(json)) throw mismatch(json, expected);
      const result: Record<string, unknown> = {};
      for (const [key, field] of entries) {
        const value = readField(json, key, field);
        if (value !== undefined) result[key] = value;
      }
      return result as Infer<F>;
    },
    write(value) {
      const given = value as Readonly<Record<string, unknown>>;
      const result: Record<string, Json> = {};
      for (const [key, field] of entries) if (!field.isLeftOut?.(given[key])) result[key] = field.write(given[key]);
      return result;
    },
    print(value) {
      const given = value as Readonly<Record<string, unknown>>;
      const parts: string[] = [];
      for (const [key, field] of entries)
        if (!field.isLeftOut?.(given[key])) parts.push(`${JSON.stringify(key)}:${field.print(given[key])}`);
      return `{${parts.join(",")}}`;
    },
    encode(value) {
      const given = value as Readonly<Record<string, unknown>>;
      let text = "";
      for (const { key, field, name } of sorted) {
        const item = given[key];
        if (!field.isLeftOut?.(item)) text += (text === "" ? "" : ",") + name + field.encode(item);
      }
      return `{${text}}`;
    },
  };
}

function readField(json: JsonObject, key: string, field: Field<unknown>): unknown {
  const item = Object.hasOwn(json, key) ? json[key] : undefined;
  if (item !== undefined) return field.read(item);
  if (field.missing === undefined) throw new AgentEventError(`missing field \`${key}\``);
  return field.missing.value;
}

function mismatch(json: Json, expected: string): AgentEventError {
  return new AgentEventError(`invalid type: ${describeJson(json)}, expected ${expected}`);
}
