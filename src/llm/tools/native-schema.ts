import { DictValue, handOut, type Value } from "../../value/index.ts";
import { isDict, isList, list, record } from "../fields.ts";
import { isRequired, type ToolEntry } from "./registry.ts";

const jsonTypes: Readonly<Record<string, string>> = {
  int: "integer",
  integer: "integer",
  float: "number",
  number: "number",
  bool: "boolean",
  boolean: "boolean",
  dict: "object",
  object: "object",
  list: "array",
  array: "array",
  string: "string",
  null: "null",
  nil: "null",
};

/** Schemas of the language's types have names of their own for some keys. */
const jsonKeys: Readonly<Record<string, string>> = {
  additional_properties: "additionalProperties",
  union: "anyOf",
  all_of: "allOf",
};

/** What was made of tools; marked as shared, since several requests have it. */
const made = new WeakMap<ToolEntry, DictValue>();

/** A tool in function form, its schema made from its parameters alone. */
export function nativeTool(tool: ToolEntry): DictValue {
  const known = made.get(tool);
  if (known !== undefined) return known;
  const native = handOut(nativeForm(tool));
  made.set(tool, native);
  return native;
}

function nativeForm(tool: ToolEntry): DictValue {
  if (isDict(tool.entry.get("function")) || tool.entry.has("input_schema")) return tool.entry;
  return record({
    type: "function",
    function: record({ name: tool.name, description: tool.description, parameters: parameterSchema(tool) }),
  });
}

export function parameterSchema(tool: ToolEntry): DictValue {
  const properties = new Map<string, Value>();
  const required: Value[] = [];
  for (const [name, spec] of tool.parameters.entries()) {
    properties.set(name, propertySchema(spec));
    if (isRequired(spec)) required.push(name);
  }
  return record({
    type: "object",
    properties: new DictValue(properties),
    required: list(required),
    additionalProperties: false,
  });
}

/** `"int"` or a schema dict, as JSON schema: Harn's type names become JSON's, and the flag `required` is left out. */
export function propertySchema(spec: Value): DictValue {
  if (typeof spec === "string") return record({ type: jsonTypes[spec] ?? "string" });
  if (!isDict(spec)) return record({ type: "string" });
  const schema = new Map<string, Value>();
  for (const [key, value] of spec.entries()) {
    if (key === "required" && typeof value === "boolean") continue;
    const name = jsonKeys[key] ?? key;
    schema.set(name, nested(name, value));
  }
  return new DictValue(schema);
}

function nested(key: string, value: Value): Value {
  if (key === "type" && typeof value === "string") return jsonTypes[value] ?? value;
  if (key === "items" || key === "additionalProperties") return isDict(value) ? propertySchema(value) : value;
  if (key === "properties" && isDict(value))
    return new DictValue(new Map([...value.entries()].map(([name, spec]) => [name, propertySchema(spec)])));
  if ((key === "anyOf" || key === "oneOf" || key === "allOf") && isList(value))
    return list(value.toArray().map(propertySchema));
  return value;
}
