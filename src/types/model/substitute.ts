import { dynamic, type ParameterType, type Type } from "./type.ts";
import { unionOf } from "./union.ts";

/** What a declaration's type parameters stand for. */
export type Bindings = ReadonlyMap<string, Type>;

/** The parameters bound in order; one without an argument is open. */
export function bindParameters(parameters: readonly ParameterType[], args: readonly Type[]): Bindings {
  return new Map(parameters.map((parameter, index) => [parameter.name, args[index] ?? dynamic]));
}

export function substitute(type: Type, bindings: Bindings): Type {
  if (bindings.size === 0) return type;
  const each = (types: readonly Type[]) => types.map((inner) => substitute(inner, bindings));
  switch (type.kind) {
    case "parameter":
      return bindings.get(type.name) ?? type;
    case "generic":
    case "opaque":
    case "struct":
    case "enum":
    case "interface":
    case "alias":
      return type.arguments.length === 0 ? type : { ...type, arguments: each(type.arguments) };
    case "shape":
      return { ...type, fields: type.fields.map((field) => ({ ...field, type: substitute(field.type, bindings) })) };
    case "function":
      return { ...type, params: each(type.params), returns: substitute(type.returns, bindings) };
    case "union":
      return unionOf(each(type.members));
    case "intersection":
      return { kind: "intersection", members: each(type.members) };
    default:
      return type;
  }
}
