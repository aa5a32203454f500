import { diagnose } from "../../diagnostics/index.ts";
import type { BinaryExpression, BindingStatement, Block, Expression } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { constProblems } from "../diagnostics.ts";
import type { Checker } from "./context.ts";

/** What is known of a constant before the run: numbers and truth, as far as they decide whether it can be worked out at all. */
type Known = bigint | number | boolean | null | undefined;

class Rejection {
  readonly kind: keyof typeof constProblems;
  readonly span: Span;
  readonly detail: string;

  constructor(kind: keyof typeof constProblems, span: Span, detail: string) {
    this.kind = kind;
    this.span = span;
    this.detail = detail;
  }
}

/** A `const` is worked out before the run, so its initialiser may hold only what needs no run. Reports the first thing that does. */
export function checkConst(c: Checker, statement: BindingStatement): Known {
  const { pattern, value } = statement;
  const result = evaluate(c, value);
  if (!(result instanceof Rejection)) return result;
  const name = pattern.kind === "name-pattern" ? pattern.name.text : "_";
  c.report(diagnose(constProblems[result.kind], c.source, result.span, { name, detail: result.detail }));
  return undefined;
}

function evaluate(c: Checker, expression: Expression): Known | Rejection {
  switch (expression.kind) {
    case "nil":
      return null;
    case "bool":
    case "int":
    case "float":
      return expression.value;
    case "string":
    case "duration":
      return undefined;
    case "interpolation":
      return interpolated(c, expression);
    case "name":
      return named(c, expression);
    case "list":
      return first(
        c,
        expression.items.map((item) => (item.kind === "spread" ? item.value : item)),
      );
    case "dict":
      return first(
        c,
        expression.entries.map((entry) => entry.value),
      );
    case "unary":
      return unary(c, expression);
    case "binary":
      return binary(c, expression);
    case "logical":
      return first(c, [expression.left, expression.right]);
    case "ternary":
      return first(c, [expression.condition, expression.then, expression.otherwise]);
    case "index":
      return first(c, [expression.object, expression.index]);
    case "slice":
      return first(c, [
        expression.object,
        ...[expression.start, expression.end].filter((bound) => bound !== undefined),
      ]);
    case "call":
      return called(c, expression);
    case "if":
      return branches(c, expression);
    case "property":
      return new Rejection("shape", expression.span, "property access is not const-evaluable");
    case "method-call":
      return new Rejection("shape", expression.span, "method call is not const-evaluable");
    case "closure":
      return new Rejection("shape", expression.span, "closure is not const-evaluable");
    case "struct":
    case "pipe":
    case "range":
    case "match":
      return new Rejection("shape", expression.span, "expression shape is not on the const-eval allowlist");
    default:
      return new Rejection("capability", expression.span, "runtime construct is not permitted in a const initializer");
  }
}

/** Rejected when one of the parts is; otherwise nothing is known of the whole. */
function first(c: Checker, parts: readonly Expression[]): Rejection | undefined {
  for (const part of parts) {
    const result = evaluate(c, part);
    if (result instanceof Rejection) return result;
  }
  return undefined;
}

function interpolated(
  c: Checker,
  expression: Extract<Expression, { readonly kind: "interpolation" }>,
): Rejection | undefined {
  const hole = expression.parts.find((part) => part.kind === "hole");
  if (hole === undefined) return undefined;
  const text = c.source.text.slice(hole.expression.span.start, hole.expression.span.end);
  const detail = `interpolated expression \`\${${text}}\` is not supported in a const initializer; use \`format(...)\` or string concatenation`;
  return new Rejection("shape", expression.span, detail);
}

function named(c: Checker, expression: Extract<Expression, { readonly kind: "name" }>): Known | Rejection {
  const binding = c.scope.find(expression.name);
  if (binding?.mode === "const") return c.constants.get(binding);
  if (!c.importsAreWhole) return undefined;
  return new Rejection("failure", expression.span, `\`${expression.name}\` is not a const-known identifier`);
}

function unary(c: Checker, expression: Extract<Expression, { readonly kind: "unary" }>): Known | Rejection {
  const operand = evaluate(c, expression.operand);
  if (operand instanceof Rejection) return operand;
  if (expression.operator === "!") return typeof operand === "boolean" ? !operand : undefined;
  return typeof operand === "bigint" || typeof operand === "number" ? -operand : undefined;
}

function binary(c: Checker, expression: BinaryExpression): Known | Rejection {
  const left = evaluate(c, expression.left);
  if (left instanceof Rejection) return left;
  const right = evaluate(c, expression.right);
  if (right instanceof Rejection) return right;
  const { operator } = expression;
  const isDivision = operator === "/" || operator === "%";
  if (isDivision && typeof left === "bigint" && right === 0n) {
    return new Rejection("failure", expression.span, "division by zero");
  }
  return typeof left === "bigint" && typeof right === "bigint" ? integer(operator, left, right) : undefined;
}

function integer(operator: BinaryExpression["operator"], left: bigint, right: bigint): bigint | undefined {
  switch (operator) {
    case "+":
      return BigInt.asIntN(64, left + right);
    case "-":
      return BigInt.asIntN(64, left - right);
    case "*":
      return BigInt.asIntN(64, left * right);
    case "/":
      return BigInt.asIntN(64, left / right);
    case "%":
      return left % right;
    default:
      return undefined;
  }
}

/** Builtins without effects are worked out; whatever else is called needs the run. */
function called(c: Checker, expression: Extract<Expression, { readonly kind: "call" }>): Rejection | undefined {
  const name = expression.callee.text;
  const builtin = c.scope.knows(name) ? undefined : c.catalog.builtins.get(name);
  if (builtin?.effect !== "pure") {
    const detail = `\`${name}(...)\` is not on the const-eval allowlist (only pure stdlib builtins may be called from a const initializer)`;
    return new Rejection("capability", expression.span, detail);
  }
  return first(
    c,
    expression.arguments.map((argument) => (argument.kind === "spread" ? argument.value : argument)),
  );
}

function branches(c: Checker, expression: Extract<Expression, { readonly kind: "if" }>): Rejection | undefined {
  const { condition, then, otherwise } = expression;
  const tested = first(c, [condition]);
  if (tested !== undefined) return tested;
  const rejected = inBlock(c, then);
  if (rejected !== undefined || otherwise === undefined) return rejected;
  return "statements" in otherwise ? inBlock(c, otherwise) : branches(c, otherwise);
}

/** Only blocks of expressions are looked into: one with statements of its own has names of its own. */
function inBlock(c: Checker, block: Block): Rejection | undefined {
  const parts = block.statements.map((statement) =>
    statement.kind === "expression" ? statement.expression : undefined,
  );
  return parts.includes(undefined) ? undefined : first(c, parts as readonly Expression[]);
}
