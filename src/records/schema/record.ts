import { isJsonObject, type Json, type JsonObject, sortedKeys } from "../../eventlog/index.ts";
import { type Codec, join, mismatch, printBlock, printJson } from "./codec.ts";

/** Keys of the file that the description does not know, kept for the next writing. */
export const unknownKeys: unique symbol = Symbol("unknown keys");

type Fields = Readonly<Record<string, Codec<unknown>>>;

interface Shape {
  readonly described: readonly (readonly [string, Codec<unknown>])[];
  readonly names: ReadonlySet<string>;
  readonly blank: Readonly<Record<string, unknown>>;
}

/** What every record may carry beside its described keys. */
export interface UnknownKeys {
  readonly [unknownKeys]?: JsonObject;
}

export type FieldsOf<F> = { readonly [K in keyof F]: F[K] extends Codec<infer T> ? T : never } & UnknownKeys;

export interface RecordCodec<T> extends Codec<T> {
  /** A record of zeros. */
  readonly empty: T;
}

/** A record with these keys, in this order. `aliases` are older names that are read as well. */
export function record<const F extends Record<string, Codec<unknown>>>(
  name: string,
  fields: F,
  aliases: Readonly<Record<string, keyof F & string>> = {},
): RecordCodec<FieldsOf<F>> {
  const described: readonly (readonly [string, Codec<unknown>])[] = Object.entries(fields as Fields);
  const shape: Shape = {
    described,
    names: new Set(Object.keys(fields)),
    blank: Object.fromEntries(described.map(([key]) => [key, undefined])),
  };
  const codec: Codec<FieldsOf<F>> = {
    expected: `struct ${name}`,
    read(json, path) {
      if (json !== undefined && !isJsonObject(json)) throw mismatch(path, json, `struct ${name}`);
      return readFields(shape, renamed(json ?? {}, aliases), path) as FieldsOf<F>;
    },
    print(value, indent) {
      const inner = `${indent}  `;
      const line = (key: string, text: string): string => `${JSON.stringify(key)}: ${text}`;
      const known = written(described, value).map(([key, field, item]) => line(key, field.print(item, inner)));
      const foreign = value[unknownKeys] ?? {};
      const unknown = sortedKeys(foreign).map((key) => line(key, printJson(foreign[key] ?? null, inner)));
      return printBlock("{", "}", indent, [...known, ...unknown]);
    },
    toJson: (value) => ({
      ...Object.fromEntries(written(described, value).map(([key, field, item]) => [key, field.toJson(item)])),
      ...value[unknownKeys],
    }),
  };
  // Records with required keys have no empty form; nobody asks for theirs.
  return Object.defineProperty(codec as RecordCodec<FieldsOf<F>>, "empty", { get: () => codec.read({}, "") });
}

function readFields({ described, names, blank }: Shape, json: JsonObject, path: string): object {
  // A copy of the blank one has all its keys at once, in order.
  const result: Record<string | symbol, unknown> = { ...blank };
  for (const [key, field] of described) result[key] = field.read(json[key], join(path, key));
  let unknown: [string, Json][] | undefined;
  for (const key of Object.keys(json)) {
    const item = json[key];
    if (item === undefined || names.has(key)) continue;
    unknown ??= [];
    unknown.push([key, item]);
  }
  if (unknown) result[unknownKeys] = Object.fromEntries(unknown);
  return result;
}

function renamed(json: JsonObject, aliases: Readonly<Record<string, string>>): JsonObject {
  const found = Object.keys(aliases).filter((alias) => json[alias] !== undefined);
  if (found.length === 0) return json;
  const entries = Object.entries(json).map(([key, item]): [string, Json | undefined] => [aliases[key] ?? key, item]);
  return Object.fromEntries(entries);
}

/** The keys that are written, with their values. */
function written(
  described: readonly (readonly [string, Codec<unknown>])[],
  value: object,
): (readonly [string, Codec<unknown>, unknown])[] {
  return described
    .map(([key, field]) => [key, field, (value as Record<string, unknown>)[key]] as const)
    .filter(([, field, item]) => !(field.isOmitted?.(item) ?? false));
}
