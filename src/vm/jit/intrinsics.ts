import type { Intrinsic } from "../../builtin/index.ts";
import type { IrOperation } from "../../bytecode/index.ts";
import type { FunctionText } from "./function-text.ts";
import { isNumber, isText, kinds, number } from "./kinds.ts";

/** The builtin that an operation calls, if it is one that is worked out in place. */
export function intrinsicOf(text: FunctionText, { op, operands, list }: IrOperation): Intrinsic | undefined {
  if (op !== "callBuiltin" || list?.length !== 1) return undefined;
  const name = text.code.module.builtins[operands[1] as number];
  return name === undefined ? undefined : text.memory.all.catalog.builtins.get(name)?.intrinsic;
}

/** What the builtin gives for an argument of those kinds. */
export function intrinsicResult(intrinsic: Intrinsic, type: number): number {
  switch (intrinsic) {
    case "length":
      return isText(type) || type === kinds.list ? kinds.small : number;
    case "toInt":
      return isNumber(type) ? type : number | kinds.bigint | kinds.nil;
    case "toText":
      return isNumber(type) || type === kinds.plain ? kinds.plain : kinds.string;
    case "squareRoot":
      return type === kinds.float || isNumber(type) ? kinds.float : kinds.float | kinds.nil;
  }
}

/** The expression for it; `call` is that of the builtin itself. */
export function intrinsicText(
  text: FunctionText,
  intrinsic: Intrinsic,
  value: string,
  type: number,
  call: string,
): string {
  const list = text.helper("ListValue");
  switch (intrinsic) {
    case "length": {
      const ofText = `${text.helper("scalarLength")}(${value})`;
      if (type === kinds.plain) return `${value}.length`;
      if (isText(type)) return ofText;
      if (type === kinds.list) return `${value}.size`;
      return `typeof ${value} === "string" ? ${ofText} : ${value} !== null && ${value}.constructor === ${list} ? ${value}.size : ${call}`;
    }
    case "toInt":
      return isNumber(type) ? value : `typeof ${value} === "number" ? ${value} : ${call}`;
    case "toText":
      if (isNumber(type)) return `"" + ${value}`;
      return isText(type) ? value : `typeof ${value} === "string" ? ${value} : ${call}`;
    case "squareRoot": {
      const float = text.helper("FloatValue");
      if (type === kinds.float) return `new ${float}(Math.sqrt(${value}.value))`;
      if (isNumber(type)) return `new ${float}(Math.sqrt(${value}))`;
      return `${value} !== null && ${value}.constructor === ${float} ? new ${float}(Math.sqrt(${value}.value)) : ${call}`;
    }
  }
}
