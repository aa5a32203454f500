import type { BindingPattern } from "../../syntax/index.ts";
import { dynamic } from "../model/type.ts";
import type { BindingMode } from "../symbols/scope.ts";
import type { Checker } from "./context.ts";

/** Declares the names of a destructuring. Their types stay open: a part may be missing, and then its default stands. */
export function declarePattern(c: Checker, pattern: BindingPattern, mode: BindingMode): void {
  switch (pattern.kind) {
    case "name-pattern":
      c.declare(pattern.name, mode, dynamic);
      break;
    case "dict-pattern":
      for (const field of pattern.fields) {
        if (field.fallback) c.expression(field.fallback);
        c.declare(field.alias ?? field.key, mode, dynamic);
      }
      if (pattern.rest) c.declare(pattern.rest, mode, dynamic);
      break;
    case "list-pattern":
      for (const element of pattern.elements) {
        if (element.fallback) c.expression(element.fallback);
        c.declare(element.name, mode, dynamic);
      }
      if (pattern.rest) c.declare(pattern.rest, mode, dynamic);
      break;
    case "pair-pattern":
      c.declare(pattern.first, mode, dynamic);
      c.declare(pattern.second, mode, dynamic);
      break;
  }
}
