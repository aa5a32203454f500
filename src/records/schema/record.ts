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

/** What is there in full is kept as it is: most files were written from records, and records are never changed. */
function readFields(shape: Shape, json: JsonObject, path: string): object {
  const { described } = shape;
  let result: Record<string | symbol, unknown> | undefined;
  for (let at = 0; at < described.length; at++) {
    const [key, field] = described[at] as Shape["described"][number];
    const item = json[key];
    const value = field.read(item, join(path, key));
    if (result === undefined && value !== item) result = begun(shape, json, at);
    if (result !== undefined) result[key] = value;
  }
  let keys = 0;
  for (const _ in json) keys++;
  if (result === undefined && keys === described.length) return json;
  return withUnknown(shape, json, result ?? begun(shape, json, described.length));
}

/** A copy of the blank one, which has all its keys at once, in order, with what the first fields hold. */
function begun({ blank, described }: Shape, json: JsonObject, count: number): Record<string | symbol, unknown> {
  const result: Record<string | symbol, unknown> = { ...blank };
  for (let at = 0; at < count; at++) {
    const key = (described[at] as Shape["described"][number])[0];
    result[key] = json[key];
  }
  return result;
}

function withUnknown({ names }: Shape, json: JsonObject, result: Record<string | symbol, unknown>): object {
  let unknown: [string, Json][] | undefined;
  for (const key in json) {
    const item = json[key];
    if (item === undefined || names.has(key)) continue;
    unknown ??= [];
    unknown.push([key, item]);
  }
  if (unknown) result[unknownKeys] = Object.fromEntries(unknown);
  return result;
}

function renamed(json: JsonObject, aliases: Readonly<Record<string, string>>): JsonObject {
  let isFound = false;
  for (const alias in aliases) isFound ||= json[alias] !== undefined;
  if (!isFound) return json;
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
