import { diagnose } from "../../diagnostics/index.ts";
import type { Expression } from "../../syntax/index.ts";
import { unreachable } from "../../text/index.ts";
import { tryStarOutside } from "../diagnostics.ts";
import { indexedOf } from "../model/elements.ts";
import { resolve } from "../model/resolve.ts";
import { bool, duration, dynamic, float, int, isPrimitive, nil, range, string, type Type } from "../model/type.ts";
import { hasNil, joinTypes, withNil, withoutNil } from "../model/union.ts";
import { checkBoundary } from "./boundary.ts";
import { checkCall } from "./calls.ts";
import { checkDict, checkList, checkStructLiteral } from "./collections.ts";
import { checkCostRoute, checkDetached, checkParallel, checkRetried, checkSelect } from "./concurrency.ts";
import type { Checker } from "./context.ts";
import { checkIf, checkTry } from "./control.ts";
import { checkHuman } from "./human.ts";
import { checkMatch } from "./match.ts";
import { checkMethodCall, checkProperty } from "./members.ts";
import { checkBinary } from "./operators.ts";
import { checkSafeNavigation } from "./safe-navigation.ts";

/** Checks an expression and everything in it, once. */
export function checkExpression(c: Checker, expression: Expression): Type {
  switch (expression.kind) {
    case "nil":
      return nil;
    case "bool":
      return bool;
    case "int":
      return int;
    case "float":
      return float;
    case "duration":
      return duration;
    case "string":
      return string;
    case "interpolation":
      for (const part of expression.parts) if (part.kind === "hole") c.expression(part.expression);
      return string;
    case "name":
      return note(c, expression, nameType(c, expression.name));
    case "list":
      return checkList(c, expression);
    case "dict":
      return checkDict(c, expression);
    case "struct":
      return checkStructLiteral(c, expression);
    case "unary":
      return checkUnary(c, expression);
    case "binary":
      return checkBinary(c, expression);
    case "logical":
      return checkLogical(c, expression);
    case "pipe":
      c.expression(expression.left);
      c.expression(expression.right);
      return dynamic;
    case "range":
      c.expression(expression.start);
      c.expression(expression.end);
      return range;
    case "ternary":
      return checkTernary(c, expression);
    case "call":
      return checkCall(c, expression);
    case "method-call":
      return checkMethodCall(c, expression);
    case "property":
      return note(c, expression, checkProperty(c, expression));
    case "index":
      return checkIndex(c, expression);
    case "slice":
      return checkSlice(c, expression);
    case "unwrap":
      return payloadOf(c.expression(expression.operand));
    case "try-star":
      if (c.enclosing.kind === "module") c.report(diagnose(tryStarOutside, c.source, expression.span, undefined));
      c.expression(expression.operand);
      return dynamic;
    case "closure":
      return c.closure(expression);
    case "if":
      return checkIf(c, expression).type;
    case "match":
      return checkMatch(c, expression).type;
    case "try":
      return checkTry(c, expression).type;
    case "retry":
      return checkRetried(c, expression);
    case "deadline":
      c.expression(expression.duration);
      return checkDetached(c, expression.body);
    case "spawn":
      return checkDetached(c, expression.body);
    case "parallel":
      return checkParallel(c, expression);
    case "select":
      return checkSelect(c, expression);
    case "human":
      return checkHuman(c, expression);
    case "cost-route":
      return checkCostRoute(c, expression);
    default:
      return unreachable(expression);
  }
}

/** Names and their fields are what conditions speak of. */
function note(c: Checker, place: Expression, type: Type): Type {
  c.types.set(place, type);
  return type;
}

function nameType(c: Checker, name: string): Type {
  const binding = c.scope.find(name);
  if (binding !== undefined) return binding.facts?.get("") ?? binding.type;
  const isHarness = name === "harness" && c.catalog.handleMethods.has("HarnessStdio") && !c.scope.knows(name);
  return isHarness ? { kind: "handle", name: "Harness" } : dynamic;
}

function checkUnary(c: Checker, expression: Extract<Expression, { readonly kind: "unary" }>): Type {
  const type = resolve(c.expression(expression.operand));
  if (expression.operator === "!") return bool;
  return isPrimitive(type, "int") || isPrimitive(type, "float") ? type : dynamic;
}

function checkLogical(c: Checker, expression: Extract<Expression, { readonly kind: "logical" }>): Type {
  if (expression.operator !== "??") {
    c.condition(expression);
    return bool;
  }
  const left = c.expression(expression.left);
  const right = c.expression(expression.right);
  const resolved = resolve(left);
  return joinTypes([hasNil(resolved) ? withoutNil(resolved) : left, right]);
}

function checkTernary(c: Checker, expression: Extract<Expression, { readonly kind: "ternary" }>): Type {
  const { whenTrue, whenFalse } = c.condition(expression.condition);
  const types: Type[] = [];
  for (const [branch, facts] of [
    [expression.then, whenTrue],
    [expression.otherwise, whenFalse],
  ] as const) {
    c.facts.explore(() => {
      c.learn(facts);
      types.push(c.noted(branch));
      return true;
    });
  }
  return joinTypes(types);
}

function checkIndex(c: Checker, expression: Extract<Expression, { readonly kind: "index" }>): Type {
  checkBoundary(c, expression);
  const type = resolve(c.expression(expression.object));
  c.expression(expression.index);
  if (expression.isOptional) {
    const from = expression.object.span.end;
    checkSafeNavigation(c, "index", type, { from, to: c.source.text.indexOf("[", from) + 1 }, "");
  }
  const key = expression.index.kind === "string" ? expression.index.value : undefined;
  const found = indexedOf(hasNil(type) ? withoutNil(type) : type, key);
  if (!hasNil(type)) return found;
  return expression.isOptional ? withNil(found) : dynamic;
}

function checkSlice(c: Checker, expression: Extract<Expression, { readonly kind: "slice" }>): Type {
  const type = resolve(c.expression(expression.object));
  if (expression.start) c.expression(expression.start);
  if (expression.end) c.expression(expression.end);
  return isPrimitive(type, "string") || (type.kind === "generic" && type.name === "list") ? type : dynamic;
}

/** What `?` leaves of a Result. */
function payloadOf(type: Type): Type {
  const result = resolve(type);
  return result.kind === "generic" && result.name === "Result" ? (result.arguments[0] ?? dynamic) : dynamic;
}
