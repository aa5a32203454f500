/** Where parentheses must stand so that the text reads back as the tree it came from. */
import type { BinaryOperator, Block, Expression } from "../ast.ts";

/** From the loosest to the tightest. A position takes expressions of its level and above as they are. */
export const Level = {
  Pipe: 1,
  Range: 2,
  Ternary: 3,
  Or: 4,
  And: 5,
  Equality: 6,
  Comparison: 7,
  Additive: 8,
  Coalesce: 9,
  Multiplicative: 10,
  Power: 11,
  Unary: 12,
  Postfix: 13,
  Primary: 14,
} as const;

const binaryLevels: Readonly<Record<BinaryOperator, number>> = {
  "==": Level.Equality,
  "!=": Level.Equality,
  "<": Level.Comparison,
  ">": Level.Comparison,
  "<=": Level.Comparison,
  ">=": Level.Comparison,
  in: Level.Comparison,
  "not in": Level.Comparison,
  "+": Level.Additive,
  "-": Level.Additive,
  "*": Level.Multiplicative,
  "/": Level.Multiplicative,
  "%": Level.Multiplicative,
  "**": Level.Power,
};

const logicalLevels = { "||": Level.Or, "&&": Level.And, "??": Level.Coalesce } as const;

export function levelOf(expression: Expression): number {
  switch (expression.kind) {
    case "pipe":
      return Level.Pipe;
    case "range":
      return Level.Range;
    case "ternary":
      return Level.Ternary;
    case "logical":
      return logicalLevels[expression.operator];
    case "binary":
      return binaryLevels[expression.operator];
    case "unary":
    case "try-star":
      return Level.Unary;
    case "call":
    case "method-call":
    case "property":
    case "index":
    case "slice":
    case "unwrap":
    case "struct":
      return Level.Postfix;
    default:
      return Level.Primary;
  }
}

/** Constructs with blocks. At a statement's start they end the statement, so an operator after one needs parentheses before it. */
export function isBlockForm(expression: Expression): boolean {
  switch (expression.kind) {
    case "if":
    case "match":
    case "try":
    case "retry":
    case "deadline":
    case "spawn":
    case "parallel":
    case "select":
    case "cost-route":
      return true;
    default:
      return false;
  }
}

/** Something follows the expression: an operator, a member, a subscript. */
export function needsParensBeforeOperator(expression: Expression, level: number): boolean {
  return levelOf(expression) < level || isBlockForm(expression) || endsWithUnwrap(expression);
}

/** Is its last token a `?`, which what follows could turn into a ternary, `?.`, `?[` or `??`? */
export function endsWithUnwrap(expression: Expression): boolean {
  return rightmost(expression).kind === "unwrap";
}

/** Would an `else` after it belong to it? */
export function endsWithOpenIf(expression: Expression): boolean {
  let node: Expression | Block | undefined = rightmost(expression);
  while (node && "kind" in node && node.kind === "if") node = node.otherwise;
  return node === undefined;
}

/** What the text of an expression ends with, down the right edge of the tree. */
export function rightmost(expression: Expression): Expression {
  let node = expression;
  for (;;) {
    const right = rightOperand(node);
    if (right === undefined) return node;
    node = right;
  }
}

function rightOperand(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case "binary":
    case "logical":
    case "pipe":
      return expression.right;
    case "range":
      return expression.isExclusive ? undefined : expression.end;
    case "ternary":
      return expression.otherwise;
    case "unary":
    case "try-star":
      return expression.operand;
    default:
      return undefined;
  }
}

/** What the text of an expression starts with, down the left edge of the tree. */
export function leftmost(expression: Expression): Expression {
  let node = expression;
  for (;;) {
    const left = leftOperand(node);
    if (left === undefined) return node;
    node = left;
  }
}

function leftOperand(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case "binary":
    case "logical":
    case "pipe":
      return expression.left;
    case "range":
      return expression.start;
    case "ternary":
      return expression.condition;
    case "method-call":
    case "property":
    case "index":
    case "slice":
      return expression.object;
    case "unwrap":
      return expression.operand;
    default:
      return undefined;
  }
}

/** The operands that the text of an expression shows outside of any brackets. */
function bareOperands(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "binary":
    case "logical":
    case "pipe":
      return [expression.left, expression.right];
    case "range":
      return [expression.start, expression.end];
    case "ternary":
      return [expression.condition, expression.then, expression.otherwise];
    case "unary":
    case "try-star":
    case "unwrap":
      return [expression.operand];
    case "method-call":
    case "property":
    case "index":
    case "slice":
      return [expression.object];
    default:
      return [];
  }
}

/** Before a `{` that opens a body, `Name {` and `cost_route {` would take that brace for their own. */
export function needsParensInHeader(expression: Expression): boolean {
  const last = rightmost(expression);
  if (last.kind === "name" && (last.name === "cost_route" || /^\p{Uppercase}/u.test(last.name))) return true;
  return showsStruct(expression);
}

/** Does a struct show outside of any brackets? */
export function showsStruct(expression: Expression): boolean {
  return expression.kind === "struct" || bareOperands(expression).some(showsStruct);
}
