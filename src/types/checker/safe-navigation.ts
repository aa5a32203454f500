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
  if (!isPresent(resolve(receiver), access, name)) return;
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
 * Whether plain access can take the place of the safe one. What a value is not known to have is left alone: on some kinds `.` is an
 * error there, and on the others `?.` says that one does not know either.
 */
function isPresent(type: Type, access: Access, name: string): boolean {
  switch (type.kind) {
    case "struct":
      return access === "method" || (access === "property" && type.symbol.fields.has(name));
    case "enum":
    case "opaque":
      return access !== "index";
    case "shape":
      return access !== "property" || type.fields.some((field) => field.name === name);
    case "union":
      return type.members.every((member) => isPresent(resolve(member), access, name));
    case "primitive":
      return type.name === "string" && (access !== "property" || textProperties.has(name));
    case "generic":
      if (type.name === "list") return access !== "property" || listProperties.has(name);
      if (type.name === "dict") return access !== "property";
      return type.name === "iter" && access === "method";
    default:
      return false;
  }
}

const textProperties: ReadonlySet<string> = new Set(["count", "empty"]);
const listProperties: ReadonlySet<string> = new Set(["count", "empty", "first", "last"]);
