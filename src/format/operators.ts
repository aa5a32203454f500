/** Binary operators: where parentheses stand, and where a line breaks. */
import { type Expression, endsWithUnwrap, Level, levelOf } from "../syntax/index.ts";
import { mayTrail, type PlacedComment } from "./comment-table.ts";
import { commentBlock } from "./comment-text.ts";
import { type Fragment, indentOf, join, lineAt, parenthesized } from "./fragment.ts";
import { isLineBreakBetween, type Layout } from "./layout.ts";

export type OperatorExpression = Extract<Expression, { kind: "binary" | "logical" | "pipe" }>;

function isOperator(expression: Expression): expression is OperatorExpression {
  return expression.kind === "binary" || expression.kind === "logical" || expression.kind === "pipe";
}

function signOf(expression: OperatorExpression): string {
  return expression.kind === "pipe" ? "|>" : expression.operator;
}

/** A line that starts with one of these would be a statement of its own, so the line before it ends with a backslash. */
function mayStartLine(sign: string): boolean {
  return sign !== "-" && sign !== "in" && sign !== "not in";
}

export function layoutOperator(l: Layout, expression: OperatorExpression, level: number): Fragment {
  const { left, right } = expression;
  const sign = signOf(expression);
  const first = parenthesized(l.parts.expression(l, left, level), leftNeedsParens(expression, sign));
  const second = parenthesized(l.parts.expression(l, right, level), rightNeedsParens(expression, sign));
  const between = mayStartLine(sign) ? claimAcrossLines(l, left.span.end, right.span.start) : [];
  const line = join(first, ` ${sign} `, second);
  const isBroken =
    isLineBreakBetween(l, left.span.end, right.span.start) || indentOf(level).length + line.bytes > l.options.lineWidth;
  const result = isBroken ? join(first, breakBefore(l, sign, between, left.span.end, level), `${sign} `, second) : line;
  return parenthesized(result, readsAsTypeArguments(expression, sign));
}

function breakBefore(
  l: Layout,
  sign: string,
  comments: readonly PlacedComment[],
  leftEnd: number,
  level: number,
): Fragment {
  const before = mayStartLine(sign) ? "" : " \\";
  return join(before, commentedBreak(l, comments, leftEnd, level + 1));
}

/** The comments in a gap that has a line break. Without one they stay on their line, and the statement takes them. */
export function claimAcrossLines(l: Layout, from: number, to: number): readonly PlacedComment[] {
  return isLineBreakBetween(l, from, to) ? l.comments.claim(from, to) : [];
}

/** A line break, with comments at the end of the line above it or on lines of their own. */
export function commentedBreak(
  l: Layout,
  comments: readonly PlacedComment[],
  lineEnd: number,
  level: number,
): Fragment {
  const behind: PlacedComment[] = [];
  const own: PlacedComment[] = [];
  for (const comment of comments) {
    const isBehind = own.length === 0 && mayTrail(comment) && !isLineBreakBetween(l, lineEnd, comment.span.start);
    (isBehind ? behind : own).push(comment);
  }
  const trailing = behind.length > 0 ? `  ${behind.map(({ text }) => text).join(" ")}` : "";
  return join(trailing, commentBlock(own, level, l.options.lineWidth), lineAt(level));
}

/** Beyond what the grammar asks for, `&&` and `||` are kept apart for the reader. */
function leftNeedsParens(parent: OperatorExpression, sign: string): boolean {
  const { left } = parent;
  const level = levelOf(parent);
  if (isOperator(left)) {
    if (levelOf(left) < level || (sign === "**" && levelOf(left) === level) || isMixedLogic(parent, left)) return true;
  } else if (levelOf(left) < level) return true;
  // `x? - 1` and `x? not in y` would be ternaries.
  return (sign === "-" || sign === "not in") && endsWithUnwrap(left);
}

function rightNeedsParens(parent: OperatorExpression, sign: string): boolean {
  const { right } = parent;
  const level = levelOf(parent);
  if (isOperator(right) && isMixedLogic(parent, right)) return true;
  return sign === "**" ? levelOf(right) < level : levelOf(right) <= level;
}

function isMixedLogic(parent: OperatorExpression, child: OperatorExpression): boolean {
  const signs = [signOf(parent), signOf(child)];
  return signs.includes("&&") && signs.includes("||");
}

/** `a < b, c > (d)` is a call with type arguments, so `> (` must not be seen from a `<` before it. */
function readsAsTypeArguments({ right }: OperatorExpression, sign: string): boolean {
  return sign === ">" && levelOf(right) <= Level.Comparison;
}
