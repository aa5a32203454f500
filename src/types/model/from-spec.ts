import type { TypeSpec } from "../../bytecode/index.ts";
import { isGenericName, isPrimitiveName } from "./names.ts";
import { dynamic, generic, listOf, never, type Type } from "./type.ts";

/**
 * What a builtin's declared result tells the checker. Only plain kinds: a union such as `int | float` depends on the arguments in a
 * way that the declaration does not say, and would make the checker complain about programs that are right.
 */
export function resultOfSpec(spec: TypeSpec): Type {
  switch (spec.kind) {
    case "named":
      if (spec.name === "never") return never;
      if (isPrimitiveName(spec.name)) return { kind: "primitive", name: spec.name };
      return isGenericName(spec.name) ? generic(spec.name) : dynamic;
    case "list": {
      const element = resultOfSpec(spec.element);
      return element.kind === "dynamic" ? generic("list") : listOf(element);
    }
    case "dict":
      return generic("dict");
    default:
      return dynamic;
  }
}
