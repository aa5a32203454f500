import { diagnose } from "../../diagnostics/index.ts";
import type { BinaryExpression, Expression } from "../../syntax/index.ts";
import { addedToText, badOperands, pointlessOrdering, unlikeComparison } from "../diagnostics.ts";
import { printType } from "../model/print.ts";
import { resolve } from "../model/resolve.ts";
import { sameType } from "../model/same.ts";
import { bool, dynamic, float, generic, int, isPrimitive, string, type Type } from "../model/type.ts";
import type { Checker } from "./context.ts";

export function checkBinary(c: Checker, expression: BinaryExpression): Type {
  const left = c.expression(expression.left);
  const right = c.expression(expression.right);
  switch (expression.operator) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "**":
      if (isPlain(left) && isPlain(right) && !supports(expression.operator, left, right)) {
        reportOperands(c, expression, left, right);
      }
      return arithmeticType(expression.operator, left, right);
    case "==":
    case "!=":
    case "<":
    case ">":
    case "<=":
    case ">=":
      checkComparison(c, expression, left, right);
      return bool;
    case "in":
    case "not in":
      return bool;
  }
}

/** The kinds whose operators are settled: anything else may be more than its type says. */
function isPlain(type: Type): boolean {
  const plain = resolve(type);
  if (plain.kind === "primitive") return plain.name !== "bytes" && plain.name !== "duration";
  return plain.kind === "any" || plain.kind === "unknown";
}

function isNumber(type: Type): boolean {
  return isPrimitive(type, "int") || isPrimitive(type, "float");
}

function supports(operator: BinaryExpression["operator"], left: Type, right: Type): boolean {
  const a = resolve(left);
  const b = resolve(right);
  if (isNumber(a) && isNumber(b)) return true;
  if (operator === "+") return isPrimitive(a, "string") && isPrimitive(b, "string");
  if (operator !== "*") return false;
  return (isPrimitive(a, "string") && isPrimitive(b, "int")) || (isPrimitive(a, "int") && isPrimitive(b, "string"));
}

function reportOperands(c: Checker, expression: BinaryExpression, left: Type, right: Type): void {
  const { operator, span } = expression;
  const facts = { operator, left: printType(left), right: printType(right) };
  if (operator === "+") {
    const fix = interpolationFix(c, expression, left, right);
    if (fix !== undefined) {
      c.report({ ...diagnose(addedToText, c.source, span, facts), fix: [{ span, text: fix }] });
      return;
    }
  }
  c.report(diagnose(badOperands, c.source, span, facts));
}

/** `"count: " + n` as `"count: ${n}"`, where the texts allow it to be put together as they stand. */
function interpolationFix(c: Checker, expression: BinaryExpression, left: Type, right: Type): string | undefined {
  const text = (part: Expression) => c.source.text.slice(part.span.start, part.span.end);
  if (isPlainText(lastOperand(expression.left)) && !isPrimitive(right, "string") && isSafe(text(expression.right))) {
    return `${text(expression.left).slice(0, -1)}\${${text(expression.right)}}"`;
  }
  if (isPlainText(expression.right) && !isPrimitive(left, "string") && isSafe(text(expression.left))) {
    return `"\${${text(expression.left)}}${text(expression.right).slice(1)}`;
  }
  return undefined;
}

/** `"b"` of `"a" + "b"`. */
function lastOperand(expression: Expression): Expression {
  return expression.kind === "binary" && expression.operator === "+" ? lastOperand(expression.right) : expression;
}

function isPlainText(expression: Expression): boolean {
  return (expression.kind === "string" || expression.kind === "interpolation") && expression.quote === "plain";
}

function isSafe(text: string): boolean {
  return !/[}"\n]/.test(text);
}

/** What arithmetic gives where both sides are known; otherwise nothing is said. */
export function arithmeticType(operator: BinaryExpression["operator"], left: Type, right: Type): Type {
  const a = resolve(left);
  const b = resolve(right);
  if (isNumber(a) && isNumber(b)) {
    if (operator === "**") return dynamic;
    return isPrimitive(a, "int") && isPrimitive(b, "int") ? int : float;
  }
  if (operator === "+" && isPrimitive(a, "string") && isPrimitive(b, "string")) return string;
  if (operator === "*" && supports("*", a, b)) return string;
  if (operator === "+" && a.kind === "generic" && b.kind === "generic" && a.name === "list" && b.name === "list") {
    return sameType(a, b) ? a : generic("list");
  }
  return dynamic;
}

function checkComparison(c: Checker, expression: BinaryExpression, left: Type, right: Type): void {
  const { operator, span } = expression;
  const a = resolve(left);
  const b = resolve(right);
  if (!isComparable(a) || !isComparable(b)) return;
  const facts = { operator, left: printType(left), right: printType(right) };
  const isOrdering = operator !== "==" && operator !== "!=";
  if (isNumber(a) && isNumber(b)) return;
  if (a.kind === "primitive" && b.kind === "primitive" && a.name !== b.name) {
    if (!isPrimitive(a, "nil") && !isPrimitive(b, "nil")) c.report(diagnose(unlikeComparison, c.source, span, facts));
    return;
  }
  const isOrdered = isPrimitive(a, "string") || isPrimitive(a, "duration");
  if (isOrdering && !isOrdered) c.report(diagnose(pointlessOrdering, c.source, span, facts));
}

function isComparable(type: Type): boolean {
  return type.kind === "primitive" || type.kind === "any" || type.kind === "unknown";
}
