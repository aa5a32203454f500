import type { RecordSymbol } from "../symbols/record-symbol.ts";
import type { AliasSymbol, EnumSymbol, InterfaceSymbol, StructSymbol } from "../symbols/type-symbol.ts";

/**
 * The checker's model of a type. Gradual: `dynamic` is what the checker does not know and never complains about, `any` is what the
 * program declared to be open, `unknown` accepts everything and gives nothing away until it is narrowed.
 */
export type Type =
  | DynamicType
  | { readonly kind: "any" }
  | UnknownType
  | { readonly kind: "never" }
  | PrimitiveType
  | LiteralType
  | GenericType
  | { readonly kind: "struct"; readonly symbol: StructSymbol; readonly arguments: readonly Type[] }
  | { readonly kind: "enum"; readonly symbol: EnumSymbol; readonly arguments: readonly Type[] }
  | { readonly kind: "interface"; readonly symbol: InterfaceSymbol; readonly arguments: readonly Type[] }
  /** Kept by name, because messages show the name; `resolve` gives what it stands for. */
  | { readonly kind: "alias"; readonly symbol: AliasSymbol | RecordSymbol; readonly arguments: readonly Type[] }
  /** A type parameter inside the declaration that owns it. */
  | ParameterType
  | ShapeType
  | FunctionType
  | UnionType
  | { readonly kind: "intersection"; readonly members: readonly Type[] }
  | HandleType
  | OpaqueType;

export interface DynamicType {
  readonly kind: "dynamic";
}

export interface UnknownType {
  readonly kind: "unknown";
  /** Kinds that a `type_of` check has ruled out on this path. */
  readonly excluded: readonly string[];
}

export interface PrimitiveType {
  readonly kind: "primitive";
  readonly name: PrimitiveName;
}

export type PrimitiveName = "int" | "float" | "string" | "bool" | "nil" | "bytes" | "duration" | "range" | "closure";

/** A kind of the machine that only names itself: `channel`, `task`, `HarnessFs`. */
export interface HandleType {
  readonly kind: "handle";
  readonly name: string;
}

/** A name nothing declares: a record of the library or of a host, or one whose import failed. It may be any record. */
export interface OpaqueType {
  readonly kind: "opaque";
  readonly name: string;
  readonly arguments: readonly Type[];
}

export interface LiteralType {
  readonly kind: "literal";
  readonly value: string | bigint;
}

/** A type constructor of the language. Without arguments it says nothing about its parts. */
export interface GenericType {
  readonly kind: "generic";
  readonly name: GenericName;
  readonly arguments: readonly Type[];
}

export type GenericName =
  | "list"
  | "dict"
  | "set"
  | "iter"
  | "Generator"
  | "Stream"
  | "Result"
  | "Schema"
  | "Pair"
  | "owned";

export interface ParameterType {
  readonly kind: "parameter";
  readonly name: string;
  readonly variance?: "in" | "out";
}

export interface ShapeType {
  readonly kind: "shape";
  readonly fields: readonly ShapeFieldType[];
}

export interface ShapeFieldType {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: Type;
}

export interface FunctionType {
  readonly kind: "function";
  readonly params: readonly Type[];
  readonly returns: Type;
  /** How many arguments a call may have, where that is known to differ from the number of `params`: defaults, rest. */
  readonly arity?: { readonly least: number; readonly most: number };
}

/** At least two members, none of them a union, no two the same. Made by `unionOf`. */
export interface UnionType {
  readonly kind: "union";
  readonly members: readonly Type[];
}

export const dynamic: DynamicType = { kind: "dynamic" };
export const any: Type = { kind: "any" };
export const unknown: UnknownType = { kind: "unknown", excluded: [] };
export const never: Type = { kind: "never" };
export const int = primitive("int");
export const float = primitive("float");
export const string = primitive("string");
export const bool = primitive("bool");
export const nil = primitive("nil");
export const duration = primitive("duration");
export const range = primitive("range");
export const closure = primitive("closure");

function primitive(name: PrimitiveName): PrimitiveType {
  return { kind: "primitive", name };
}

export function generic(name: GenericName, ...args: readonly Type[]): GenericType {
  return { kind: "generic", name, arguments: args };
}

export function listOf(element: Type): GenericType {
  return generic("list", element);
}

export function isPrimitive(type: Type, name: PrimitiveName): boolean {
  return type.kind === "primitive" && type.name === name;
}

export function isNil(type: Type): boolean {
  return isPrimitive(type, "nil");
}

/** Whether the checker has nothing to say about values of the type. */
export function isDynamic(type: Type): boolean {
  return type.kind === "dynamic" || type.kind === "opaque";
}
