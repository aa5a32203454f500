import type { Type } from "./type.ts";

/** Whether two types are written alike; aliases are compared by name and arguments. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "dynamic":
    case "any":
    case "unknown":
    case "never":
      return a.kind === b.kind;
    case "primitive":
      return b.kind === "primitive" && a.name === b.name;
    case "handle":
      return b.kind === "handle" && a.name === b.name;
    case "parameter":
      return b.kind === "parameter" && a.name === b.name;
    case "literal":
      return b.kind === "literal" && a.value === b.value;
    case "generic":
      return b.kind === "generic" && a.name === b.name && sameAll(a.arguments, b.arguments);
    case "opaque":
      return b.kind === "opaque" && a.name === b.name && sameAll(a.arguments, b.arguments);
    case "struct":
    case "enum":
    case "interface":
    case "alias":
      return b.kind === a.kind && a.symbol === b.symbol && sameAll(a.arguments, b.arguments);
    case "shape":
      return (
        b.kind === "shape" &&
        a.fields.length === b.fields.length &&
        a.fields.every((field, index) => {
          const other = b.fields[index];
          return (
            other?.name === field.name && other.isOptional === field.isOptional && sameType(field.type, other.type)
          );
        })
      );
    case "function":
      return b.kind === "function" && sameAll(a.params, b.params) && sameType(a.returns, b.returns);
    case "union":
    case "intersection":
      return b.kind === a.kind && sameAll(a.members, b.members);
  }
}

function sameAll(a: readonly Type[], b: readonly Type[]): boolean {
  return a.length === b.length && a.every((type, index) => sameType(type, b[index] as Type));
}
