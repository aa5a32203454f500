import { diagnose, type TextEdit } from "../../diagnostics/index.ts";
import type { Span } from "../../text/index.ts";
import { unnecessarySafeNavigation } from "../diagnostics.ts";
import { resolve } from "../model/resolve.ts";
import type { Type } from "../model/type.ts";
import type { Checker } from "./context.ts";

type Access = "property" | "method" | "index";

/** `?.` and `?[` where the receiver is there for sure. Without the mark the program means the same. */
export function checkSafeNavigation(
  c: Checker,
  access: Access,
  receiver: Type,
  between: { readonly from: number; readonly to: number },
  name: string,
): void {
  if (!isPresent(resolve(receiver), access)) return;
  const mark = markIn(c, between, access === "index" ? "?" : "?.");
  if (mark === undefined) return;
  const fix: readonly TextEdit[] = [{ span: mark, text: access === "index" ? "" : "." }];
  const facts = { what: access === "method" ? "safe method call" : access === "index" ? "`?[]`" : `\`?.${name}\`` };
  const finding = diagnose(unnecessarySafeNavigation, c.source, mark, facts);
  c.report({ ...finding, rule: "unnecessary-safe-navigation", fix });
}

/** The mark is all that may stand between the receiver and what is read: anything else could be a comment. */
function markIn(
  c: Checker,
  { from, to }: { readonly from: number; readonly to: number },
  mark: string,
): Span | undefined {
  const between = c.source.text.slice(from, to);
  const start = between.indexOf(mark);
  if (start < 0 || !/^[\s)]*\?[.[]?\s*$/.test(between)) return undefined;
  return { start: from + start, end: from + start + mark.length };
}

/**
 * Whether plain access can take the place of the safe one. On a kind without properties `?.` gives nil where `.` is an error, so those are
 * left alone.
 */
function isPresent(type: Type, access: Access): boolean {
  switch (type.kind) {
    case "struct":
    case "enum":
    case "opaque":
      return access !== "index";
    case "shape":
      return true;
    case "union":
      return type.members.every((member) => isPresent(resolve(member), access));
    case "primitive":
      return type.name === "string";
    case "generic":
      if (type.name === "list") return true;
      if (type.name === "dict") return access === "index";
      return type.name === "iter" && access === "method";
    default:
      return false;
  }
}
