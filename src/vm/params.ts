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
  switch (type.kind) {
    case "shape":
      return shapeError(name, type, value);
    case "nominal":
      return typeError(`'${callee}' parameter \`${name}\` expects ${type.name}, got ${typeName(value)}`);
    case "interface":
      return runtimeError(
        `TypeError: parameter '${name}': expected value satisfying interface '${type.name}', got ${typeName(value)}`,
      );
    case "named":
      if (!schemaKinds.has(type.name))
        return typeError(`'${callee}' parameter \`${name}\` expects ${type.name}, got ${typeName(value)}`);
      return expected(name, type, value);
    case "literal":
      return runtimeError(`TypeError: parameter '${name}': value must be one of [${literalText(type.value)}]`);
    case "list":
    case "dict":
      return elementError(name, type, value) ?? expected(name, type, value);
    default:
      return type.kind === "union" && type.members.every((member) => member.kind === "literal")
        ? runtimeError(
            `TypeError: parameter '${name}': value must be one of [${type.members.map((m) => literalText((m as { value: string }).value)).join(", ")}]`,
          )
        : expected(name, type, value);
  }
}

const schemaKinds: ReadonlySet<string> = new Set([
  "int",
  "float",
  "string",
  "bool",
  "dict",
  "list",
  "set",
  "nil",
  "closure",
  "bytes",
]);

function expected(name: string, type: TypeSpec, value: Value): Raise {
  const word = type.kind === "list" || type.kind === "dict" ? type.kind : describeType(type);
  return runtimeError(`TypeError: parameter '${name}' expected ${word}, got ${typeName(value)} (${show(value)})`);
}

function literalText(value: string | number | bigint | boolean): string {
  return String(value);
}

/** The first element that does not fit, by its path from `root`. */
function elementError(name: string, type: TypeSpec & { kind: "list" | "dict" }, value: Value): Raise | undefined {
  if (!isObject(value)) return undefined;
  const at = (path: string, wanted: TypeSpec, item: Value): Raise =>
    runtimeError(
      `TypeError: parameter '${name}': at ${path}: expected type '${describeType(wanted)}', got '${typeName(item)}'`,
    );
  if (type.kind === "list" && value.kind === "list") {
    const index = value.view().findIndex((item) => !conforms(item, type.element));
    return index < 0 ? undefined : at(`root[${index}]`, type.element, value.at(index) as Value);
  }
  if (type.kind === "dict" && value.kind === "dict") {
    const key = value.keys().find((candidate) => !conforms(value.get(candidate) as Value, type.value));
    return key === undefined ? undefined : at(`root.${key}`, type.value, value.get(key) as Value);
  }
  return undefined;
}

/** `name` is the parameter's, or the path to the field that is being looked at: `user.address`. */
function shapeError(name: string, type: TypeSpec & { kind: "shape" }, value: Value): Raise {
  if (!hasFields(value)) return typeError(`parameter '${name}': expected dict or struct, got ${typeName(value)}`);
  for (const field of type.fields) {
    const item = value.get(field.name);
    if (item === undefined) {
      if (!field.isOptional) return missingField(name, field, value);
    } else if (!conforms(item, field.type)) {
      return fieldError(name, field, item);
    }
  }
  return typeError(`parameter '${name}': expected ${describeType(type)}, got ${typeName(value)}`);
}

function fieldError(name: string, { name: field, type }: ShapeFieldSpec, item: Value): Raise {
  if (type.kind === "shape" && hasFields(item)) return shapeError(`${name}.${field}`, type, item);
  const wanted = type.kind === "shape" ? "dict or struct" : describeType(type);
  return typeError(`parameter '${name}': field '${field}' expected ${wanted}, got ${typeName(item)}`);
}

function missingField(name: string, { name: field, type }: ShapeFieldSpec, value: DictValue | StructValue): Raise {
  const present = value instanceof DictValue ? value.keys() : value.fields().map(([key]) => key);
  const nearest =
    present.find((key) => isScrambled(key, field)) ??
    (field.length > 5 ? nearestName(field, [...present].sort()) : undefined);
  const hint = nearest === undefined ? "" : `, did you mean '${nearest}'?`;
  const fields = present.length === 0 ? "no fields present" : `available fields: ${present.join(", ")}`;
  return typeError(`parameter '${name}': missing field '${field}' (${describeType(type)})${hint} — ${fields}`);
}

/** The same letters in another order: the commonest slip. */
function isScrambled(key: string, field: string): boolean {
  return key.length === field.length && [...key].sort().join("") === [...field].sort().join("");
}

function hasFields(value: Value): value is DictValue | StructValue {
  return value instanceof DictValue || value instanceof StructValue;
}
