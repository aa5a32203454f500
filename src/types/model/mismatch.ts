import { isAssignable } from "./assignable.ts";
import { generics, isGenericName } from "./names.ts";
import { printType } from "./print.ts";
import { resolve } from "./resolve.ts";
import { isNil, type ShapeType, type Type } from "./type.ts";
import { withNil } from "./union.ts";

/** Where inside two types the mismatch lies; undefined where the types say it all. `isNested` marks a part, for a note of its own. */
export interface MismatchDetail {
  readonly text: string;
  readonly isNested: boolean;
}

export function explainMismatch(source: Type, target: Type): MismatchDetail | undefined {
  if (source.kind === "shape" && target.kind === "shape") return listShapeProblems(source, target);
  const found = resolve(source);
  const expected = resolve(withoutNil(target));
  const text = nestedProblem(found, expected);
  return text === undefined ? undefined : { text, isNested: true };
}

/** What a value that is not nil has to be: options are mostly nilable as a whole. */
function withoutNil(target: Type): Type {
  const expected = resolve(target);
  if (expected.kind !== "union") return target;
  const [member, ...more] = expected.members.filter((each) => !isNil(each));
  return member === undefined || more.length > 0 ? target : member;
}

function nestedProblem(found: Type, expected: Type): string | undefined {
  if (found.kind === "shape" && expected.kind === "shape") return firstShapeProblem(found, expected);
  if (found.kind === "function" && expected.kind === "function") return functionProblem(found, expected);
  if (found.kind === "generic" && expected.kind === "generic" && found.name === expected.name) {
    if (found.name === "iter" || found.name === "Generator" || found.name === "Stream") return undefined;
    return argumentProblem(found.name, found.arguments, expected.arguments);
  }
  if (
    (found.kind === "struct" || found.kind === "enum") &&
    found.kind === expected.kind &&
    found.symbol === expected.symbol
  ) {
    return argumentProblem(found.symbol.name, found.arguments, expected.arguments);
  }
  return undefined;
}

/** Two shapes as written: every field that is absent or differs. */
function listShapeProblems(found: ShapeType, expected: ShapeType): MismatchDetail | undefined {
  const problems = expected.fields.flatMap((wanted) => {
    const given = found.fields.find((field) => field.name === wanted.name);
    if (given === undefined)
      return wanted.isOptional ? [] : [`missing field '${wanted.name}' (${printType(wanted.type)})`];
    if (fits(given.type, wanted)) return [];
    return [`field '${wanted.name}' has type ${printType(given.type)}, expected ${printType(wanted.type)}`];
  });
  return problems.length === 0 ? undefined : { text: problems.join("; "), isNested: false };
}

function firstShapeProblem(found: ShapeType, expected: ShapeType): string | undefined {
  for (const wanted of expected.fields) {
    const given = found.fields.find((field) => field.name === wanted.name);
    if (given === undefined && wanted.isOptional) continue;
    if (given === undefined) return `field \`${wanted.name}\` is missing; expected ${printDeep(wanted.type)}`;
    if (!fits(given.type, wanted)) {
      return `field \`${wanted.name}\` expected ${printDeep(wanted.type)}, found ${printType(given.type)}`;
    }
  }
  return undefined;
}

function fits(given: Type, wanted: { readonly type: Type; readonly isOptional: boolean }): boolean {
  return isAssignable(given, wanted.isOptional ? withNil(wanted.type) : wanted.type);
}

function functionProblem(
  found: Extract<Type, { readonly kind: "function" }>,
  expected: Extract<Type, { readonly kind: "function" }>,
): string | undefined {
  for (const [index, param] of found.params.entries()) {
    const given = expected.params[index];
    if (given !== undefined && !isAssignable(given, param)) {
      return `function parameter ${index + 1} expected ${printType(given)}, found ${printType(param)}`;
    }
  }
  if (isAssignable(found.returns, expected.returns)) return undefined;
  return `function return expected ${printType(expected.returns)}, found ${printType(found.returns)}`;
}

function argumentProblem(name: string, found: readonly Type[], expected: readonly Type[]): string | undefined {
  if (found.length !== expected.length) return undefined;
  for (const [index, given] of found.entries()) {
    const wanted = expected[index] as Type;
    const fitsInPlace = isAssignable(given, wanted) && (!isInvariant(name) || isAssignable(wanted, given));
    if (!fitsInPlace) return `${partOf(name, index)} expected ${printType(wanted)}, found ${printType(given)}`;
  }
  return undefined;
}

function isInvariant(name: string): boolean {
  return isGenericName(name) && generics[name].variance === "invariant";
}

function partOf(name: string, index: number): string {
  if (name === "list") return "list element";
  if (name === "dict") return index === 0 ? "dict key" : "dict value";
  return `${name} type argument ${index + 1}`;
}

/** Alias names inside a part are spelled out: the reader looks for the difference, not for the name. */
function printDeep(type: Type): string {
  return printType(expand(type, 3));
}

function expand(type: Type, depth: number): Type {
  if (depth === 0) return type;
  const inner = resolve(type);
  switch (inner.kind) {
    case "generic":
      return { ...inner, arguments: inner.arguments.map((argument) => expand(argument, depth - 1)) };
    default:
      return inner;
  }
}
