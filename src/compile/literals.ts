import type { Span } from "../text/index.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import type { Literal } from "./schema-lowering.ts";

/** Builds a compile-time value out of constants. */
export function lowerLiteral(fb: FunctionBuilder, literal: Literal, span: Span): number {
  switch (typeof literal) {
    case "boolean":
      return fb.bool(literal);
    case "number":
      return Number.isInteger(literal) ? fb.int(literal) : fb.constant({ kind: "float", value: literal });
    case "bigint":
      return fb.constant({ kind: "int", value: literal });
    case "string":
      return fb.text(literal);
    default:
      return literal === null ? fb.nil() : lowerCompound(fb, literal, span);
  }
}

function lowerCompound(
  fb: FunctionBuilder,
  literal: readonly Literal[] | { readonly [key: string]: Literal },
  span: Span,
): number {
  const target = fb.newRegister();
  if (Array.isArray(literal)) {
    const items = (literal as readonly Literal[]).map((item) => lowerLiteral(fb, item, span));
    fb.emit("makeList", [target], span, items);
  } else {
    const entries = Object.entries(literal).flatMap(([key, value]) => [
      fb.text(key),
      lowerLiteral(fb, value as Literal, span),
    ]);
    fb.emit("makeDict", [target], span, entries);
  }
  return target;
}
