import { unreachable } from "../../text/index.ts";
import { isNil, type Type } from "./type.ts";

/** The type in the words of the language, with the names a reader of the program can see. */
export function printType(type: Type): string {
  switch (type.kind) {
    case "dynamic":
      return "_";
    case "any":
    case "unknown":
    case "never":
      return type.kind;
    case "primitive":
    case "parameter":
    case "handle":
      return type.name;
    case "literal":
      return typeof type.value === "string" ? JSON.stringify(type.value) : String(type.value);
    case "generic":
    case "opaque":
      return withArguments(type.name, type.arguments);
    case "struct":
    case "enum":
    case "interface":
    case "alias":
      return withArguments(type.symbol.name, type.arguments);
    case "shape":
      return `{${type.fields.map((field) => `${field.name}${field.isOptional ? "?" : ""}: ${printType(field.type)}`).join(", ")}}`;
    case "function":
      return `fn(${type.params.map(printType).join(", ")}) -> ${printType(type.returns)}`;
    case "union":
      return printUnion(type.members);
    case "intersection":
      return type.members.map(printType).join(" & ");
    default:
      return unreachable(type);
  }
}

function withArguments(name: string, args: readonly Type[]): string {
  return args.length === 0 ? name : `${name}<${args.map(printType).join(", ")}>`;
}

/** `T?` for one member beside nil, otherwise all members in their order. */
function printUnion(members: readonly Type[]): string {
  const others = members.filter((member) => !isNil(member));
  const [only] = others;
  if (others.length === 1 && members.length === 2 && only !== undefined) return `${printType(only)}?`;
  return members.map(printType).join(" | ");
}
