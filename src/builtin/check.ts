import type { TypeSpec } from "../bytecode/index.ts";
import { isObject, type Value } from "../value/index.ts";
import { typeName } from "../value/kind.ts";

/** Whether a value is of a type. Nominal names are matched by name: a struct's, an enum's, a handle's. */
export function conforms(value: Value, spec: TypeSpec): boolean {
  switch (spec.kind) {
    case "any":
      return true;
    case "named":
      return isNamed(value, spec.name);
    case "list":
      return isObject(value) && value.kind === "list" && value.view().every((item) => conforms(item, spec.element));
    case "dict":
      if (!isObject(value)) return false;
      if (value.kind === "struct") return value.fields().every(([, item]) => conforms(item, spec.value));
      return value.kind === "dict" && value.values().every((item) => conforms(item, spec.value));
    case "union":
      return spec.members.some((member) => conforms(value, member));
    case "intersection":
      return spec.members.every((member) => conforms(value, member));
    case "literal":
      return value === spec.value;
    case "shape": {
      if (!isObject(value) || (value.kind !== "dict" && value.kind !== "struct")) return false;
      return spec.fields.every((field) => {
        const item = value.get(field.name);
        return item === undefined ? field.isOptional : conforms(item, field.type);
      });
    }
    case "nominal":
      return (
        isObject(value) &&
        ((value.kind === "struct" && value.type.name === spec.name) ||
          (value.kind === "enum" && value.enumName === spec.name))
      );
    case "interface":
      return isObject(value) && value.kind === "struct";
  }
}

/** Ints and floats accept each other, a dict accepts a struct, and whatever can be called is a closure (language-semantics §6.2). */
function isNamed(value: Value, name: string): boolean {
  const actual = typeName(value);
  if (actual === name) return true;
  switch (name) {
    case "int":
      return actual === "float";
    case "float":
      return actual === "int";
    case "dict":
      return actual === "struct";
    case "closure":
      return actual === "builtin";
    default:
      return false;
  }
}
