import { conforms } from "../builtin/index.ts";
import {
  describeType,
  type FunctionCode,
  type ParamCode,
  type ShapeFieldSpec,
  type TypeSpec,
} from "../bytecode/index.ts";
import { nearestName } from "../text/index.ts";
import {
  DictValue,
  isObject,
  type ListValue,
  type Raise,
  runtimeError,
  StructValue,
  show,
  typeError,
  typeName,
  type Value,
} from "../value/index.ts";

/** Checks one parameter of a call against its annotation (language-semantics §6.2). */
export function checkParameter(code: FunctionCode, index: number, value: Value): void {
  const param = code.params[index] as ParamCode;
  const type = param.type as TypeSpec;
  if (!conforms(value, type)) throw parameterError(code.name, param.name, type, value);
}

function parameterError(callee: string, name: string, type: TypeSpec, value: Value): Raise {
  if (isKeyed(type)) return typeError(keyedProblem(name, type, value));
  switch (type.kind) {
    case "nominal":
      return typeError(`'${callee}' parameter \`${name}\` expects ${type.name}, got ${typeName(value)}`);
    case "interface":
      return typeError(
        `parameter '${name}': expected value satisfying interface '${type.name}', got ${typeName(value)}`,
      );
    case "named":
      if (schemaKinds.has(type.name)) break;
      return typeError(`'${callee}' parameter \`${name}\` expects ${type.name}, got ${typeName(value)}`);
    default:
      break;
  }
  return runtimeError(`TypeError: ${problem(name, type, value)}`);
}

const schemaKinds: ReadonlySet<string> = new Set([
  "int",
  "float",
  "string",
  "bool",
  "list",
  "set",
  "nil",
  "closure",
  "bytes",
]);

type KeyedSpec =
  | Extract<TypeSpec, { readonly kind: "shape" | "dict" }>
  | { readonly kind: "named"; readonly name: "dict" };

function isKeyed(type: TypeSpec): type is KeyedSpec {
  return type.kind === "shape" || type.kind === "dict" || (type.kind === "named" && type.name === "dict");
}

/** `name` is the parameter's, or the path to the field that is being looked at: `user.address`. */
function problem(name: string, type: TypeSpec, value: Value): string {
  if (isKeyed(type)) return keyedProblem(name, type, value);
  switch (type.kind) {
    case "intersection": {
      const broken = type.members.find((member) => !conforms(value, member));
      return broken === undefined ? expected(name, type, value) : problem(name, broken, value);
    }
    case "list":
      return isList(value) ? `parameter '${name}': ${partProblem("root", type, value)}` : expected(name, type, value);
    default: {
      const literals = literalsOf(type);
      if (literals !== undefined && kindWord(type) === typeName(value))
        return `parameter '${name}': value must be one of [${literals.join(", ")}]`;
      return expected(name, type, value);
    }
  }
}

function expected(name: string, type: TypeSpec, value: Value): string {
  return `parameter '${name}' expected ${kindWord(type)}, got ${typeName(value)} (${show(value)})`;
}

/** A type without its parts. */
function wordOf(type: TypeSpec): string {
  switch (type.kind) {
    case "shape":
      return "dict";
    case "list":
    case "dict":
      return type.kind;
    case "union":
      return type.members.map(wordOf).join("|");
    default:
      return describeType(type);
  }
}

function literalsOf(type: TypeSpec): readonly string[] | undefined {
  const members = type.kind === "union" ? type.members : [type];
  const values = members.map((member) => (member.kind === "literal" ? String(member.value) : undefined));
  return values.includes(undefined) ? undefined : (values as string[]);
}

/** Where inside a list the first mistake is: `at root[0].b: expected type 'int', got 'string'`. */
function partProblem(path: string, type: TypeSpec, value: Value): string {
  if (type.kind === "list" && isList(value)) {
    const index = value.view().findIndex((item) => !conforms(item, type.element));
    if (index >= 0) return partProblem(`${path}[${index}]`, type.element, value.at(index) as Value);
  }
  if (isKeyed(type) && hasFields(value)) {
    for (const { name, isOptional, type: wanted } of fieldsOf(type, value)) {
      const item = value.get(name);
      if (item === undefined && !isOptional) return `at ${path}: missing required key '${name}'`;
      if (item !== undefined && !conforms(item, wanted)) return partProblem(`${path}.${name}`, wanted, item);
    }
  }
  if (type.kind === "union") return `at ${path}: value did not match any union branch`;
  return `at ${path}: expected type '${wordOf(type)}', got '${typeName(value)}'`;
}

/** The first field that is absent or does not fit. */
function keyedProblem(name: string, type: KeyedSpec, value: Value): string {
  if (!hasFields(value)) return `parameter '${name}': expected dict or struct, got ${typeName(value)}`;
  for (const field of fieldsOf(type, value)) {
    const item = value.get(field.name);
    if (item === undefined) {
      if (!field.isOptional) return missingField(name, field, value);
    } else if (!conforms(item, field.type)) return fieldProblem(name, field, item);
  }
  return `parameter '${name}': expected ${describeType(type)}, got ${typeName(value)}`;
}

/** What a type asks of the keys of a value: a shape of its own keys, a dict of all that are there. */
function fieldsOf(type: KeyedSpec, value: DictValue | StructValue): readonly ShapeFieldSpec[] {
  if (type.kind === "shape") return type.fields;
  if (type.kind === "named") return [];
  return keysOf(value).map((name) => ({ name, isOptional: true, type: type.value }));
}

function fieldProblem(name: string, { name: field, type }: ShapeFieldSpec, item: Value): string {
  if (isOfRightKind(type, item)) return problem(`${name}.${field}`, type, item);
  const wanted = isKeyed(type) ? "dict or struct" : kindWord(type);
  return `parameter '${name}': field '${field}' expected ${wanted}, got ${typeName(item)}`;
}

/** The mistake lies deeper, or among alternatives. */
function isOfRightKind(type: TypeSpec, item: Value): boolean {
  if (isKeyed(type)) return hasFields(item);
  if (type.kind === "list") return isList(item);
  if (literalsOf(type) !== undefined) return kindWord(type) === typeName(item);
  return type.kind !== "named";
}

/** Literals go by the kind of value that they are. */
function kindWord(type: TypeSpec): string {
  const [first] = type.kind === "union" ? type.members : [type];
  if (literalsOf(type) === undefined || first?.kind !== "literal") return wordOf(type);
  return typeof first.value === "number" ? "int" : typeof first.value;
}

function missingField(name: string, { name: field, type }: ShapeFieldSpec, value: DictValue | StructValue): string {
  const present = keysOf(value);
  const nearest =
    present.find((key) => isScrambled(key, field)) ??
    (field.length > 5 ? nearestName(field, [...present].sort()) : undefined);
  const hint = nearest === undefined ? "" : `, did you mean '${nearest}'?`;
  const fields = present.length === 0 ? "no fields present" : `available fields: ${present.join(", ")}`;
  return `parameter '${name}': missing field '${field}' (${kindWord(type)})${hint} — ${fields}`;
}

function keysOf(value: DictValue | StructValue): readonly string[] {
  return value instanceof DictValue ? value.keys() : value.fields().map(([key]) => key);
}

function isList(value: Value): value is ListValue {
  return isObject(value) && value.kind === "list";
}

/** The same letters in another order: the commonest slip. */
function isScrambled(key: string, field: string): boolean {
  return key.length === field.length && [...key].sort().join("") === [...field].sort().join("");
}

function hasFields(value: Value): value is DictValue | StructValue {
  return value instanceof DictValue || value instanceof StructValue;
}
