import type { Block, ClosureExpression, Expression, Parameter, Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { layoutStatements } from "./bodies.ts";
import { type Fragment, join, joinAll, lineAt } from "./fragment.ts";
import type { Layout } from "./layout.ts";
import { annotationText } from "./types.ts";

/** A body of one plain statement stays on the line of its braces. */
export function layoutClosure(l: Layout, { form, params, body, span }: ClosureExpression, level: number): Fragment {
  const list = joinAll(
    params.map((param) => layoutParameter(l, param, level)),
    ", ",
  );
  const head = form === "fn" ? join("fn(", list, ") {") : join("{ ", list, params.length === 0 ? "->" : " ->");
  const from = params[params.length - 1]?.span.end ?? span.start + 1;
  return join(head, layoutBody(l, body, { start: from, end: span.end - 1 }, level), "}");
}

/** ` statement ` or the statements on lines of their own: what stands between an opening and its closing brace. */
export function layoutBody(l: Layout, { statements }: Block, region: Span, level: number): Fragment {
  const [only] = statements;
  if (only && statements.length === 1 && isPlain(only) && !isCommented(l, only, region))
    return join(" ", l.parts.statement(l, only, level), " ");
  return join(layoutStatements(l, statements, region, level + 1), lineAt(level));
}

function isCommented(l: Layout, { span }: Statement, region: Span): boolean {
  return l.comments.has(region.start, span.start) || l.comments.has(span.end, region.end);
}

export function layoutParameter(l: Layout, { name, type, fallback, isRest }: Parameter, level: number): Fragment {
  const head = `${isRest ? "..." : ""}${name.text}${annotationText(type)}`;
  return fallback ? join(head, " = ", l.parts.expression(l, fallback, level)) : join(head);
}

function isPlain(statement: Statement): boolean {
  switch (statement.kind) {
    case "assign":
    case "return":
    case "break":
    case "continue":
    case "require":
      return true;
    case "expression":
      return isPlainExpression(statement.expression);
    default:
      return false;
  }
}

function isPlainExpression(expression: Expression): boolean {
  switch (expression.kind) {
    case "string":
      return expression.quote !== "raw";
    case "nil":
    case "bool":
    case "int":
    case "float":
    case "duration":
    case "interpolation":
    case "name":
    case "list":
    case "dict":
    case "unary":
    case "binary":
    case "logical":
    case "pipe":
    case "range":
    case "ternary":
    case "call":
    case "method-call":
    case "property":
    case "index":
    case "slice":
    case "unwrap":
    case "try-star":
      return true;
    default:
      return false;
  }
}
