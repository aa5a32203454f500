import type { TypeSpec } from "../../bytecode/index.ts";
import { recordType } from "../symbols/record-symbol.ts";
import { handleName, isGenericName, isPrimitiveName } from "./names.ts";
import { any, dynamic, generic, listOf, never, type Type } from "./type.ts";
import { unionOf } from "./union.ts";

/** What a builtin asks of an argument. The machine checks the same declaration when the call is made. */
export function parameterOfSpec(spec: TypeSpec): Type {
  switch (spec.kind) {
    case "any":
      return any;
    case "named":
      return namedType(spec.name);
    case "list":
      return listOf(parameterOfSpec(spec.element));
    case "dict":
      return generic("dict", { kind: "primitive", name: "string" }, parameterOfSpec(spec.value));
    case "union":
      return unionOf(withoutBareDict(spec.members).map(parameterOfSpec));
    case "intersection":
      return { kind: "intersection", members: spec.members.map(parameterOfSpec) };
    case "literal":
      return typeof spec.value === "string" ? { kind: "literal", value: spec.value } : dynamic;
    case "shape":
      return {
        kind: "shape",
        fields: spec.fields.map(({ name, isOptional, type }) => ({ name, isOptional, type: parameterOfSpec(type) })),
      };
    case "interface":
      return recordType(spec.name, []) ?? { kind: "opaque", name: spec.name, arguments: [] };
    case "nominal":
      return dynamic;
  }
}

/**
 * What a builtin's declared result tells. One that may be an int or a float depends on the arguments in a way that the declaration
 * does not say, and is left open: `let n: int = abs(1)` is right.
 */
export function resultOfSpec(spec: TypeSpec): Type {
  if (spec.kind === "union" && spec.members.some(isFloat) && spec.members.some(isInt)) return dynamic;
  const type = parameterOfSpec(spec);
  return type.kind === "any" ? dynamic : type;
}

function namedType(name: string): Type {
  if (name === "never") return never;
  if (name === "task_handle") return { kind: "handle", name: "task" };
  if (isPrimitiveName(name)) return { kind: "primitive", name };
  const word = constructors.get(name) ?? name;
  if (isGenericName(word)) return generic(word);
  const handle = handleName(name);
  return handle === undefined ? dynamic : { kind: "handle", name: handle };
}

/** Where signatures name a kind by `type_of`'s word, and programs by a type's. */
const constructors: ReadonlyMap<string, string> = new Map([
  ["generator", "Generator"],
  ["stream", "Stream"],
  ["pair", "Pair"],
]);

/** A documented record is declared as a dict of that name: the name says more. */
function withoutBareDict(members: readonly TypeSpec[]): readonly TypeSpec[] {
  if (!members.some(({ kind }) => kind === "interface")) return members;
  return members.filter((member) => !(member.kind === "named" && member.name === "dict"));
}

function isInt(spec: TypeSpec): boolean {
  return spec.kind === "named" && spec.name === "int";
}

function isFloat(spec: TypeSpec): boolean {
  return spec.kind === "named" && spec.name === "float";
}
