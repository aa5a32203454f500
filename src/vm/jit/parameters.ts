import type { TypeSpec } from "../../bytecode/index.ts";
import type { FunctionText } from "./function-text.ts";
import { isText, kinds, number } from "./kinds.ts";

/**
 * A condition under which a parameter surely is of its type: empty when it is for all that is known, undefined for a type that
 * takes a longer look. Ints and floats stand for each other (language-semantics §6.2).
 */
export function parameterTest(
  text: FunctionText,
  type: TypeSpec | undefined,
  value: string,
  known: number,
): string | undefined {
  const isOnly = (allowed: number): boolean => known !== 0 && (known & ~allowed) === 0;
  const isA = (name: "DictValue" | "ListValue" | "Closure" | "StructValue"): string =>
    `${value} != null && ${value}.constructor === ${text.helper(name)}`;
  if (type?.kind === "nominal") return `${isA("StructValue")} && ${value}.type.name === ${text.table(type.name)}`;
  if (type?.kind !== "named") return undefined;
  switch (type.name) {
    case "int":
    case "float":
      return isOnly(number | kinds.float) ? "" : `typeof ${value} === "number"`;
    case "string":
      return isText(known) ? "" : `typeof ${value} === "string"`;
    case "bool":
      return isOnly(kinds.bool) ? "" : `typeof ${value} === "boolean"`;
    case "list":
      return isOnly(kinds.list) ? "" : isA("ListValue");
    case "dict":
      return isOnly(kinds.dict) ? "" : isA("DictValue");
    case "closure":
      return isOnly(kinds.closure) ? "" : isA("Closure");
    default:
      return undefined;
  }
}
