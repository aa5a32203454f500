/** Expressions that hold blocks. */
import { unreachable } from "../../text/index.ts";
import type {
  Block,
  CatchClause,
  Expression,
  IfExpression,
  MatchArm,
  ParallelExpression,
  SelectExpression,
  TryExpression,
} from "../ast.ts";
import { endsWithOpenIf, endsWithUnwrap, Level, leftmost, levelOf, needsParensInHeader } from "./precedence.ts";
import { annotationText } from "./types.ts";
import type { Writer } from "./writer.ts";

type BlockForm = Extract<
  Expression,
  { kind: "if" | "match" | "try" | "retry" | "deadline" | "spawn" | "parallel" | "select" | "cost-route" }
>;

export function printBlockForm(w: Writer, expression: BlockForm): void {
  switch (expression.kind) {
    case "if":
      return printIf(w, expression);
    case "match":
      w.write("match ");
      printHeader(w, expression.subject);
      w.write(" ");
      return w.braced(expression.arms, (arm) => printArm(w, arm));
    case "try":
      return printTry(w, expression);
    case "retry":
      return printWithOperand(w, "retry", expression.count, expression);
    case "deadline":
      return printWithOperand(w, "deadline", expression.duration, expression);
    case "spawn":
      w.write("spawn ");
      return w.parts.block(w, expression.body);
    case "parallel":
      return printParallel(w, expression);
    case "select":
      return printSelect(w, expression);
    case "cost-route":
      return printCostRoute(w, expression);
    default:
      return unreachable(expression);
  }
}

export function printHeader(w: Writer, expression: Expression): void {
  printWrapped(w, expression, needsParensInHeader(expression));
}

/** Before an `else` that belongs to the construct around it. */
export function printBeforeElse(w: Writer, expression: Expression): void {
  printWrapped(w, expression, needsParensInHeader(expression) || endsWithOpenIf(expression));
}

function printWrapped(w: Writer, expression: Expression, isWrapped: boolean): void {
  if (isWrapped) w.write("(");
  w.parts.expression(w, expression);
  if (isWrapped) w.write(")");
}

/** A loop over the chain of `else if`, which may be long. */
function printIf(w: Writer, expression: IfExpression): void {
  let head: IfExpression = expression;
  for (;;) {
    w.write("if ");
    printHeader(w, head.condition);
    w.write(" ");
    w.parts.block(w, head.then);
    const rest = head.otherwise;
    if (!rest) return;
    w.write(" else ");
    if (!("kind" in rest)) return w.parts.block(w, rest);
    head = rest;
  }
}

function printArm(w: Writer, { patterns, guard, body }: MatchArm): void {
  w.separated(patterns, " | ", (pattern) => printWrapped(w, pattern, endsWithUnwrap(pattern)));
  if (guard) {
    w.write(" if ");
    w.parts.expression(w, guard);
  }
  w.write(" -> ");
  w.parts.block(w, body);
}

function printTry(w: Writer, { body, handler, finalizer }: TryExpression): void {
  w.write("try ");
  w.parts.block(w, body);
  if (handler) printCatch(w, handler);
  if (!finalizer) return;
  w.write(" finally ");
  w.parts.block(w, finalizer);
}

function printCatch(w: Writer, { name, type, body }: CatchClause): void {
  w.write(name ? ` catch (${name.text}${annotationText(type)}) ` : " catch ");
  w.parts.block(w, body);
}

/** `retry` and `deadline` take a primary expression. */
function printWithOperand(w: Writer, keyword: string, operand: Expression, form: { readonly body: Block }): void {
  w.write(`${keyword} `);
  printWrapped(w, operand, levelOf(operand) < Level.Primary || needsParensInHeader(operand));
  w.write(" ");
  w.parts.block(w, form.body);
}

function printParallel(w: Writer, expression: ParallelExpression): void {
  w.write(expression.mode === "count" ? "parallel " : `parallel ${expression.mode} `);
  printWrapped(w, expression.subject, needsParensAfterParallel(expression.subject));
  if (expression.maxConcurrent) {
    w.write(" with { max_concurrent: ");
    w.parts.expression(w, expression.maxConcurrent);
    w.write(" }");
  }
  w.write(" {");
  if (expression.param) w.write(` ${expression.param.text} ->`);
  w.indented(() => w.parts.statements(w, expression.body));
  w.line();
  w.write(expression.asStream ? "} as stream" : "}");
}

/** `each` and `settle` would be read as modes, a brace as the body, and a `?` before `with` as a ternary. */
function needsParensAfterParallel(subject: Expression): boolean {
  const first = leftmost(subject);
  if (first.kind === "dict" || first.kind === "closure") return true;
  const name = first.kind === "name" ? first.name : first.kind === "call" ? first.callee.text : "";
  return name === "each" || name === "settle" || needsParensInHeader(subject) || endsWithUnwrap(subject);
}

function printSelect(w: Writer, { cases, timeout, fallback }: SelectExpression): void {
  const lines: (() => void)[] = cases.map(({ name, channel, body }) => () => {
    w.write(`${name.text} from `);
    printHeader(w, channel);
    w.write(" ");
    w.parts.block(w, body);
  });
  if (timeout) {
    lines.push(() => {
      w.write("timeout ");
      printHeader(w, timeout.duration);
      w.write(" ");
      w.parts.block(w, timeout.body);
    });
  }
  if (fallback) {
    lines.push(() => {
      w.write("default ");
      w.parts.block(w, fallback);
    });
  }
  w.write("select ");
  w.braced(lines, (print) => print());
}

function printCostRoute(w: Writer, { options, body }: Extract<Expression, { kind: "cost-route" }>): void {
  w.write("cost_route {");
  w.indented(() => {
    for (const { key, value } of options) {
      w.line();
      w.write(`${key.text}: `);
      w.parts.expression(w, value);
    }
    w.parts.statements(w, body);
  });
  w.line();
  w.write("}");
}
