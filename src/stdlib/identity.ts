import { type CatalogPart, declare, req, t } from "../builtin/index.ts";
import { equal, identityOf, isObject, show, typeName, type Value } from "../value/index.ts";

const core = declare("core");

/** Whether a value is told apart by where it lives, not by what it holds. */
function hasIdentity(value: Value): boolean {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case "list":
    case "dict":
    case "set":
    case "pair":
    case "closure":
    case "struct-type":
      return true;
    default:
      return false;
  }
}

function addressOf(value: Value): string {
  if (typeof value === "string") return `string@0x${textHash(value).toString(16)}`;
  if (isObject(value) && (hasIdentity(value) || value.kind === "bytes"))
    return `${typeName(value)}@0x${identityOf(value).toString(16)}`;
  return `${typeName(value)}@${show(value)}`;
}

/** Strings have no place of their own: equal ones count as one. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

export const identity: CatalogPart = {
  builtins: [
    core({
      name: "is_same",
      summary: "Whether two values are one and the same collection or function; plain values are compared.",
      params: [req("a", t.any), req("b", t.any)],
      returns: t.bool,
      borrows: true,
      examples: [["is_same([1], [1])", "false"]],
      run: (_context, a, b) => a === b || (!hasIdentity(a) && equal(a, b)),
    }),
    core({
      name: "addr_of",
      summary: "A text that is the same for one and the same value, and differs for every other.",
      params: [req("value", t.any)],
      returns: t.string,
      examples: [["addr_of(5)", "int@5"]],
      run: (_context, value) => addressOf(value),
    }),
  ],
};
