/** Expressions that hold blocks. */
import {
  type Block,
  type CatchClause,
  type Expression,
  endsWithOpenIf,
  endsWithUnwrap,
  type IfExpression,
  Level,
  leftmost,
  levelOf,
  type MatchArm,
  type MatchExpression,
  needsParensInHeader,
  type ParallelExpression,
  rightmost,
  type SelectExpression,
  showsStruct,
  type TryExpression,
} from "../syntax/index.ts";
import { type Span, unreachable } from "../text/index.ts";
import { layoutBlock, statementItems } from "./bodies.ts";
import { layoutBody } from "./closures.ts";
import { type Fragment, join, joinAll, lineAt, parenthesized } from "./fragment.ts";
import type { Layout } from "./layout.ts";
import { type LineItem, layoutBraced, layoutLines } from "./line-list.ts";
import { annotationText } from "./types.ts";

type BlockForm = Extract<
  Expression,
  { kind: "if" | "match" | "try" | "retry" | "deadline" | "spawn" | "parallel" | "select" | "cost-route" }
>;

type CostRoute = Extract<Expression, { kind: "cost-route" }>;

export function layoutBlockForm(l: Layout, expression: BlockForm, level: number): Fragment {
  switch (expression.kind) {
    case "if":
      return layoutIf(l, expression, level);
    case "match":
      return layoutMatch(l, expression, level);
    case "try":
      return layoutTry(l, expression, level);
    case "retry":
      return layoutWithOperand(l, "retry", expression.count, expression.body, level);
    case "deadline":
      return layoutWithOperand(l, "deadline", expression.duration, expression.body, level);
    case "spawn":
      return join("spawn ", layoutBlock(l, expression.body, level));
    case "parallel":
      return layoutParallel(l, expression, level);
    case "select":
      return layoutSelect(l, expression, level);
    case "cost-route":
      return layoutCostRoute(l, expression, level);
    default:
      return unreachable(expression);
  }
}

/** Before the `{` of a body, which a struct or the name of one must not take for its own. */
export function layoutHeader(l: Layout, expression: Expression, isBodyEmpty: boolean, level: number): Fragment {
  const last = rightmost(expression);
  const takesBrace = last.kind === "name" && (last.name === "cost_route" || (isBodyEmpty && isCapitalized(last.name)));
  return parenthesized(l.parts.expression(l, expression, level), takesBrace || showsStruct(expression));
}

/** `Name {` makes a struct only if a field follows, or nothing at all. */
function isCapitalized(name: string): boolean {
  return /^\p{Uppercase}/u.test(name);
}

/** Before an `else` that belongs to the construct around it. */
export function layoutBeforeElse(l: Layout, expression: Expression, level: number): Fragment {
  const needsParens = showsStruct(expression) || endsWithOpenIf(expression);
  return parenthesized(l.parts.expression(l, expression, level), needsParens);
}

export function isEmpty({ statements }: Block): boolean {
  return statements.length === 0;
}

/** A loop over the chain of `else if`, which may be long. */
function layoutIf(l: Layout, expression: IfExpression, level: number): Fragment {
  const pieces: (string | Fragment)[] = [];
  let head = expression;
  let from: number | undefined;
  for (;;) {
    pieces.push("if ", layoutHeader(l, head.condition, isEmpty(head.then), level), " ");
    const comments = from === undefined ? [] : l.comments.within(from, head.condition.span.start);
    const start = comments[0]?.span.start ?? head.then.span.start;
    pieces.push(layoutBlock(l, head.then, level, start));
    const rest = elseOf(l, head);
    if (!rest) return joinAll(pieces);
    pieces.push(" else ");
    from = head.then.span.end;
    if (!("kind" in rest)) {
      pieces.push(layoutBlock(l, rest, level, from));
      return joinAll(pieces);
    }
    head = rest;
  }
}

/** An `else` that holds nothing but an `if` is an `else if`. */
function elseOf(l: Layout, { otherwise }: IfExpression): Block | IfExpression | undefined {
  if (!otherwise || "kind" in otherwise) return otherwise;
  const [only] = otherwise.statements;
  if (only?.kind !== "expression" || otherwise.statements.length > 1 || only.expression.kind !== "if") return otherwise;
  const { span } = otherwise;
  const isCommented = l.comments.has(span.start, only.span.start) || l.comments.has(only.span.end, span.end);
  return isCommented ? otherwise : only.expression;
}

function layoutMatch(l: Layout, { subject, arms, span }: MatchExpression, level: number): Fragment {
  const items = arms.map((arm): LineItem => ({ span: arm.span, render: (inner) => layoutArm(l, arm, inner) }));
  const region = { start: subject.span.end, end: span.end };
  return join(
    "match ",
    layoutHeader(l, subject, arms.length === 0, level),
    " ",
    layoutBraced(l, items, region, level, "gap"),
  );
}

function layoutArm(l: Layout, { patterns, guard, body }: MatchArm, level: number): Fragment {
  const list = patterns.map((pattern) => parenthesized(l.parts.expression(l, pattern, level), endsWithUnwrap(pattern)));
  const condition = guard ? join(" if ", l.parts.expression(l, guard, level)) : "";
  const region = { start: body.span.start + 1, end: body.span.end - 1 };
  return join(joinAll(list, " | "), condition, " -> {", layoutBody(l, body, region, level), "}");
}

function layoutTry(l: Layout, { body, handler, finalizer }: TryExpression, level: number): Fragment {
  const pieces: (string | Fragment)[] = ["try ", layoutBlock(l, body, level)];
  if (handler) pieces.push(layoutCatch(l, handler, body.span.end, level));
  if (finalizer) pieces.push(" finally ", layoutBlock(l, finalizer, level, (handler?.body ?? body).span.end));
  return joinAll(pieces);
}

function layoutCatch(l: Layout, { name, type, body }: CatchClause, from: number, level: number): Fragment {
  return join(name ? ` catch (${name.text}${annotationText(type)}) ` : " catch ", layoutBlock(l, body, level, from));
}

/** `retry` and `deadline` take a primary expression. */
function layoutWithOperand(l: Layout, keyword: string, operand: Expression, body: Block, level: number): Fragment {
  const isCostRoute = operand.kind === "name" && operand.name === "cost_route";
  const needsParens = levelOf(operand) < Level.Primary || isCostRoute;
  const count = parenthesized(l.parts.expression(l, operand, level), needsParens);
  return join(`${keyword} `, count, " ", layoutBlock(l, body, level));
}

function layoutParallel(l: Layout, expression: ParallelExpression, level: number): Fragment {
  const { mode, subject, maxConcurrent, param, body, asStream, span } = expression;
  const from = param ?? maxConcurrent ?? subject;
  const region = { start: from.span.end, end: span.end };
  return join(
    mode === "count" ? "parallel " : `parallel ${mode} `,
    parenthesized(l.parts.expression(l, subject, level), needsParensAfterParallel(subject)),
    maxConcurrent ? join(" with { max_concurrent: ", l.parts.expression(l, maxConcurrent, level), " }") : "",
    param ? ` { ${param.text} ->` : " {",
    layoutLines(l, statementItems(l, body.statements), region, level + 1, "line"),
    lineAt(level),
    asStream ? "} as stream" : "}",
  );
}

/** `each` and `settle` would be read as modes, a closure as the body, and a `?` before `with` as a ternary. */
function needsParensAfterParallel(subject: Expression): boolean {
  const first = leftmost(subject);
  if (first.kind === "closure") return true;
  const name = first.kind === "name" ? first.name : first.kind === "call" ? first.callee.text : "";
  return name === "each" || name === "settle" || needsParensInHeader(subject) || endsWithUnwrap(subject);
}

function layoutSelect(l: Layout, { cases, timeout, fallback, span }: SelectExpression, level: number): Fragment {
  const items = cases.map(({ name, channel, body, span: whole }): LineItem => {
    const render = (inner: number): Fragment =>
      join(`${name.text} from `, layoutHeader(l, channel, isEmpty(body), inner), " ", layoutBlock(l, body, inner));
    return { span: whole, render };
  });
  if (timeout) {
    const render = (inner: number): Fragment =>
      join(
        "timeout ",
        layoutHeader(l, timeout.duration, isEmpty(timeout.body), inner),
        " ",
        layoutBlock(l, timeout.body, inner),
      );
    items.push({ span: timeout.span, render });
  }
  if (fallback) {
    items.push({ span: fallback.span, render: (inner) => join("default ", layoutBlock(l, fallback, inner)) });
  }
  return join("select ", layoutBraced(l, items, insideOf(span), level, "gap"));
}

function insideOf({ start, end }: Span): Span {
  return { start: start + 1, end: end - 1 };
}

/** An empty line parts the options from what they apply to. */
function layoutCostRoute(l: Layout, { options, body, span }: CostRoute, level: number): Fragment {
  const fields = options.map(({ key, value, span: whole }): LineItem => {
    return { span: whole, render: (inner) => join(`${key.text}: `, l.parts.expression(l, value, inner)) };
  });
  const boundary = options[options.length - 1]?.span.end ?? span.start + 1;
  const head = layoutLines(l, fields, { start: span.start + 1, end: boundary }, level + 1, "gap");
  const region = { start: boundary, end: span.end - 1 };
  const rest = layoutLines(l, statementItems(l, body.statements), region, level + 1, "line");
  const gap = options.length > 0 && rest.text !== "" ? "\n" : "";
  return join("cost_route {", head, gap, rest, lineAt(level), "}");
}
