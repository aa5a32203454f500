import type { Constant, IrOperation } from "../../bytecode/index.ts";
import type { ArithmeticOp, FunctionText } from "./function-text.ts";
import { text as anyText, anything, isNumber, isText, kinds, number } from "./kinds.ts";
import type { Printer } from "./printer.ts";
import type { SupportName } from "./support.ts";
import { intResult } from "./types.ts";

/** Operators on numbers, for ints below 2^53 and floats without a call. */

const signs = { add: "+", addOwned: "+", sub: "-", mul: "*", div: "/", mod: "%" } as const;
const helpers = {
  add: "add",
  addOwned: "addOwned",
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  mod: "modulo",
} as const satisfies Record<ArithmeticOp, SupportName>;

const largest = "9007199254740991";

export function printArithmetic(printer: Printer, operation: IrOperation, pc: number): void {
  const { text } = printer;
  const [target = 0, left = 0, right = 0] = operation.operands;
  const [, leftType = anything, rightType = anything] = printer.typesOf(operation);
  const op = operation.op as ArithmeticOp;
  const a = text.read(left);
  const b = text.read(right);
  const isTyped = (type: number, value: string): string => (isNumber(type) ? "" : `typeof ${value} === "number"`);
  const kindTests = [isTyped(leftType, a), isTyped(rightType, b)].filter((test) => test !== "");
  switch (text.modeOf(operation)) {
    case "int": {
      if (needsDivisorTest(text, operation)) kindTests.push(`${b} !== 0`);
      const { test, result } = ofInts(text, operation, a, b, [leftType, rightType]);
      const assign = `${text.write(target)} = ${result};`;
      // A place grows from 32 bits to 53 once; what exceeds those as well is left to the general way.
      const reason = text.isWide(operation) ? "kind" : "size";
      const checked =
        test === "" ? assign : `if (${test}) ${assign} else { ${text.bail(pc, printer.openCursors, reason)} }`;
      if (kindTests.length === 0) return text.line(checked);
      text.line(`if (${kindTests.join(" && ")}) { ${checked} }`);
      return text.line(`else { ${text.bail(pc, printer.openCursors)} }`);
    }
    case "float": {
      const sides = [side(text, operation, 0, a, leftType), side(text, operation, 1, b, rightType)] as const;
      const conditions = sides.map(({ test }) => test).filter((test) => test !== "");
      if (op === "mod") conditions.push(`${sides[1].value} !== 0`);
      const value = `${sides[0].value} ${signs[op]} ${sides[1].value}`;
      const raw = text.rawTarget;
      const assign =
        raw === undefined
          ? `${text.write(target)} = new ${text.helper("FloatValue")}(${value});`
          : `${raw} = ${value};`;
      if (conditions.length === 0) return text.line(assign);
      text.line(`if (${conditions.join(" && ")}) ${assign}`);
      return text.line(`else { ${text.bail(pc, printer.openCursors)} }`);
    }
    case "any": {
      if (needsDivisorTest(text, operation)) kindTests.push(`${b} !== 0`);
      const { test, result } = wideInts(op, a, b, [leftType, rightType]);
      if (test !== "") kindTests.push(test);
      const other = `(pc = ${pc}, ${text.helper(helpers[op])}(${a}, ${b}))`;
      return text.line(`${text.write(target)} = ${kindTests.join(" && ") || "true"} ? ${result} : ${other};`);
    }
  }
}

function needsDivisorTest(text: FunctionText, { op, operands }: IrOperation): boolean {
  if (op !== "div" && op !== "mod") return false;
  const divisor = text.constant(operands[2] ?? 0);
  return divisor?.kind !== "int" || divisor.value === 0n;
}

/** What gives the result of two ints, and the condition under which it is one of the size that the place is taken to have. */
function ofInts(
  text: FunctionText,
  operation: IrOperation,
  a: string,
  b: string,
  types: readonly [number, number],
): { readonly test: string; readonly result: string } {
  const op = operation.op as ArithmeticOp;
  const result = intResult(op, types[0], types[1], text.isWide(operation));
  if (result !== kinds.small) return wideInts(op, a, b, types);
  // A rest is smaller than either; a zero of either sign becomes 0 here.
  if (op === "mod" && types.includes(kinds.small)) return { test: "", result: `${a} % ${b} | 0` };
  const value = op === "div" ? `Math.trunc(${a} / ${b})` : `${a} ${signs[op]} ${b}`;
  return { test: `(t = ${value}) === (t | 0)`, result: "t | 0" };
}

/** The same for ints of 53 bits. A product or a rest of 0 may be -0. */
function wideInts(
  op: ArithmeticOp,
  a: string,
  b: string,
  types: readonly [number, number],
): { readonly test: string; readonly result: string } {
  if (op === "div") return { test: "", result: `Math.trunc(${a} / ${b}) + 0` };
  const value = `${a} ${signs[op]} ${b}${op === "mul" || op === "mod" ? " + 0" : ""}`;
  const isShort = types.every((type) => type === kinds.small);
  if (op === "mod" || (isShort && op !== "mul")) return { test: "", result: value };
  return { test: `(t = ${value}) <= ${largest} && t >= -${largest}`, result: "t" };
}

/** One side of float arithmetic: how to get at the number, and what has to hold before. */
function side(
  text: FunctionText,
  operation: IrOperation,
  which: 0 | 1,
  value: string,
  type: number,
): { readonly test: string; readonly value: string } {
  const operand = operation.operands[which + 1] ?? 0;
  const constant = text.constant(operand);
  if (constant?.kind === "float") return { test: "", value: floatText(constant.value) };
  const raw = text.rawFloat(operand);
  if (raw !== undefined) return { test: "", value: raw };
  if (text.hasSeenInt(operation, which)) return { test: isNumber(type) ? "" : `typeof ${value} === "number"`, value };
  return {
    test: type === kinds.float ? "" : `${value} instanceof ${text.helper("FloatValue")}`,
    value: `${value}.value`,
  };
}

/** What an operand is as a number of JavaScript's, if it is known to be a float or an int below 2^53. */
export function floatOperand(text: FunctionText, operand: number, type: number): string | undefined {
  const constant = text.constant(operand);
  if (constant?.kind === "float") return floatText(constant.value);
  const raw = text.rawFloat(operand);
  if (raw !== undefined) return raw;
  if (isNumber(type)) return text.read(operand);
  return type === kinds.float ? `${text.read(operand)}.value` : undefined;
}

function floatText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return value < 0 ? `(${value})` : String(value);
}

type Comparison = "eq" | "ne" | "lt" | "gt" | "le" | "ge";

const orders = { eq: "===", ne: "!==", lt: "<", gt: ">", le: "<=", ge: ">=" } as const;

/** Kinds whose values are equal exactly when they are identical in JavaScript. */
const identical = number | anyText | kinds.bool | kinds.nil;

export function comparison(
  printer: Printer,
  op: Comparison,
  operation: IrOperation,
  types: readonly number[],
  pc: number,
): string {
  const { text } = printer;
  const [, left = 0, right = 0] = operation.operands;
  const [, leftType = anything, rightType = anything] = types;
  const a = text.read(left);
  const b = text.read(right);
  const isEquality = op === "eq" || op === "ne";
  if (isEquality && isSimple(leftType, rightType)) return `${a} ${orders[op]} ${b}`;
  const floats = [floatOperand(text, left, leftType), floatOperand(text, right, rightType)];
  if (floats.every((side) => side !== undefined) && !(isNumber(leftType) && isNumber(rightType))) {
    // NaN is neither less nor greater than anything.
    if (op === "le") return `!(${floats.join(" > ")})`;
    return op === "ge" ? `!(${floats.join(" < ")})` : floats.join(` ${orders[op]} `);
  }
  const helper = text.helper(isEquality ? "equal" : "compare");
  const call = `(${text.place(pc)}, ${helper}(${a}, ${b}))`;
  const slow = isEquality ? (op === "eq" ? call : `!${call}`) : `${call} ${orders[op]} 0`;
  const isOfPlain = leftType === kinds.plain && rightType === kinds.plain;
  const isTexts = isOfPlain || isOrdered(text.constant(left)) || isOrdered(text.constant(right));
  if (!isTexts && ((leftType & number) === 0 || (rightType & number) === 0)) {
    if (text.isInlined && !isEquality) text.line(`{ ${text.bail(pc, printer.openCursors)} }`);
    return slow;
  }
  const tests = [typeTest(a, leftType, isTexts), typeTest(b, rightType, isTexts)].filter((test) => test !== "");
  const quick = `${a} ${orders[op]} ${b}`;
  if (tests.length === 0) return quick;
  if (!text.isInlined || isEquality) return `${tests.join(" && ")} ? ${quick} : ${slow}`;
  text.line(`if (!(${tests.join(" && ")})) { ${text.bail(pc, printer.openCursors)} }`);
  return quick;
}

function typeTest(value: string, type: number, isTexts: boolean): string {
  if (isTexts) return isText(type) ? "" : `typeof ${value} === "string"`;
  return isNumber(type) ? "" : `typeof ${value} === "number"`;
}

/** A text that JavaScript orders like the language does, whatever it is compared with: units below the surrogates are scalars. */
function isOrdered(constant: Constant | undefined): boolean {
  return constant?.kind === "string" && !/[\ud800-\uffff]/.test(constant.value);
}

/** Whether one side is of a kind that equals nothing of another kind, and the other not a float that an int may equal. */
function isSimple(left: number, right: number): boolean {
  const exact = identical & ~number;
  if (left !== 0 && (left & ~exact) === 0) return true;
  if (right !== 0 && (right & ~exact) === 0) return true;
  return left !== 0 && right !== 0 && (left & ~identical) === 0 && (right & ~identical) === 0;
}

/** Whether a value counts as true. */
export function truth(text: FunctionText, value: string, type = anything): string {
  if (type === kinds.bool) return value;
  if (isNumber(type)) return `${value} !== 0`;
  if (isText(type)) return `${value} !== ""`;
  return `(${value} === true || ${value} !== false && ${text.helper("truthy")}(${value}))`;
}
