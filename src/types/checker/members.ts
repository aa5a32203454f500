import { handleTypeOf } from "../../builtin/index.ts";
import { diagnose } from "../../diagnostics/index.ts";
import type { Expression, MethodCallExpression, Name } from "../../syntax/index.ts";
import { nearestName } from "../../text/index.ts";
import {
  fieldOfUnknown,
  propertyOfNil,
  propertyOfNilable,
  unknownField,
  unknownMethod,
  unknownVariant,
} from "../diagnostics.ts";
import { inferArguments } from "../model/infer.ts";
import { printType } from "../model/print.ts";
import { resolve } from "../model/resolve.ts";
import { bindParameters, substitute } from "../model/substitute.ts";
import { dynamic, generic, int, isNil, isPrimitive, string, type Type } from "../model/type.ts";
import { hasNil, unionOf, withNil, withoutNil } from "../model/union.ts";
import type { EnumSymbol } from "../symbols/type-symbol.ts";
import { checkBoundary } from "./boundary.ts";
import { checkArguments } from "./calls.ts";
import type { Checker } from "./context.ts";
import { checkMethodExists, methodResult } from "./methods.ts";
import { factAbout } from "./places.ts";
import { checkSafeNavigation } from "./safe-navigation.ts";
import type { CallSite } from "./signatures.ts";

type PropertyExpression = Extract<Expression, { readonly kind: "property" }>;

export function checkProperty(c: Checker, expression: PropertyExpression): Type {
  const symbol = enumNamed(c, expression.object);
  if (symbol !== undefined) {
    checkVariant(c, symbol, expression.name);
    return enumType(symbol, new Map());
  }
  checkBoundary(c, expression);
  const type = resolve(c.noted(expression.object));
  if (expression.isOptional) {
    const between = { from: expression.object.span.end, to: expression.name.span.start };
    checkSafeNavigation(c, "property", type, between, expression.name.text);
  }
  const found = readProperty(c, expression, type);
  return factAbout(c, expression) ?? found;
}

function readProperty(c: Checker, expression: PropertyExpression, type: Type): Type {
  const { name, isOptional } = expression;
  if (isNil(type)) {
    if (!isOptional && (isContract(c, expression.object) || isFixed(c, expression.object))) {
      c.report(diagnose(propertyOfNil, c.source, expression.span, { property: name.text }));
    }
    return dynamic;
  }
  if (!hasNil(type)) return fieldOf(c, expression, type);
  const present = resolve(withoutNil(type));
  if (isOptional) return withNil(fieldOf(c, expression, present));
  if ((present.kind === "shape" || present.kind === "struct") && isContract(c, expression.object)) {
    c.report(diagnose(propertyOfNilable, c.source, expression.span, { property: name.text, type: printType(type) }));
  }
  return dynamic;
}

/**
 * Whether what is read has a type that somebody wrote down. A dict that just happens to have certain keys may well get others.
 */
function isContract(c: Checker, expression: Expression): boolean {
  switch (expression.kind) {
    case "name":
      return c.scope.find(expression.name)?.isAnnotated ?? false;
    case "property":
    case "index":
      return isContract(c, expression.object);
    default:
      return false;
  }
}

/** A part of what can never be given another value: where that is nil, it stays nil. */
function isFixed(c: Checker, expression: Expression): boolean {
  switch (expression.kind) {
    case "name": {
      const mode = c.scope.find(expression.name)?.mode;
      return mode === "let" || mode === "const";
    }
    case "property":
      return isFixed(c, expression.object);
    default:
      return false;
  }
}

function fieldOf(c: Checker, expression: PropertyExpression, type: Type): Type {
  const { name } = expression;
  switch (type.kind) {
    case "shape": {
      const field = type.fields.find((each) => each.name === name.text);
      if (field !== undefined) return field.isOptional ? withNil(field.type) : field.type;
      if (isContract(c, expression.object)) {
        reportField(
          c,
          expression,
          `shape \`${printType(type)}\``,
          type.fields.map((each) => each.name),
        );
      }
      return dynamic;
    }
    case "struct": {
      const field = type.symbol.fields.get(name.text);
      if (field === undefined) {
        reportField(c, expression, `struct \`${type.symbol.name}\``, [...type.symbol.fields.keys()]);
        return dynamic;
      }
      const bound = substitute(field.type, bindParameters(type.symbol.parameters, type.arguments));
      return field.isOptional ? withNil(bound) : bound;
    }
    case "enum":
      return name.text === "variant" ? string : name.text === "fields" ? generic("list") : dynamic;
    case "primitive":
      return isPrimitive(type, "string") && name.text === "count" ? int : dynamic;
    case "generic":
      return fieldOfGeneric(type, name.text);
    case "union":
      return fieldOfUnion(type.members, name.text);
    case "intersection":
      return fieldOfIntersection(type.members, name.text);
    case "handle":
      return handleMember(c, type.name, name.text);
    case "unknown":
      if (!expression.isOptional) c.report(diagnose(fieldOfUnknown, c.source, expression.span, { field: name.text }));
      return dynamic;
    default:
      return dynamic;
  }
}

/** `harness.fs` is what its methods are declared for. */
function handleMember(c: Checker, handle: string, name: string): Type {
  const member = handleTypeOf(name);
  return handle === "Harness" && c.catalog.handleMethods.has(member) ? { kind: "handle", name: member } : dynamic;
}

function fieldOfGeneric(type: Extract<Type, { readonly kind: "generic" }>, name: string): Type {
  const [first, second] = type.arguments;
  switch (type.name) {
    case "list":
      if (name === "count") return int;
      return (name === "first" || name === "last") && first !== undefined ? withNil(first) : dynamic;
    case "dict":
      return second ?? dynamic;
    case "Pair":
      if (name === "first") return first ?? dynamic;
      return name === "second" ? (second ?? dynamic) : dynamic;
    default:
      return dynamic;
  }
}

/** What each of the shapes has under the name; open where one of them may not have it. */
function fieldOfUnion(members: readonly Type[], name: string): Type {
  const types: Type[] = [];
  for (const member of members.map(resolve)) {
    const field = member.kind === "shape" ? member.fields.find((each) => each.name === name) : undefined;
    if (field === undefined) return dynamic;
    types.push(field.isOptional ? withNil(field.type) : field.type);
  }
  return unionOf(types);
}

function fieldOfIntersection(members: readonly Type[], name: string): Type {
  for (const member of members.map(resolve)) {
    const field = member.kind === "shape" ? member.fields.find((each) => each.name === name) : undefined;
    if (field !== undefined) return field.isOptional ? withNil(field.type) : field.type;
  }
  return dynamic;
}

function reportField(c: Checker, expression: PropertyExpression, owner: string, available: readonly string[]): void {
  const field = expression.name.text;
  const nearest = nearestName(field, available, field.length <= 4 ? 1 : 2);
  const finding = diagnose(unknownField, c.source, expression.span, { field, owner, nearest, available });
  c.report(nearest === undefined ? finding : { ...finding, fix: [{ span: expression.name.span, text: nearest }] });
}

/** The enum that a name stands for, where no value of that name is in the way. */
export function enumNamed(c: Checker, expression: Expression): EnumSymbol | undefined {
  if (expression.kind !== "name" || c.scope.find(expression.name) !== undefined) return undefined;
  const symbol = c.scope.findType(expression.name);
  return symbol?.kind === "enum" ? symbol : undefined;
}

function enumType(symbol: EnumSymbol, bindings: ReadonlyMap<string, Type>): Type {
  return { kind: "enum", symbol, arguments: symbol.parameters.map(({ name }) => bindings.get(name) ?? dynamic) };
}

export function checkMethodCall(c: Checker, expression: MethodCallExpression): Type {
  const symbol = enumNamed(c, expression.object);
  if (symbol !== undefined) return constructVariant(c, symbol, expression);
  if (expression.object.kind === "name" && expression.object.name === "Result" && !c.scope.knows("Result")) {
    const [first] = checkArguments(c, expression.span, expression.arguments).values;
    return resultOf(expression.method.text, first?.type ?? dynamic);
  }
  const type = resolve(c.expression(expression.object));
  if (expression.isOptional) {
    const between = { from: expression.object.span.end, to: expression.method.span.start };
    checkSafeNavigation(c, "method", type, between, expression.method.text);
  }
  const site = checkArguments(c, expression.span, expression.arguments);
  if (type.kind === "parameter") checkBound(c, type.name, expression);
  const receiver = hasNil(type) ? dynamic : type;
  checkMethodExists(c, receiver, expression.method);
  return iteratorMethod(receiver, expression.method.text, site) ?? methodResult(c, receiver, expression.method.text);
}

function resultOf(variant: string, payload: Type): Type {
  if (variant === "Ok") return generic("Result", payload, dynamic);
  return variant === "Err" ? generic("Result", dynamic, payload) : dynamic;
}

export function checkVariant(c: Checker, symbol: EnumSymbol, { text, span }: Name): void {
  if (symbol.variants.has(text)) return;
  const nearest = nearestName(text, symbol.variants.keys(), text.length <= 4 ? 1 : 2);
  c.report(diagnose(unknownVariant, c.source, span, { variant: text, name: symbol.name, nearest }));
}

function constructVariant(c: Checker, symbol: EnumSymbol, expression: MethodCallExpression): Type {
  const { values } = checkArguments(c, expression.span, expression.arguments);
  checkVariant(c, symbol, expression.method);
  const fields = symbol.variants.get(expression.method.text) ?? [];
  const bindings = new Map<string, Type>();
  for (const [index, { type }] of values.entries()) {
    const field = fields[index];
    if (field !== undefined) inferArguments(field.type, type, symbol.parameters, bindings);
  }
  return enumType(symbol, bindings);
}

/** Inside a generic function, only the methods of the bounds are there for sure. */
function checkBound(c: Checker, parameter: string, expression: MethodCallExpression): void {
  const bounds = c.bounds.get(parameter) ?? [];
  const method = expression.method.text;
  if (bounds.some(({ symbol }) => symbol?.kind !== "interface" || symbol.methods.has(method))) return;
  const [first] = bounds;
  if (first === undefined) return;
  const finding = diagnose(unknownMethod, c.source, expression.span, { method, bound: first.bound, parameter });
  const known = bounds.flatMap(({ symbol }) => (symbol?.kind === "interface" ? [...symbol.methods.keys()] : []));
  const nearest = nearestName(method, known, method.length <= 4 ? 1 : 2);
  c.report(nearest === undefined ? finding : { ...finding, fix: [{ span: expression.method.span, text: nearest }] });
}

/** The lazy pipeline: the one family of methods whose results keep their element type. */
function iteratorMethod(receiver: Type, method: string, site: CallSite): Type | undefined {
  if (receiver.kind !== "generic") return undefined;
  const [element] = receiver.arguments;
  if (element === undefined) return undefined;
  if (method === "iter") {
    if (receiver.name === "list" || receiver.name === "set" || receiver.name === "iter")
      return generic("iter", element);
    return undefined;
  }
  if (receiver.name !== "iter") return undefined;
  switch (method) {
    case "filter":
    case "take":
    case "skip":
    case "take_while":
    case "skip_while":
      return receiver;
    case "map": {
      const callback = site.values[0]?.type;
      return generic("iter", callback?.kind === "function" ? callback.returns : dynamic);
    }
    case "enumerate":
      return generic("iter", generic("Pair", int, element));
    case "to_list":
      return generic("list", element);
    case "count":
      return int;
    default:
      return undefined;
  }
}
