import {
  type BytesValue,
  bytesTag,
  DictValue,
  encodeBase64,
  FloatValue,
  isInt,
  isObject,
  ListValue,
  show,
  type Value,
} from "../../../value/index.ts";
import { annotations } from "./canonical.ts";

/** A canonical schema in the words of JSON Schema, or of OpenAPI 3.0 where the two differ. */
export function exportSchema(schema: DictValue, style: "json" | "openapi"): DictValue {
  const out = new Map<string, Value>();
  const inner = (value: Value): Value => (value instanceof DictValue ? exportSchema(value, style) : new DictValue());
  const reference = schema.get("$ref");
  if (typeof reference === "string") out.set("$ref", reference);
  setType(out, schema);
  setLimits(out, schema);
  setExamples(out, schema);
  setParts(out, schema, inner);
  setNullable(out, schema, style);
  setDefinitions(out, schema, inner);
  for (const key of annotations) setPlain(out, key, schema.get(key));
  return new DictValue(out);
}

type Entries = Map<string, Value>;

const typeNames: ReadonlyMap<string, string> = new Map([
  ["int", "integer"],
  ["float", "number"],
  ["bool", "boolean"],
  ["list", "array"],
  ["dict", "object"],
  ["nil", "null"],
]);

/** Kinds that JSON does not have are strings, and say what they were. */
function setType(out: Entries, schema: DictValue): void {
  const type = schema.get("type");
  if (typeof type !== "string") return;
  if (type === "set") {
    out.set("type", "array");
    out.set("uniqueItems", true);
  } else if (type === "closure" || type === "builtin") {
    out.set("type", "string");
    out.set("x-harn-type", type);
  } else out.set("type", typeNames.get(type) ?? type);
}

const lengths = [
  ["min_length", "minLength"],
  ["max_length", "maxLength"],
  ["min_items", "minItems"],
  ["max_items", "maxItems"],
] as const;

function setLimits(out: Entries, schema: DictValue): void {
  for (const [key, name] of [
    ["min", "minimum"],
    ["max", "maximum"],
  ] as const) {
    const limit = schema.get(key);
    if (isInt(limit)) out.set(name, new FloatValue(Number(limit)));
    else if (limit instanceof FloatValue) out.set(name, limit);
  }
  for (const [key, name] of lengths) {
    const limit = schema.get(key);
    if (isInt(limit)) out.set(name, limit);
  }
  const pattern = schema.get("pattern");
  if (typeof pattern === "string") out.set("pattern", pattern);
}

function setExamples(out: Entries, schema: DictValue): void {
  setPlain(out, "default", schema.get("default"));
  setPlain(out, "const", schema.get("const"));
  const members = schema.get("enum");
  if (members instanceof ListValue) setPlain(out, "enum", members);
}

function setParts(out: Entries, schema: DictValue, inner: (value: Value) => Value): void {
  const items = schema.get("items");
  if (items instanceof DictValue) out.set("items", inner(items));
  const properties = schema.get("properties");
  if (properties instanceof DictValue) out.set("properties", eachOf(properties, inner));
  const required = schema.get("required");
  if (required instanceof ListValue) out.set("required", new ListValue(required.view().map(show)));
  const extra = schema.get("additional_properties");
  if (extra !== undefined) out.set("additionalProperties", typeof extra === "boolean" ? extra : inner(extra));
  const union = schema.get("union");
  if (union instanceof ListValue) out.set("oneOf", new ListValue(union.view().map(inner)));
  const all = schema.get("all_of");
  if (all instanceof ListValue) out.set("allOf", new ListValue(all.view().map(inner)));
}

/** OpenAPI has a flag; JSON Schema adds a type. */
function setNullable(out: Entries, schema: DictValue, style: "json" | "openapi"): void {
  if (schema.get("nullable") !== true) return;
  const type = out.get("type");
  if (style === "openapi") out.set("nullable", true);
  else if (type !== undefined) out.set("type", new ListValue([type, "null"]));
}

function setDefinitions(out: Entries, schema: DictValue, inner: (value: Value) => Value): void {
  for (const key of ["definitions", "$defs"]) {
    const definitions = schema.get(key);
    if (definitions instanceof DictValue) out.set(key, eachOf(definitions, inner));
  }
  const components = schema.get("components");
  if (!(components instanceof DictValue)) return;
  const schemas = components.get("schemas");
  const exported = plain(components) as DictValue;
  out.set("components", schemas instanceof DictValue ? exported.with("schemas", eachOf(schemas, inner)) : exported);
}

function eachOf(map: DictValue, inner: (value: Value) => Value): DictValue {
  return new DictValue(new Map([...map.entries()].map(([key, value]) => [key, inner(value)])));
}

function setPlain(out: Entries, key: string, value: Value | undefined): void {
  if (value !== undefined) out.set(key, plain(value));
}

/** A value as JSON would have it: other kinds are their display text. */
function plain(value: Value): Value {
  if (!isObject(value) || value.kind === "float") return value;
  switch (value.kind) {
    case "list":
      return new ListValue(value.view().map(plain));
    case "set":
      return new ListValue(value.values().map(plain));
    case "dict":
      return new DictValue(new Map([...value.entries()].map(([key, item]) => [key, plain(item)])));
    case "bytes":
      return taggedBytes(value);
    default:
      return show(value);
  }
}

function taggedBytes(value: BytesValue): DictValue {
  return DictValue.of({ [bytesTag]: encodeBase64(value.bytes) });
}
