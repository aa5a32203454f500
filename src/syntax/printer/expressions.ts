import { unreachable } from "../../text/index.ts";
import type { DictEntry, DictKey, Expression, InterpolationExpression, Parameter, SpreadElement } from "../ast.ts";
import { printBlockForm } from "./block-forms.ts";
import { escapePlain, escapeTriple, floatText, quotePlain } from "./literals.ts";
import { Level, leftmost, levelOf, needsParensBeforeOperator } from "./precedence.ts";
import { annotationText, typeArgumentsText } from "./types.ts";
import type { Writer } from "./writer.ts";

export function printExpression(w: Writer, expression: Expression): void {
  switch (expression.kind) {
    case "nil":
      return w.write("nil");
    case "bool":
    case "int":
      return w.write(String(expression.value));
    case "float":
      return w.write(floatText(expression.value));
    case "duration":
      return w.write(expression.lexeme);
    case "name":
      return w.write(expression.name);
    case "string":
      return printString(w, expression);
    case "interpolation":
      return printInterpolation(w, expression);
    case "list":
      return printElements(w, "[", expression.items, "]");
    case "dict":
      return printEntries(w, expression.entries);
    case "struct":
      w.write(`${expression.name.text} `);
      return printEntries(w, expression.entries);
    case "closure":
      return printClosure(w, expression);
    case "human":
      return printHumanCall(w, expression);
    case "call":
      w.write(expression.callee.text + typeArgumentsText(expression.typeArguments));
      return printElements(w, "(", expression.arguments, ")");
    case "method-call":
    case "property":
    case "index":
    case "slice":
    case "unwrap":
      return printPostfix(w, expression);
    case "unary":
      w.write(expression.operator);
      return printAt(w, expression.operand, Level.Unary);
    case "try-star":
      w.write("try* ");
      return printAt(w, expression.operand, Level.Unary);
    case "binary":
    case "logical":
    case "pipe":
    case "range":
      return printOperator(w, expression);
    case "ternary":
      return printTernary(w, expression);
    case "if":
    case "match":
    case "try":
    case "retry":
    case "deadline":
    case "spawn":
    case "parallel":
    case "select":
    case "cost-route":
      return printBlockForm(w, expression);
    default:
      return unreachable(expression);
  }
}

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

function printWrapped(w: Writer, expression: Expression, isWrapped: boolean): void {
  if (isWrapped) w.write("(");
  printExpression(w, expression);
  if (isWrapped) w.write(")");
}

/** At a position that takes expressions of a level and above, with nothing of the same expression after it. */
function printAt(w: Writer, expression: Expression, level: number): void {
  printWrapped(w, expression, levelOf(expression) < level);
}

/** At a position before an operator, a member or a subscript. */
function printBefore(w: Writer, expression: Expression, level: number): void {
  printWrapped(w, expression, needsParensBeforeOperator(expression, level));
}

// ---------------------------------------------------------------- operators

function printOperator(w: Writer, expression: Of<"binary" | "logical" | "pipe" | "range">): void {
  const level = levelOf(expression);
  switch (expression.kind) {
    case "pipe":
      printBefore(w, expression.left, level);
      w.write(" |> ");
      return printAt(w, expression.right, level + 1);
    case "range":
      printBefore(w, expression.start, level + 1);
      w.write(" to ");
      printRangeEnd(w, expression);
      return;
    default: {
      if (readsAsTypeArguments(expression)) return printShielded(w, expression);
      const isRightAssociative = expression.operator === "**";
      printBefore(w, expression.left, isRightAssociative ? level + 1 : level);
      w.write(` ${expression.operator} `);
      printAt(w, expression.right, isRightAssociative ? level : level + 1);
    }
  }
}

function printRangeEnd(w: Writer, { end, isExclusive }: Of<"range">): void {
  if (isExclusive) printBefore(w, end, Level.Ternary);
  else printAt(w, end, Level.Ternary);
  if (isExclusive) w.write(" exclusive");
}

/** `a < b, c > (d)` is a call with type arguments, so `> (` must not be seen from a `<` before it. */
function readsAsTypeArguments(expression: Of<"binary" | "logical">): boolean {
  return expression.operator === ">" && levelOf(expression.right) <= Level.Comparison;
}

function printShielded(w: Writer, { left, right }: Of<"binary" | "logical">): void {
  w.write("(");
  printBefore(w, left, Level.Additive);
  w.write(" > ");
  printAt(w, right, Level.Additive);
  w.write(")");
}

/** A list right after the `?` would be a subscript. */
function printTernary(w: Writer, { condition, then, otherwise }: Of<"ternary">): void {
  printBefore(w, condition, Level.Or);
  w.write(" ? ");
  printWrapped(w, then, levelOf(then) < Level.Ternary || leftmost(then).kind === "list");
  w.write(" : ");
  printAt(w, otherwise, Level.Ternary);
}

function printPostfix(w: Writer, expression: Of<"method-call" | "property" | "index" | "slice" | "unwrap">): void {
  if (expression.kind === "unwrap") {
    printBefore(w, expression.operand, Level.Postfix);
    return w.write("?");
  }
  printBefore(w, expression.object, Level.Postfix);
  switch (expression.kind) {
    case "property":
      return w.write(`${expression.isOptional ? "?." : "."}${expression.name.text}`);
    case "method-call":
      w.write(`${expression.isOptional ? "?." : "."}${expression.method.text}`);
      return printElements(w, "(", expression.arguments, ")");
    case "index":
      w.write(expression.isOptional ? "?[" : "[");
      printExpression(w, expression.index);
      return w.write("]");
    case "slice":
      w.write("[");
      if (expression.start) printBefore(w, expression.start, Level.Pipe);
      w.write(":");
      if (expression.end) printExpression(w, expression.end);
      return w.write("]");
    default:
      return unreachable(expression);
  }
}

// ---------------------------------------------------------------- brackets

function printElements(w: Writer, open: string, items: readonly (Expression | SpreadElement)[], close: string): void {
  w.write(open);
  w.separated(items, ", ", (item) => printElement(w, item));
  w.write(close);
}

function printElement(w: Writer, item: Expression | SpreadElement): void {
  if (item.kind !== "spread") return printExpression(w, item);
  w.write("...");
  printExpression(w, item.value);
}

function printEntries(w: Writer, entries: readonly (DictEntry | SpreadElement)[]): void {
  w.write("{");
  w.separated(entries, ", ", (entry) => {
    if (entry.kind === "spread") w.write("...");
    else {
      printKey(w, entry.key);
      w.write(": ");
    }
    printExpression(w, entry.value);
  });
  w.write("}");
}

function printKey(w: Writer, key: DictKey): void {
  switch (key.kind) {
    case "name-key":
      return w.write(key.text);
    case "string-key":
      return w.write(quotePlain(key.text));
    case "computed-key":
      w.write("[");
      printExpression(w, key.expression);
      return w.write("]");
    default:
      return unreachable(key);
  }
}

function printHumanCall(w: Writer, expression: Of<"human">): void {
  w.write(`${expression.verb}(`);
  w.separated(expression.arguments, ", ", ({ name, value }) => {
    if (name) w.write(`${name.text}: `);
    printExpression(w, value);
  });
  w.write(")");
}

function printClosure(w: Writer, { form, params, body }: Of<"closure">): void {
  if (form === "fn") {
    w.write("fn(");
    printParameters(w, params);
    w.write(") ");
    return w.parts.block(w, body);
  }
  w.write("{ ");
  printParameters(w, params);
  w.write(params.length === 0 ? "->" : " ->");
  w.indented(() => w.parts.statements(w, body));
  w.line();
  w.write("}");
}

export function printParameters(w: Writer, params: readonly Parameter[]): void {
  w.separated(params, ", ", ({ name, type, fallback, isRest }) => {
    w.write(`${isRest ? "..." : ""}${name.text}${annotationText(type)}`);
    if (!fallback) return;
    w.write(" = ");
    printExpression(w, fallback);
  });
}

// ---------------------------------------------------------------- strings

/** Triple-quoted text starts on the line after its quotes and at the left margin, where dedenting takes nothing away. */
function printString(w: Writer, { value, quote }: Of<"string">): void {
  switch (quote) {
    case "plain":
      return w.write(quotePlain(value));
    case "raw":
      return w.write(`r"${value}"`);
    case "triple":
      return w.write(`"""\n${escapeTriple(value)}\n"""`);
    default:
      return unreachable(quote);
  }
}

function printInterpolation(w: Writer, { quote, parts }: InterpolationExpression): void {
  const isTriple = quote === "triple";
  w.write(isTriple ? '"""\n' : '"');
  for (const part of parts) {
    if (part.kind === "text") w.write(isTriple ? escapeTriple(part.value) : escapePlain(part.value));
    else {
      w.write("${");
      printExpression(w, part.expression);
      w.write("}");
    }
  }
  w.write(isTriple ? '\n"""' : '"');
}
