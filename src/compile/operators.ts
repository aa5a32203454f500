import type { OpName } from "../bytecode/index.ts";
import type { BinaryOperator } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import type { FunctionBuilder } from "./function-builder.ts";

const binaryOps: Readonly<Record<Exclude<BinaryOperator, "not in">, OpName & string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
  "**": "pow",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  ">": "gt",
  "<=": "le",
  ">=": "ge",
  in: "in",
};

export function emitBinary(
  fb: FunctionBuilder,
  operator: Exclude<BinaryOperator, "not in">,
  target: number,
  left: number,
  right: number,
  span: Span,
): void {
  fb.emit(binaryOps[operator] as "add", [target, left, right], span);
}
