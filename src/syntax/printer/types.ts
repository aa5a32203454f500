import { unreachable } from "../../text/index.ts";
import type { TypeExpression, TypeParameter, WhereConstraint } from "../ast.ts";
import { quotePlain } from "./literals.ts";

export function typeText(type: TypeExpression): string {
  switch (type.kind) {
    case "named-type":
      return type.name.text + typeArgumentsText(type.arguments);
    case "list-type":
      return `[${typeText(type.element)}]`;
    case "function-type":
      return `fn(${type.params.map(typeText).join(", ")}) -> ${typeText(type.returns)}`;
    case "shape-type":
      return `{${type.fields.map((field) => `${field.name.text}${field.isOptional ? "?" : ""}: ${typeText(field.type)}`).join(", ")}}`;
    case "union-type":
      return type.members.map(typeText).join(" | ");
    case "intersection-type":
      return type.members.map(typeText).join(" & ");
    case "optional-type":
      return `${typeText(type.inner)}?`;
    case "string-type":
      return quotePlain(type.value);
    case "int-type":
      return String(type.value);
    default:
      return unreachable(type);
  }
}

/** `<A, B>`, or nothing. */
export function typeArgumentsText(types: readonly TypeExpression[]): string {
  return types.length === 0 ? "" : `<${types.map(typeText).join(", ")}>`;
}

/** `<in A, B>`, or nothing. */
export function typeParametersText(params: readonly TypeParameter[]): string {
  if (params.length === 0) return "";
  return `<${params.map(({ name, variance }) => (variance ? `${variance} ${name.text}` : name.text)).join(", ")}>`;
}

export function annotationText(type: TypeExpression | undefined): string {
  return type ? `: ${typeText(type)}` : "";
}

export function returnsText(type: TypeExpression | undefined): string {
  return type ? ` -> ${typeText(type)}` : "";
}

export function whereText(constraints: readonly WhereConstraint[]): string {
  if (constraints.length === 0) return "";
  return ` where ${constraints.map(({ parameter, bound }) => `${parameter.text}: ${bound.text}`).join(", ")}`;
}
