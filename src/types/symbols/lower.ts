import type { Name, TypeExpression } from "../../syntax/index.ts";
import { unreachable } from "../../text/index.ts";
import { handleName, isGenericName, isPrimitiveName } from "../model/names.ts";
import { any, bool, dynamic, listOf, never, type ParameterType, type Type, unknown } from "../model/type.ts";
import { unionOf, withNil } from "../model/union.ts";
import { recordType } from "./record-symbol.ts";
import type { TypeSymbol } from "./type-symbol.ts";

/** The names that a type may use where it stands. */
export interface TypeScope {
  findParameter(name: string): ParameterType | undefined;
  findType(name: string): TypeSymbol | undefined;
  readonly isWhole: boolean;
}

/** The meaning of a written type. */
export function lowerType(type: TypeExpression, scope: TypeScope): Type {
  switch (type.kind) {
    case "named-type":
      return lowerNamed(type.name, type.arguments, scope);
    case "list-type":
      return listOf(lowerType(type.element, scope));
    case "function-type":
      return { kind: "function", params: lowerAll(type.params, scope), returns: lowerType(type.returns, scope) };
    case "shape-type":
      return {
        kind: "shape",
        fields: type.fields.map((field) => ({
          name: field.name.text,
          isOptional: field.isOptional,
          type: lowerType(field.type, scope),
        })),
      };
    case "union-type":
      return unionOf(lowerAll(type.members, scope));
    case "intersection-type":
      return { kind: "intersection", members: lowerAll(type.members, scope) };
    case "optional-type":
      return withNil(lowerType(type.inner, scope));
    case "string-type":
    case "int-type":
      return { kind: "literal", value: type.value };
    default:
      return unreachable(type);
  }
}

function lowerAll(types: readonly TypeExpression[], scope: TypeScope): readonly Type[] {
  return types.map((type) => lowerType(type, scope));
}

/** A program's own names come first: a struct may be called `Pair`. */
function lowerNamed(name: Name, args: readonly TypeExpression[], scope: TypeScope): Type {
  const parameter = scope.findParameter(name.text);
  if (parameter !== undefined) return parameter;
  const symbol = scope.findType(name.text);
  if (symbol !== undefined) return { kind: symbol.kind, symbol, arguments: lowerAll(args, scope) } as Type;
  return lowerWord(name.text, lowerAll(args, scope), scope.isWhole);
}

function lowerWord(name: string, args: readonly Type[], isWhole: boolean): Type {
  switch (name) {
    case "_":
      return dynamic;
    case "any":
      return any;
    case "unknown":
      return unknown;
    case "never":
      return never;
    case "true":
    case "false":
      return bool;
    default:
      if (isPrimitiveName(name) && args.length === 0) return { kind: "primitive", name };
      if (isGenericName(name)) return { kind: "generic", name, arguments: args };
      return lowerOther(name, args, isWhole);
  }
}

function lowerOther(name: string, args: readonly Type[], isWhole: boolean): Type {
  const handle = args.length === 0 ? handleName(name) : undefined;
  if (handle !== undefined) return { kind: "handle", name: handle };
  return isWhole ? (recordType(name, args) ?? { kind: "opaque", name, arguments: args }) : dynamic;
}
