import type { FunctionSignature } from "../symbols/signature.ts";
import { type InferenceConflict, type IsAssignable, inferWith } from "./inference.ts";
import { printType } from "./print.ts";
import { resolve } from "./resolve.ts";
import { type Bindings, bindParameters, substitute } from "./substitute.ts";
import { dynamic, type Type } from "./type.ts";

type InterfaceType = Extract<Type, { readonly kind: "interface" }>;

export function satisfies(source: Type, target: InterfaceType, isAssignable: IsAssignable): boolean {
  return whyUnsatisfied(source, target, isAssignable) === undefined;
}

/** The first reason why a type has not the methods of an interface; undefined when it has them all. */
export function whyUnsatisfied(source: Type, target: InterfaceType, isAssignable: IsAssignable): string | undefined {
  const type = resolve(source);
  if (type.kind === "shape" || type.kind === "function" || type.kind === "union") {
    return "only named types can satisfy interfaces";
  }
  const wanted = target.symbol.methods;
  if (type.kind !== "struct" && type.kind !== "enum") return missingAll(wanted);
  const given = type.symbol.methods;
  if (given.size === 0) return wanted.size === 0 ? undefined : missingAll(wanted);
  const own = bindParameters(type.symbol.parameters, type.arguments);
  const associated = new Map<string, Type>();
  for (const [name, method] of wanted) {
    const found = given.get(name);
    if (found === undefined) return `missing method '${name}'`;
    const reason = compareMethods(found, own, method, target, associated, isAssignable);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function missingAll(wanted: ReadonlyMap<string, FunctionSignature>): string {
  return `missing method(s): ${[...wanted.keys()].join(", ")}`;
}

function compareMethods(
  found: FunctionSignature,
  own: Bindings,
  wanted: FunctionSignature,
  target: InterfaceType,
  associated: Map<string, Type>,
  isAssignable: IsAssignable,
): string | undefined {
  const { name } = wanted;
  if (found.params.length !== wanted.params.length) {
    return `method '${name}' has ${found.params.length} parameter(s), expected ${wanted.params.length}`;
  }
  const declared = bindParameters(target.symbol.parameters, target.arguments);
  const isAssociated = new Set(target.symbol.associated.map((parameter) => parameter.name));
  for (const [index, param] of wanted.params.entries()) {
    const given = substitute(found.params[index]?.type ?? dynamic, own);
    const expected = substitute(param.type, declared);
    if (expected.kind === "parameter" && isAssociated.has(expected.name)) {
      const reason = bindAssociated(expected.name, given, target, associated, isAssignable);
      if (reason !== undefined) return reason;
      continue;
    }
    const conflict = inferWith(isAssignable, expected, given, target.symbol.associated, associated);
    if (conflict !== undefined) return conflictText(conflict);
    if (!isAssignable(substitute(expected, associated), given)) {
      return `method '${name}' parameter ${index + 1} has type '${printType(given)}', expected '${printType(expected)}'`;
    }
  }
  if (wanted.returns === undefined || found.returns === undefined) return undefined;
  const given = substitute(found.returns, own);
  const expected = substitute(wanted.returns, declared);
  if (expected.kind === "parameter" && isAssociated.has(expected.name)) {
    return bindAssociated(expected.name, given, target, associated, isAssignable);
  }
  const conflict = inferWith(isAssignable, expected, given, target.symbol.associated, associated);
  if (conflict !== undefined) return conflictText(conflict);
  if (isAssignable(given, substitute(expected, associated))) return undefined;
  return `method '${name}' returns '${printType(given)}', expected '${printType(expected)}'`;
}

/** Two methods want an associated type to be two things. */
function conflictText({ parameter, first, second }: InferenceConflict): string {
  return `type parameter '${parameter}' was inferred as both ${printType(first)} and ${printType(second)}`;
}

/** An associated type is whatever the first method makes it, within what the interface asks of it. */
function bindAssociated(
  name: string,
  given: Type,
  target: InterfaceType,
  associated: Map<string, Type>,
  isAssignable: IsAssignable,
): string | undefined {
  const expected = associated.get(name) ?? target.symbol.fallbacks.get(name);
  if (expected === undefined) {
    associated.set(name, given);
    return undefined;
  }
  if (isAssignable(given, expected)) return undefined;
  return `associated type '${name}' resolves to '${printType(given)}', expected '${printType(expected)}'`;
}
