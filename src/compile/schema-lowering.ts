import type { TypeExpression } from "../syntax/index.ts";

/** Plain data a schema or another compile-time constant is made of. */
export type Literal =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Literal[]
  | { readonly [key: string]: Literal };

/** Finds the declaration behind a type name: an alias's type, a struct's fields. */
export type FindType = (name: string) => TypeExpression | undefined;

/**
 * A type as a schema dict of the language (`schema_of`, `output_schema`). Recursive aliases stop at the name's second
 * visit, where anything goes.
 */
export function schemaOf(type: TypeExpression, find: FindType, seen: ReadonlySet<string> = new Set()): Literal {
  const of = (inner: TypeExpression): Literal => schemaOf(inner, find, seen);
  switch (type.kind) {
    case "named-type":
      return namedSchema(type, find, seen);
    case "list-type":
      return { type: "list", items: of(type.element) };
    case "function-type":
      return { type: "closure" };
    case "shape-type":
      return {
        type: "dict",
        properties: Object.fromEntries(type.fields.map((field) => [field.name.text, of(field.type)])),
        required: type.fields.filter((field) => !field.isOptional).map((field) => field.name.text),
      };
    case "union-type":
      return unionSchema(type.members, of);
    case "intersection-type":
      return { all_of: type.members.map(of) };
    case "optional-type":
      return { union: [of(type.inner), { type: "nil" }] };
    case "string-type":
      return { type: "string", const: type.value };
    case "int-type":
      return { type: "int", const: type.value };
  }
}

/** A union of literals of one kind is an enumeration. */
function unionSchema(members: readonly TypeExpression[], of: (type: TypeExpression) => Literal): Literal {
  if (members.every((member) => member.kind === "string-type"))
    return { type: "string", enum: members.map((m) => m.value) };
  if (members.every((member) => member.kind === "int-type")) return { type: "int", enum: members.map((m) => m.value) };
  return { union: members.map(of) };
}

function namedSchema(
  type: TypeExpression & { kind: "named-type" },
  find: FindType,
  seen: ReadonlySet<string>,
): Literal {
  const [first, second] = type.arguments;
  const name = type.name.text;
  if (name === "list") return first ? { type: "list", items: schemaOf(first, find, seen) } : { type: "list" };
  if (name === "dict")
    return second ? { type: "dict", additional_properties: schemaOf(second, find, seen) } : { type: "dict" };
  if (name === "any" || name === "unknown" || seen.has(name)) return {};
  const declared = find(name);
  if (declared) return schemaOf(declared, find, new Set([...seen, name]));
  return primitiveNames.has(name) ? { type: name } : {};
}

const primitiveNames: ReadonlySet<string> = new Set([
  "int",
  "float",
  "string",
  "bool",
  "nil",
  "set",
  "bytes",
  "closure",
  "duration",
]);
