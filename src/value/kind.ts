import type { Value } from "./value.ts";

/** What `type_of` answers, which is also the word that error texts use. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case "number":
    case "bigint":
      return "int";
    case "string":
      return "string";
    case "boolean":
      return "bool";
    default:
      if (value === null) return "nil";
      if (value.kind === "handle") return value.typeName;
      if (value.kind === "builtin") return value.isBound ? "closure" : "builtin";
      return value.kind === "struct-type" ? "closure" : value.kind;
  }
}
