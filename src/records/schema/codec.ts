// One description of a record feeds reading, writing and the TypeScript type.
//
// Reading fills what is missing with its zero, refuses a wrong type with the place where it stands, and keeps keys it does
// not know. Writing puts keys in the described order, then the unknown ones.
import {
  describeJson,
  encodeJson,
  encodeNumber,
  formatFloat,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonNumber,
  sortedKeys,
} from "../../eventlog/index.ts";
import { FloatValue } from "../../value/index.ts";

export interface Codec<T> {
  /** How error texts name what is expected. */
  readonly expected: string;
  /** `undefined` is a missing key. */
  read(json: Json | undefined, path: string): T;
  /** Pretty text; `indent` is the line start of the surrounding block. */
  print(value: T, indent: string): string;
  toJson(value: T): Json;
  /** Whether a key with this value is left out of the text. */
  isOmitted?(value: T): boolean;
}

export type Infer<C> = C extends Codec<infer T> ? T : never;

/** JSON that is not of the described shape. */
export class ShapeError extends Error {
  readonly path: string;
  readonly detail: string;

  constructor(path: string, detail: string) {
    super(`${path === "" ? "." : path}: ${detail}`);
    this.path = path === "" ? "." : path;
    this.detail = detail;
  }
}

export function mismatch(path: string, json: Json, expected: string): ShapeError {
  return new ShapeError(path, `invalid type: ${describeJson(json)}, expected ${expected}`);
}

function scalar<T extends Json>(
  expected: string,
  read: (json: Json | undefined, path: string) => T,
  print: (value: T) => string,
): Codec<T> {
  return { expected, read, print, toJson: (value) => value };
}

function quote(value: string): string {
  return JSON.stringify(value);
}

// Most of a record are texts, counts and flags: each reads in one step.

export const text: Codec<string> = scalar(
  "a string",
  (json, path) => {
    if (typeof json === "string") return json;
    if (json === undefined) return "";
    throw mismatch(path, json, "a string");
  },
  quote,
);
export const bool: Codec<boolean> = scalar(
  "a boolean",
  (json, path) => {
    if (typeof json === "boolean") return json;
    if (json === undefined) return false;
    throw mismatch(path, json, "a boolean");
  },
  String,
);

/** A count: an integer that is not negative. */
export const count: Codec<number> = scalar(
  "usize",
  (json, path) => {
    if (json === undefined) return 0;
    if (typeof json !== "number" || !Number.isSafeInteger(json)) throw mismatch(path, json, "usize");
    if (json < 0) throw new ShapeError(path, `invalid value: integer \`${json}\`, expected usize`);
    return json;
  },
  encodeNumber,
);

export const int: Codec<number> = scalar(
  "i64",
  (json, path) => {
    if (json === undefined) return 0;
    if (typeof json !== "number" || !Number.isSafeInteger(json)) throw mismatch(path, json, "i64");
    return json;
  },
  encodeNumber,
);

/** Written as a float also when it is whole; integers are accepted. */
export const float: Codec<number> = {
  expected: "f64",
  read(json, path) {
    if (json === undefined) return 0;
    const value = jsonNumber(json);
    if (value === undefined) throw mismatch(path, json, "f64");
    return value;
  },
  print: formatFloat,
  toJson: (value) => (Number.isInteger(value) ? new FloatValue(value) : value),
};

/** One of a few words; the first is the zero. */
export function word<const W extends string>(...words: readonly [W, ...W[]]): Codec<W> {
  const expected = words.length === 1 ? `\`${words[0]}\`` : `one of ${words.map((each) => `\`${each}\``).join(", ")}`;
  return {
    expected,
    read(json, path) {
      if (json === undefined) return words[0];
      if (typeof json !== "string") throw mismatch(path, json, "a string");
      const found = words.find((each) => each === json);
      if (found === undefined) throw new ShapeError(path, `unknown variant \`${json}\`, expected ${expected}`);
      return found;
    },
    print: quote,
    toJson: (value) => value,
  };
}

export function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    expected: codec.expected,
    read: (json, path) => (json === undefined || json === null ? null : codec.read(json, path)),
    print: (value, indent) => (value === null ? "null" : codec.print(value, indent)),
    toJson: (value) => (value === null ? null : codec.toJson(value)),
  };
}

/** Free-form JSON, null when missing. */
export const anyJson: Codec<Json> = {
  expected: "any value",
  read: (json) => json ?? null,
  print: printJson,
  toJson: (value) => value,
};

export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    expected: "a sequence",
    read(json, path) {
      if (json === undefined) return [];
      if (!isJsonArray(json)) throw mismatch(path, json, "a sequence");
      return readItems(json, item, path);
    },
    print: (values, indent) =>
      printBlock(
        "[",
        "]",
        indent,
        values.map((each) => item.print(each, `${indent}  `)),
      ),
    toJson: (values) => values.map(item.toJson),
  };
}

/** The list itself where each item is what it reads as. */
function readItems<T>(json: readonly Json[], codec: Codec<T>, path: string): readonly T[] {
  let result: T[] | undefined;
  for (let at = 0; at < json.length; at++) {
    const item = json[at] as Json;
    const value = codec.read(item, place(path, at));
    if (result === undefined && value !== (item as unknown)) result = json.slice(0, at) as unknown[] as T[];
    result?.push(value);
  }
  return result ?? (json as readonly unknown[] as readonly T[]);
}

/** The same of an object. */
function readMembers<T>(json: JsonObject, codec: Codec<T>, path: string): Readonly<Record<string, T>> {
  let result: [string, T][] | undefined;
  const entries = Object.entries(json);
  for (let at = 0; at < entries.length; at++) {
    const [key, item] = entries[at] as [string, Json];
    const value = codec.read(item, join(path, key));
    if (result === undefined && value !== (item as unknown))
      result = entries.slice(0, at) as [string, unknown][] as [string, T][];
    result?.push([key, value]);
  }
  return result === undefined ? (json as unknown as Readonly<Record<string, T>>) : Object.fromEntries(result);
}

/** String keys, in order. */
export function map<T>(item: Codec<T>): Codec<Readonly<Record<string, T>>> {
  return {
    expected: "a map",
    read(json, path) {
      if (json === undefined) return {};
      if (!isJsonObject(json)) throw mismatch(path, json, "a map");
      return readMembers(json, item, path);
    },
    print: (values, indent) =>
      printBlock(
        "{",
        "}",
        indent,
        sortedKeys(values).map((key) => `${JSON.stringify(key)}: ${item.print(values[key] as T, `${indent}  `)}`),
      ),
    toJson: (values) => Object.fromEntries(Object.entries(values).map(([key, each]) => [key, item.toJson(each)])),
  };
}

/** A key that is left out while its value is empty. */
export function omitEmpty<T extends object | null>(codec: Codec<T>): Codec<T> {
  return { ...codec, isOmitted: (value) => value === null || Object.keys(value).length === 0 };
}

/** A key that must be there. */
export function required<T>(codec: Codec<T>): Codec<T> {
  return {
    ...codec,
    read(json, path) {
      if (json !== undefined) return codec.read(json, path);
      const at = path.lastIndexOf(".");
      throw new ShapeError(at === -1 ? "" : path.slice(0, at), `missing field \`${path.slice(at + 1)}\``);
    },
  };
}

/** A key whose zero is not that of its kind. */
export function withDefault<T>(codec: Codec<T>, missing: Json): Codec<T> {
  return { ...codec, read: (json, path) => codec.read(json ?? missing, path) };
}

/** Where nobody looks: most texts are right, and spelling out the place of every value takes longer than reading it. */
const untold = "\u0000";

/** Reads a whole text. A mistake in it is looked for a second time, to tell where it stands. */
export function readWhole<T>(codec: Codec<T>, json: Json): T {
  try {
    return codec.read(json, untold);
  } catch (error) {
    if (error instanceof ShapeError) return codec.read(json, "");
    throw error;
  }
}

export function join(path: string, key: string): string {
  if (path === untold) return untold;
  return path === "" ? key : `${path}.${key}`;
}

export function place(path: string, index: number): string {
  return path === untold ? untold : `${path}[${index}]`;
}

/** Free-form JSON over lines, keys sorted. */
export function printJson(json: Json, indent: string): string {
  const inner = `${indent}  `;
  if (isJsonArray(json))
    return printBlock(
      "[",
      "]",
      indent,
      json.map((each) => printJson(each, inner)),
    );
  if (!isJsonObject(json)) return encodeJson(json);
  const keys = sortedKeys(json).filter((key) => json[key] !== undefined);
  return printBlock(
    "{",
    "}",
    indent,
    keys.map((key) => `${JSON.stringify(key)}: ${printJson(json[key] ?? null, inner)}`),
  );
}

export function printBlock(open: string, close: string, indent: string, lines: readonly string[]): string {
  if (lines.length === 0) return open + close;
  return `${open}\n${lines.map((line) => `${indent}  ${line}`).join(",\n")}\n${indent}${close}`;
}
