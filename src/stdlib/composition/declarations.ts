import { type DictValue, isObject, type Value } from "../../value/index.ts";
import { asRecord, FieldError, listOf, optionalField } from "../record-fields.ts";

const header = `export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type CompositionToolResult = JsonValue;

`;

const anyObject = "{ [key: string]: JsonValue }";

/** Schemas and Harn's own names of types; both stand in the parameters of tools. */
const names: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "number",
  int: "number",
  float: "number",
  boolean: "boolean",
  bool: "boolean",
  null: "null",
  nil: "null",
  array: "JsonValue[]",
  list: "JsonValue[]",
  object: anyObject,
  dict: anyObject,
};

/** Types nested deeper than this are any JSON. */
const deepest = 24;

/** @throws FieldError when the manifest holds what is no binding */
export function typescriptDeclarations(manifest: DictValue): string {
  const entries = optionalField(
    manifest,
    "bindings",
    listOf((value) => asRecord(value, "struct BindingManifestEntry")),
  );
  return header + (entries ?? []).map(declarationOf).join("");
}

function declarationOf(entry: DictValue): string {
  const binding = entry.get("binding");
  if (typeof binding !== "string" || !/^[A-Za-z_]\w*$/.test(binding)) {
    throw new FieldError("a binding has no name that can be declared");
  }
  const output = entry.get("output_schema") ?? null;
  const result = output === null ? "CompositionToolResult" : typeOf(output, 0);
  return `export declare function ${binding}(args: ${argumentsOf(entry.get("input_schema") ?? null)}): Promise<${result}>;\n`;
}

/** A JSON Schema of an object, or a dict of parameters, which are required unless they say otherwise. */
function argumentsOf(schema: Value): string {
  const dict = asDict(schema);
  if (dict === undefined || dict.size === 0) return anyObject;
  if (dict.has("properties") || typeof dict.get("type") === "string") return typeOf(dict, 0);
  return fieldsOf(dict, (_name, parameter) => asDict(parameter)?.get("required") !== false, 0);
}

function typeOf(schema: Value, depth: number): string {
  if (typeof schema === "string") return names[schema] ?? "JsonValue";
  const dict = asDict(schema);
  if (dict === undefined || depth > deepest) return "JsonValue";
  const choices = asList(dict.get("enum"));
  if (choices) return union(choices.map(literal));
  if (dict.has("const")) return literal(dict.get("const") ?? null);
  const alternatives = asList(dict.get("oneOf")) ?? asList(dict.get("anyOf"));
  if (alternatives) return union(alternatives.map((each) => typeOf(each, depth + 1)));
  const properties = asDict(dict.get("properties"));
  if (properties && properties.size > 0) {
    const required = new Set(asList(dict.get("required")) ?? []);
    return fieldsOf(properties, (name) => required.has(name), depth + 1);
  }
  const items = dict.get("items");
  const type = dict.get("type");
  if (items !== undefined && (type === "array" || type === "list")) return listType(typeOf(items, depth + 1));
  const types = asList(type);
  if (types) return union(types.map((each) => typeOf(each, depth + 1)));
  return typeof type === "string" ? (names[type] ?? "JsonValue") : "JsonValue";
}

function listType(item: string): string {
  return item.includes("|") ? `(${item})[]` : `${item}[]`;
}

function union(types: readonly string[]): string {
  return types.length === 0 ? "JsonValue" : [...new Set(types)].join(" | ");
}

function literal(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  return "JsonValue";
}

function fieldsOf(fields: DictValue, isRequired: (name: string, schema: Value) => boolean, depth: number): string {
  const shown = [...fields.entries()].map(([name, schema]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${key}${isRequired(name, schema) ? "" : "?"}: ${typeOf(schema, depth)}`;
  });
  return `{ ${shown.join("; ")} }`;
}

function asDict(value: Value | undefined): DictValue | undefined {
  return isObject(value) && value.kind === "dict" ? value : undefined;
}

function asList(value: Value | undefined): readonly Value[] | undefined {
  return isObject(value) && value.kind === "list" ? value.view() : undefined;
}
