import type { IrOperation } from "../../bytecode/index.ts";
import type { FunctionText } from "./function-text.ts";
import type { Printer } from "./printer.ts";
import type { SupportName } from "./support.ts";
import { anything, kinds } from "./types.ts";

/** Operators on numbers, for ints below 2^53 and floats without a call. */

const signs = { add: "+", addOwned: "+", sub: "-", mul: "*", div: "/", mod: "%" } as const;
const helpers = {
  add: "add",
  addOwned: "addOwned",
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  mod: "modulo",
} as const satisfies Record<keyof typeof signs, SupportName>;

/** What gives the sum or product of two ints, and the condition under which it is one. A product or a rest of 0 may be -0. */
function ofInts(op: keyof typeof signs, a: string, b: string, divides: string): { condition: string; result: string } {
  switch (op) {
    case "div":
      return { condition: divides, result: `Math.trunc(${a} / ${b}) + 0` };
    case "mod":
      return { condition: divides, result: `${a} % ${b} + 0` };
    default: {
      const value = `${a} ${signs[op]} ${b}${op === "mul" ? " + 0" : ""}`;
      return { condition: `(t = ${value}) <= 9007199254740991 && t >= -9007199254740991`, result: "t" };
    }
  }
}

export function printArithmetic(printer: Printer, operation: IrOperation, pc: number): void {
  const { text } = printer;
  const [target = 0, left = 0, right = 0] = operation.operands;
  const [, leftType = anything, rightType = anything] = printer.typesOf(operation);
  const op = operation.op as keyof typeof signs;
  const a = text.read(left);
  const b = text.read(right);
  const divisor = text.constant(right);
  const divides = divisor?.kind === "int" && divisor.value !== 0n ? "" : `${b} !== 0`;
  const isNumber = (type: number, value: string): string =>
    type === kinds.number ? "" : `typeof ${value} === "number"`;
  switch (text.modeOf(operation)) {
    case "number": {
      const { condition, result } = ofInts(op, a, b, divides);
      const conditions = [isNumber(leftType, a), isNumber(rightType, b), condition].filter((part) => part !== "");
      if (conditions.length === 0) return text.line(`${text.write(target)} = ${result};`);
      text.line(`if (${conditions.join(" && ")}) ${text.write(target)} = ${result};`);
      return text.line(`else { ${text.bail(pc, printer.openCursors)} }`);
    }
    case "float": {
      const sides = [side(text, operation, 0, a, leftType), side(text, operation, 1, b, rightType)] as const;
      const conditions = sides.map(({ test }) => test).filter((test) => test !== "");
      if (op === "mod") conditions.push(`${sides[1].value} !== 0`);
      const value = `new ${text.helper("FloatValue")}(${sides[0].value} ${signs[op]} ${sides[1].value})`;
      if (conditions.length === 0) return text.line(`${text.write(target)} = ${value};`);
      text.line(`if (${conditions.join(" && ")}) ${text.write(target)} = ${value};`);
      return text.line(`else { ${text.bail(pc, printer.openCursors)} }`);
    }
    case "any": {
      const { condition, result } = ofInts(op, a, b, divides);
      const conditions = [isNumber(leftType, a), isNumber(rightType, b), condition].filter((part) => part !== "");
      const other = `(pc = ${pc}, ${text.helper(helpers[op])}(${a}, ${b}))`;
      return text.line(`${text.write(target)} = ${conditions.join(" && ") || "true"} ? ${result} : ${other};`);
    }
  }
}

/** One side of float arithmetic: how to get at the number, and what has to hold before. */
function side(
  text: FunctionText,
  operation: IrOperation,
  which: 0 | 1,
  value: string,
  type: number,
): { readonly test: string; readonly value: string } {
  const constant = text.constant(operation.operands[which + 1] ?? 0);
  if (constant?.kind === "float") return { test: "", value: floatText(constant.value) };
  if (text.hasSeenInt(operation, which))
    return { test: type === kinds.number ? "" : `typeof ${value} === "number"`, value };
  return {
    test: type === kinds.float ? "" : `${value} instanceof ${text.helper("FloatValue")}`,
    value: `${value}.value`,
  };
}

function floatText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return value < 0 ? `(${value})` : String(value);
}

type Comparison = "eq" | "ne" | "lt" | "gt" | "le" | "ge";

const orders = { eq: "===", ne: "!==", lt: "<", gt: ">", le: "<=", ge: ">=" } as const;

/** Kinds whose values are equal exactly when they are identical in JavaScript. */
const identical = kinds.number | kinds.string | kinds.bool | kinds.nil;

export function comparison(
  text: FunctionText,
  op: Comparison,
  operation: IrOperation,
  types: readonly number[],
  pc: number,
): string {
  const [, left = 0, right = 0] = operation.operands;
  const [, leftType = anything, rightType = anything] = types;
  const a = text.read(left);
  const b = text.read(right);
  const isEquality = op === "eq" || op === "ne";
  if (isEquality && isSimple(leftType, rightType)) return `${a} ${orders[op]} ${b}`;
  const both = leftType & rightType;
  if (!isEquality && leftType === rightType && both === kinds.float) {
    // NaN is neither less nor greater than anything.
    if (op === "lt" || op === "gt") return `${a}.value ${orders[op]} ${b}.value`;
    return op === "le" ? `!(${a}.value > ${b}.value)` : `!(${a}.value < ${b}.value)`;
  }
  const tests = [
    leftType === kinds.number ? "" : `typeof ${a} === "number"`,
    rightType === kinds.number ? "" : `typeof ${b} === "number"`,
  ].filter((test) => test !== "");
  const quick = `${a} ${orders[op]} ${b}`;
  if (tests.length === 0) return quick;
  const helper = text.helper(isEquality ? "equal" : "compare");
  const call = `(pc = ${pc}, ${helper}(${a}, ${b}))`;
  const slow = isEquality ? (op === "eq" ? call : `!${call}`) : `${call} ${orders[op]} 0`;
  return `${tests.join(" && ")} ? ${quick} : ${slow}`;
}

/** Whether one side is of a kind that equals nothing of another kind, and the other not a float that an int may equal. */
function isSimple(left: number, right: number): boolean {
  const exact = identical & ~kinds.number;
  if (left !== 0 && (left & ~exact) === 0) return true;
  if (right !== 0 && (right & ~exact) === 0) return true;
  return left !== 0 && right !== 0 && (left & ~identical) === 0 && (right & ~identical) === 0;
}

/** Whether a value counts as true. */
export function truth(text: FunctionText, value: string, type = anything): string {
  if (type === kinds.bool) return value;
  if (type === kinds.number) return `${value} !== 0`;
  if (type === kinds.string) return `${value} !== ""`;
  return `(${value} === true || ${value} !== false && ${text.helper("truthy")}(${value}))`;
}
