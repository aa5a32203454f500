import type { Constant } from "../bytecode/index.ts";
import type { Expression } from "../syntax/index.ts";
import {
  add,
  compare,
  divide,
  equal,
  FloatValue,
  isInt,
  modulo,
  multiply,
  negate,
  subtract,
  type Value,
} from "../value/index.ts";

/** A text that folding makes is no longer than this: what is joined at run time shares its parts. */
const longestText = 1000;

/**
 * What an operator gives for constants, worked out once while compiling. Only what cannot fail is: numbers, texts that are joined, and
 * comparisons of either, by the arithmetic of the machine itself. Whatever could raise an error is left to raise it where it stands.
 */
export function foldedConstant(expression: Expression): Constant | undefined {
  if (expression.kind === "unary" && expression.operator === "-") {
    const operand = numberOf(constantBehind(expression.operand));
    return operand === undefined ? undefined : constantFor(negate(operand));
  }
  if (expression.kind !== "binary") return undefined;
  const left = constantBehind(expression.left);
  const right = left && constantBehind(expression.right);
  if (left === undefined || right === undefined) return undefined;
  if (left.kind === "string" && right.kind === "string") {
    const isShort = left.value.length + right.value.length <= longestText;
    return expression.operator === "+" && isShort ? { kind: "string", value: left.value + right.value } : undefined;
  }
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return undefined;
  const value = ofNumbers(expression.operator, a, b);
  return value === undefined ? undefined : constantFor(value);
}

function constantBehind(expression: Expression): Constant | undefined {
  switch (expression.kind) {
    case "int":
    case "float":
    case "string":
      return { kind: expression.kind, value: expression.value } as Constant;
    default:
      return foldedConstant(expression);
  }
}

function ofNumbers(operator: string, a: Value, b: Value): Value | undefined {
  switch (operator) {
    case "+":
      return add(a, b);
    case "-":
      return subtract(a, b);
    case "*":
      return multiply(a, b);
    case "/":
      return equal(b, 0) ? undefined : divide(a, b);
    case "%":
      return equal(b, 0) ? undefined : modulo(a, b);
    case "==":
      return equal(a, b);
    case "!=":
      return !equal(a, b);
    case "<":
      return compare(a, b) < 0;
    case ">":
      return compare(a, b) > 0;
    case "<=":
      return compare(a, b) <= 0;
    case ">=":
      return compare(a, b) >= 0;
    default:
      return undefined;
  }
}

function numberOf(constant: Constant | undefined): Value | undefined {
  switch (constant?.kind) {
    case "int":
      return add(0, BigInt.asIntN(64, constant.value));
    case "float":
      return new FloatValue(constant.value);
    default:
      return undefined;
  }
}

function constantFor(value: Value): Constant | undefined {
  if (typeof value === "boolean") return { kind: "bool", value };
  if (isInt(value)) return { kind: "int", value: BigInt(value) };
  // What has no decimal text of its own is left to the machine: compiled programs are kept as JSON.
  const isPlain = value instanceof FloatValue && Number.isFinite(value.value) && !Object.is(value.value, -0);
  return isPlain ? { kind: "float", value: value.value } : undefined;
}
