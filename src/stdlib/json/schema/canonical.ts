import { DictValue, ListValue, type Raise, show, thrown, type Value } from "../../../value/index.ts";

/**
 * Schemas come in several spellings: ours (`min_length`, `dict`, `union`), JSON Schema's (`minLength`, `object`, `oneOf`)
 * and OpenAPI's. Everything else in this folder reads one of them, the canonical one, and keys nobody knows are gone.
 */

/** What a value says about itself to a reader; carried along as it is. */
export const annotations = [
  "title",
  "description",
  "format",
  "deprecated",
  "readOnly",
  "writeOnly",
  "example",
  "examples",
  "x-harn-type",
] as const;

/** Canonical key, and the spellings it is read from: the first that is there wins. */
const plainKeys: readonly (readonly [key: string, ...spellings: string[]])[] = [
  ...annotations.map((key) => [key, key] as const),
  ["$ref", "$ref"],
  ["default", "default"],
  ["const", "const"],
  ["enum", "enum"],
  ["min", "min", "minimum"],
  ["max", "max", "maximum"],
  ["min_length", "min_length", "minLength"],
  ["max_length", "max_length", "maxLength"],
  ["min_items", "min_items", "minItems"],
  ["max_items", "max_items", "maxItems"],
  ["pattern", "pattern"],
];

const typeNames: ReadonlyMap<string, string> = new Map([
  ["object", "dict"],
  ["array", "list"],
  ["integer", "int"],
  ["number", "float"],
  ["boolean", "bool"],
  ["null", "nil"],
]);

type Entries = Map<string, Value>;

/** The canonical form of a schema; a thrown text for what is none. */
export function canonicalSchema(schema: Value): DictValue {
  if (!(schema instanceof DictValue)) throw notADict();
  const out: Entries = new Map();
  for (const [key, ...spellings] of plainKeys) copyFirst(out, key, schema, spellings);
  if (schema.get("nullable") === true) out.set("nullable", true);
  setParts(out, schema);
  setRequired(out, schema);
  setType(out, schema);
  return new DictValue(out);
}

function notADict(): Raise {
  return thrown("schema must be a dict");
}

function copyFirst(out: Entries, key: string, schema: DictValue, spellings: readonly string[]): void {
  const value = firstOf(schema, spellings);
  if (value !== undefined) out.set(key, value);
}

function firstOf(schema: DictValue, spellings: readonly string[]): Value | undefined {
  for (const spelling of spellings) {
    const value = schema.get(spelling);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The schemas inside the schema. */
function setParts(out: Entries, schema: DictValue): void {
  for (const key of ["properties", "definitions", "$defs"]) {
    const map = schema.get(key);
    if (map instanceof DictValue) out.set(key, eachSchema(map));
  }
  const items = schema.get("items");
  if (items !== undefined) out.set("items", canonicalSchema(items));
  const extra = firstOf(schema, ["additional_properties", "additionalProperties"]);
  if (typeof extra === "boolean") out.set("additional_properties", extra);
  else if (extra instanceof DictValue) out.set("additional_properties", canonicalSchema(extra));
  const union = firstOf(schema, ["union", "oneOf", "anyOf"]);
  if (union !== undefined) out.set("union", branches(union));
  const all = firstOf(schema, ["all_of", "allOf"]);
  if (all !== undefined) out.set("all_of", branches(all));
  const components = schema.get("components");
  if (components instanceof DictValue) out.set("components", canonicalComponents(components));
}

function eachSchema(map: DictValue): DictValue {
  return new DictValue(new Map([...map.entries()].map(([key, schema]) => [key, canonicalSchema(schema)])));
}

function branches(value: Value): ListValue {
  if (!(value instanceof ListValue)) throw thrown("schema union/all_of must be a list");
  return new ListValue(value.view().map(canonicalSchema));
}

function canonicalComponents(components: DictValue): DictValue {
  const schemas = components.get("schemas");
  return schemas instanceof DictValue ? components.with("schemas", eachSchema(schemas)) : components;
}

/** A field may say of itself that it is required; the object that has the field is the place for it. */
function setRequired(out: Entries, schema: DictValue): void {
  const listed = schema.get("required");
  const names = listed instanceof ListValue ? listed.view().map(show) : [];
  const flagged = flaggedFields(schema.get("properties")).filter((name) => !names.includes(name));
  if (listed instanceof ListValue || flagged.length > 0) out.set("required", new ListValue([...names, ...flagged]));
}

function flaggedFields(properties: Value | undefined): string[] {
  if (!(properties instanceof DictValue)) return [];
  return properties.keys().filter((name) => {
    const field = properties.get(name);
    return field instanceof DictValue && field.get("required") === true;
  });
}

/** One name, or several as a union. A list of unique items is a set. */
function setType(out: Entries, schema: DictValue): void {
  const type = schema.get("type");
  if (typeof type === "string") out.set("type", typeNames.get(type) ?? type);
  else if (type instanceof ListValue) {
    out.set(
      "union",
      new ListValue(type.view().map((name) => DictValue.of({ type: typeNames.get(show(name)) ?? show(name) }))),
    );
  }
  if (schema.get("uniqueItems") === true && out.get("type") === "list" && !out.has("x-harn-type"))
    out.set("x-harn-type", "set");
  if (out.get("x-harn-type") === "set") out.set("type", "set");
}
