import { diagnose } from "../../diagnostics/index.ts";
import type { EnumDeclaration, InterfaceDeclaration, StructDeclaration, TypeDeclaration } from "../../syntax/index.ts";
import { wrongVariance } from "../diagnostics.ts";
import { generics } from "../model/names.ts";
import type { Type } from "../model/type.ts";
import type { Checker } from "./context.ts";

type Position = "covariant" | "contravariant" | "invariant";
type Variant = TypeDeclaration | EnumDeclaration | StructDeclaration | InterfaceDeclaration;

/** A marked type parameter against each place where its declaration uses it; the first contradiction per parameter. */
export function checkVariance(c: Checker, declaration: Variant): void {
  if (!declaration.typeParameters.some((parameter) => parameter.variance !== undefined)) return;
  const uses = usesOf(c, declaration);
  for (const { name, variance } of declaration.typeParameters) {
    if (variance === undefined) continue;
    const allowed: Position = variance === "out" ? "covariant" : "contravariant";
    const wrong = uses.find((use) => use.parameter === name.text && use.position !== allowed);
    if (wrong === undefined) continue;
    const facts = {
      parameter: name.text,
      declared: variance,
      position: wrong.position,
      declaration: `${kindWord(declaration)} '${declaration.name.text}'`,
    };
    c.report(diagnose(wrongVariance, c.source, declaration.span, facts));
  }
}

function kindWord(declaration: Variant): string {
  return declaration.kind === "type" ? "type alias" : declaration.kind;
}

interface Use {
  readonly parameter: string;
  readonly position: Position;
}

/** Struct fields can be written and read; payloads of enums are only read. */
function usesOf(c: Checker, declaration: Variant): readonly Use[] {
  const symbol = c.scope.findType(declaration.name.text);
  const uses: Use[] = [];
  switch (symbol?.kind) {
    case "alias":
      collect(symbol.target, "covariant", uses);
      break;
    case "struct":
      for (const field of symbol.fields.values()) collect(field.type, "invariant", uses);
      break;
    case "enum":
      for (const field of [...symbol.variants.values()].flat()) collect(field.type, "covariant", uses);
      break;
    case "interface":
      for (const { params, returns } of symbol.methods.values()) {
        for (const param of params) collect(param.type, "contravariant", uses);
        if (returns) collect(returns, "covariant", uses);
      }
      break;
    case undefined:
      break;
  }
  return uses;
}

function collect(type: Type, position: Position, uses: Use[]): void {
  switch (type.kind) {
    case "parameter":
      uses.push({ parameter: type.name, position });
      break;
    case "generic":
      for (const argument of type.arguments) {
        collect(argument, generics[type.name].variance === "covariant" ? position : "invariant", uses);
      }
      break;
    case "struct":
    case "enum":
    case "interface":
    case "alias":
      for (const [index, argument] of type.arguments.entries()) {
        collect(argument, compose(position, type.symbol.parameters[index]?.variance), uses);
      }
      break;
    case "shape":
      for (const field of type.fields) collect(field.type, position, uses);
      break;
    case "function":
      for (const param of type.params) collect(param, flip(position), uses);
      collect(type.returns, position, uses);
      break;
    case "union":
    case "intersection":
      for (const member of type.members) collect(member, position, uses);
      break;
    default:
      break;
  }
}

function flip(position: Position): Position {
  return position === "covariant" ? "contravariant" : position === "contravariant" ? "covariant" : "invariant";
}

function compose(position: Position, variance: "in" | "out" | undefined): Position {
  if (variance === undefined) return "invariant";
  return variance === "out" ? position : flip(position);
}
