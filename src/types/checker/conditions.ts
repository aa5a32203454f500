import type { Expression } from "../../syntax/index.ts";
import { distribute, resolve } from "../model/resolve.ts";
import { dynamic, generic, isNil, type PrimitiveName, type Type } from "../model/type.ts";
import { hasNil, membersOf, unionOf, withoutNil } from "../model/union.ts";
import type { Fact } from "../symbols/facts.ts";
import type { Checker, ConditionFacts } from "./context.ts";
import { type Place, placeOf } from "./places.ts";

const nothing: ConditionFacts = { whenTrue: [], whenFalse: [] };

/** Checks a condition and says what it tells. */
export function checkCondition(c: Checker, condition: Expression): ConditionFacts {
  switch (condition.kind) {
    case "logical":
      if (condition.operator === "??") break;
      return checkLogical(c, condition);
    case "unary": {
      if (condition.operator !== "!") break;
      const { whenTrue, whenFalse } = c.condition(condition.operand);
      return { whenTrue: whenFalse, whenFalse: whenTrue };
    }
    case "binary": {
      c.expression(condition);
      if (condition.operator !== "==" && condition.operator !== "!=") return nothing;
      const facts = factsOfEquality(c, condition.left, condition.right);
      if (condition.operator === "==") return facts;
      return { whenTrue: facts.whenFalse, whenFalse: facts.whenTrue };
    }
    case "name":
    case "property":
      c.expression(condition);
      return { whenTrue: factsOfPresence(c, condition), whenFalse: [] };
    case "method-call":
    case "call":
      c.expression(condition);
      return factsOfCall(c, condition);
    default:
      break;
  }
  c.expression(condition);
  return nothing;
}

/** `a && b` holds where both do; `a || b` fails where both do. The right side is read where the left lets it be. */
function checkLogical(c: Checker, condition: Extract<Expression, { readonly kind: "logical" }>): ConditionFacts {
  const isAnd = condition.operator === "&&";
  const left = c.condition(condition.left);
  const known = isAnd ? left.whenTrue : left.whenFalse;
  let right = nothing;
  c.facts.explore(() => {
    c.learn(known);
    right = c.condition(condition.right);
    return true;
  });
  return isAnd
    ? { whenTrue: [...known, ...right.whenTrue], whenFalse: [] }
    : { whenTrue: [], whenFalse: [...known, ...right.whenFalse] };
}

function factsOfEquality(c: Checker, left: Expression, right: Expression): ConditionFacts {
  return factsOfValue(c, left, right) ?? factsOfValue(c, right, left) ?? nothing;
}

function factsOfValue(c: Checker, subject: Expression, value: Expression): ConditionFacts | undefined {
  if (value.kind === "nil") return factsOfNil(c, subject);
  const literal = literalOf(value);
  if (literal === undefined) return undefined;
  const checked = typeOfArgument(subject);
  if (checked !== undefined) return typeof literal === "string" ? factsOfKind(c, checked, literal) : undefined;
  return subject.kind === "property" ? factsOfTag(c, subject, literal) : undefined;
}

export function literalOf(expression: Expression): string | bigint | undefined {
  return expression.kind === "string" || expression.kind === "int" ? expression.value : undefined;
}

function factsOfNil(c: Checker, subject: Expression): ConditionFacts {
  const type = c.types.get(subject);
  const place = placeOf(c, subject);
  if (place === undefined || type === undefined) return nothing;
  const resolved = resolve(type);
  const present = factsOfPresence(c, subject);
  if (!hasNil(resolved)) return { whenTrue: [], whenFalse: present };
  const absent = membersOf(resolved).find(isNil) as Type;
  return { whenTrue: [{ ...place, type: absent }], whenFalse: present };
}

/** The value is there, and so is whatever `?.` had to pass to get to it. */
function factsOfPresence(c: Checker, subject: Expression): readonly Fact[] {
  const facts: Fact[] = [];
  for (let at: Expression = subject; at.kind === "name" || at.kind === "property"; at = at.object) {
    const place = placeOf(c, at);
    const type = c.types.get(at);
    if (place !== undefined && type !== undefined && hasNil(resolve(type))) {
      facts.unshift({ ...place, type: withoutNil(resolve(type)) });
    }
    if (at.kind === "name") break;
  }
  return facts;
}

/** `x` of `type_of(x)`. */
export function typeOfArgument(expression: Expression): Expression | undefined {
  if (expression.kind !== "call" || expression.callee.text !== "type_of") return undefined;
  const [argument] = expression.arguments;
  return argument === undefined || argument.kind === "spread" ? undefined : argument;
}

function factsOfKind(c: Checker, subject: Expression, kind: string): ConditionFacts | undefined {
  const type = c.types.get(subject);
  const place = placeOf(c, subject);
  if (place === undefined || type === undefined) return undefined;
  const resolved = resolve(type);
  if (resolved.kind === "unknown") return factsOfUnknown(place, resolved.excluded, kind);
  const members = membersOf(resolved);
  const certain = members.filter((member) => kindOf(member) === kind);
  const possible = members.filter((member) => {
    const known = kindOf(member);
    return known === undefined || known === kind;
  });
  if (certain.length === 0) return undefined;
  return {
    whenTrue: [{ ...place, type: unionOf(possible) }],
    whenFalse: [{ ...place, type: unionOf(members.filter((member) => kindOf(member) !== kind)) }],
  };
}

/** The kinds that a value of type `unknown` is tested for, in the order that messages list them. */
export const concreteKinds = ["int", "float", "string", "bool", "nil", "list", "dict", "closure", "bytes"];

export function factsOfUnknown(place: Place, excluded: readonly string[], kind: string): ConditionFacts | undefined {
  if (!concreteKinds.includes(kind)) return undefined;
  const type: Type =
    kind === "list" || kind === "dict" ? generic(kind) : { kind: "primitive", name: kind as PrimitiveName };
  const left = excluded.includes(kind) ? excluded : [...excluded, kind];
  return { whenTrue: [{ ...place, type }], whenFalse: [{ ...place, type: { kind: "unknown", excluded: left } }] };
}

/** The word that `type_of` gives for values of a type; undefined where it depends on the value. */
export function kindOf(type: Type): string | undefined {
  const resolved = resolve(type);
  switch (resolved.kind) {
    case "primitive":
      return resolved.name;
    case "literal":
      return typeof resolved.value === "string" ? "string" : "int";
    case "shape":
      // A struct may stand where a shape is declared.
      return undefined;
    case "struct":
    case "enum":
      return resolved.kind;
    case "function":
      return "closure";
    case "generic":
      if (resolved.name === "list" || resolved.name === "set" || resolved.name === "iter") return resolved.name;
      if (resolved.name === "Generator") return "generator";
      if (resolved.name === "Stream") return "stream";
      return resolved.name === "Result" ? "enum" : undefined;
    default:
      return undefined;
  }
}

/** `x.tag == "a"` picks the members of a union of shapes whose tag is that literal. */
function factsOfTag(
  c: Checker,
  subject: Extract<Expression, { readonly kind: "property" }>,
  value: string | bigint,
): ConditionFacts | undefined {
  const place = placeOf(c, subject.object);
  const type = c.types.get(subject.object);
  if (place === undefined || type === undefined) return undefined;
  const union = distribute(type);
  if (union.kind !== "union") return undefined;
  const tag = subject.name.text;
  const verdicts = union.members.map((member) => hasTag(member, tag, value));
  if (!verdicts.includes(true)) return undefined;
  const pick = (unwanted: boolean) => unionOf(union.members.filter((_, index) => verdicts[index] !== unwanted));
  return { whenTrue: [{ ...place, type: pick(false) }], whenFalse: [{ ...place, type: pick(true) }] };
}

/** Undefined where the member does not say. */
export function hasTag(member: Type, tag: string, value: string | bigint): boolean | undefined {
  const shape = resolve(member);
  if (shape.kind !== "shape") return isNil(shape) ? false : undefined;
  const field = shape.fields.find((each) => each.name === tag);
  if (field === undefined || field.isOptional) return undefined;
  const type = resolve(field.type);
  return type.kind === "literal" ? type.value === value : undefined;
}

function factsOfCall(c: Checker, call: Extract<Expression, { readonly kind: "call" | "method-call" }>): ConditionFacts {
  const [first, second] = call.arguments;
  if (call.kind === "method-call") {
    if (call.method.text === "has" && first?.kind === "string") return factsOfKey(c, call.object, first.value);
    return nothing;
  }
  const name = call.callee.text;
  if ((name !== "schema_is" && name !== "is_type") || first === undefined || first.kind === "spread") return nothing;
  const place = placeOf(c, first);
  const schema = second?.kind === "spread" ? undefined : schemaName(second);
  const symbol = schema === undefined ? undefined : c.scope.findType(schema);
  if (symbol?.kind !== "alias" || symbol.parameters.length > 0) return factsOfValidation(place);
  if (place === undefined) return nothing;
  return { whenTrue: [{ ...place, type: resolve({ kind: "alias", symbol, arguments: [] }) }], whenFalse: [] };
}

/** `T`, or `T` of `schema_of(T)`. */
function schemaName(schema: Expression | undefined): string | undefined {
  if (schema?.kind === "name") return schema.name;
  if (schema?.kind !== "call" || schema.callee.text !== "schema_of") return undefined;
  const [type] = schema.arguments;
  return type?.kind === "name" ? type.name : undefined;
}

/** A schema that is a value says nothing of the type, but somebody has looked. */
function factsOfValidation(place: Place | undefined): ConditionFacts {
  if (place?.binding.boundary === undefined) return nothing;
  return { whenTrue: [{ ...place, type: dynamic }], whenFalse: [] };
}

/** `x.has("k")` makes an optional field a present one. */
function factsOfKey(c: Checker, object: Expression, key: string): ConditionFacts {
  const place = placeOf(c, object);
  const type = c.types.get(object);
  const shape = type && resolve(type);
  if (place === undefined || shape?.kind !== "shape") return nothing;
  if (!shape.fields.some((field) => field.name === key && field.isOptional)) return nothing;
  const fields = shape.fields.map((field) => (field.name === key ? { ...field, isOptional: false } : field));
  return { whenTrue: [{ ...place, type: { kind: "shape", fields } }], whenFalse: [] };
}
