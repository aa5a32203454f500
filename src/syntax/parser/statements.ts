/**
 * Statements, statement lists, and recovery.
 *
 * S1. Two statements of a list stand on different lines or have one `;` between them.
 * S2. A statement that fails is left out of the tree and reading resumes after it, so that one file's mistakes are reported
 *     together. Every turn of a list consumes a token or ends.
 */
import type { AssignStatement, Block, Expression, Statement } from "../ast.ts";
import { punctuation, Token } from "../token.ts";
import { startsCostRoute } from "./control.ts";
import { type Cursor, ParseFailure, Plain } from "./cursor.ts";
import { parseDeclaration, startsDeclaration } from "./declarations.ts";
import { parseExpression } from "./expressions.ts";
import { parseBindingPattern, parseForPattern } from "./patterns.ts";
import { resumeAfterFailure } from "./recovery.ts";
import { parseAnnotation } from "./types.ts";

/** `{ … }` as statements. The block's span covers its braces. */
export function parseBlock(p: Cursor): Block {
  const start = p.start;
  p.expect(Token.LeftBrace);
  const statements = parseStatementList(p);
  p.expect(Token.RightBrace);
  return { span: p.spanFrom(start), statements };
}

/** Statements up to a `}` or the end of the file, neither of which is consumed. */
export function parseStatements(p: Cursor): Block {
  const start = p.start;
  const statements = parseStatementList(p);
  return { span: { start, end: statements.length === 0 ? start : p.previousEnd }, statements };
}

function parseStatementList(p: Cursor): Statement[] {
  const mark = p.lists.mark();
  const outer = p.context;
  p.context = Plain;
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) parseInto(p, "statement");
  p.context = outer;
  return p.lists.take(mark);
}

/** The items of a program. A `}` that nothing opened is reported and skipped. */
export function parseItems(p: Cursor): Statement[] {
  const mark = p.lists.mark();
  while (p.kind !== Token.EndOfFile) parseInto(p, "top-level item");
  return p.lists.take(mark);
}

type ListItem = "statement" | "top-level item";

/** Adds the next statement to the list under construction, or what follows a mistake to nothing. */
function parseInto(p: Cursor, item: ListItem): void {
  const from = p.index;
  const { recursion, height } = p;
  const mark = p.lists.mark();
  let isComplete = false;
  p.height = 0;
  try {
    p.lists.push(parseStatement(p, item === "top-level item"));
    isComplete = true;
    expectSeparator(p, item);
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    if (!isComplete) p.lists.drop(mark);
    p.recursion = recursion;
    p.context = Plain;
    resumeAfterFailure(p, from, item === "top-level item");
  }
  if (p.height < height) p.height = height;
}

function expectSeparator(p: Cursor, item: ListItem): void {
  if (p.accept(Token.Semicolon) || p.startsLine) return;
  if (p.kind === Token.RightBrace && item === "statement") return;
  p.fail(`${item} separator (\`;\` or newline)`);
}

/** A statement in a list of another kind, whose other items its height must not count for. */
export function parseNestedStatement(p: Cursor): Statement {
  const { height } = p;
  p.height = 0;
  const statement = parseStatement(p, false);
  if (p.height < height) p.height = height;
  return statement;
}

function parseStatement(p: Cursor, isTopLevel: boolean): Statement {
  if (startsDeclaration(p)) return parseDeclaration(p, isTopLevel);
  const start = p.start;
  switch (p.kind) {
    case Token.Let:
      return parseBinding(p, "let");
    case Token.Var:
      return parseBinding(p, "var");
    case Token.Const:
      return parseBinding(p, "const");
    case Token.For:
      return parseFor(p);
    case Token.While:
      return parseWhile(p);
    case Token.Guard:
      return parseGuard(p);
    case Token.Require:
      return parseRequire(p);
    case Token.Defer:
    case Token.Mutex: {
      const kind = p.kind === Token.Defer ? "defer" : "mutex";
      p.advance();
      const body = p.grammar.block(p);
      return { kind, span: p.spanFrom(start), body };
    }
    case Token.Return:
      return parseReturn(p, "return");
    case Token.Yield:
      return parseReturn(p, "yield");
    case Token.Throw:
      return parseThrow(p, "throw");
    case Token.Emit:
      return parseThrow(p, "emit");
    case Token.Break:
      p.advance();
      return { kind: "break", span: p.spanFrom(start) };
    case Token.Continue:
      p.advance();
      return { kind: "continue", span: p.spanFrom(start) };
    case Token.Else:
    case Token.Catch:
    case Token.Finally:
      // Reached through `}; else {`: what separates too much is the `;`.
      return p.fail("statement separator (`;` or newline)");
    default:
      return parseExpressionStatement(p);
  }
}

function parseBinding(p: Cursor, mode: "let" | "var" | "const"): Statement {
  const start = p.start;
  p.advance();
  const pattern = mode === "const" ? parseConstName(p) : parseBindingPattern(p);
  const type = parseAnnotation(p);
  p.expect(Token.Assign);
  const value = parseExpression(p);
  const span = p.spanFrom(start);
  return type ? { kind: "binding", span, mode, pattern, type, value } : { kind: "binding", span, mode, pattern, value };
}

function parseConstName(p: Cursor): ReturnType<typeof parseBindingPattern> {
  const name = p.expectName("constant name");
  return { kind: "name-pattern", span: name.span, name };
}

function parseFor(p: Cursor): Statement {
  const start = p.start;
  p.advance();
  const pattern = parseForPattern(p);
  p.expect(Token.In);
  const iterable = p.grammar.header(p);
  const body = p.grammar.block(p);
  return { kind: "for", span: p.spanFrom(start), pattern, iterable, body };
}

function parseWhile(p: Cursor): Statement {
  const start = p.start;
  p.advance();
  const condition = p.grammar.header(p);
  const body = p.grammar.block(p);
  return { kind: "while", span: p.spanFrom(start), condition, body };
}

function parseGuard(p: Cursor): Statement {
  const start = p.start;
  p.advance();
  const condition = p.grammar.header(p);
  p.expect(Token.Else);
  const otherwise = p.grammar.block(p);
  return { kind: "guard", span: p.spanFrom(start), condition, otherwise };
}

function parseRequire(p: Cursor): Statement {
  const start = p.start;
  p.advance();
  const condition = parseExpression(p);
  const error = p.accept(Token.Comma) ? parseExpression(p) : undefined;
  const span = p.spanFrom(start);
  return error ? { kind: "require", span, condition, error } : { kind: "require", span, condition };
}

/** `return` and `yield`: a value stands on the same line or not at all. */
function parseReturn(p: Cursor, kind: "return" | "yield"): Statement {
  const start = p.start;
  p.advance();
  const isBare = p.startsLine || p.kind === Token.RightBrace || p.kind === Token.Semicolon;
  if (isBare) return { kind, span: p.spanFrom(start) };
  const value = parseExpression(p);
  return { kind, span: p.spanFrom(start), value };
}

function parseThrow(p: Cursor, kind: "throw" | "emit"): Statement {
  const start = p.start;
  p.advance();
  const value = parseExpression(p);
  return { kind, span: p.spanFrom(start), value };
}

/** An expression, or an assignment to one. A construct with a block of its own ends its statement: no operator follows it. */
function parseExpressionStatement(p: Cursor): Statement {
  const start = p.start;
  if (startsBlockConstruct(p)) {
    const expression = p.grammar.primary(p);
    return { kind: "expression", span: p.spanFrom(start), expression };
  }
  const expression = parseExpression(p);
  if (isAssignment(p.kind) && !p.startsLine && isTarget(expression)) return parseAssignment(p, start, expression);
  const isWhole = expression.span.start === start && expression.span.end === p.previousEnd;
  return { kind: "expression", span: isWhole ? expression.span : p.spanFrom(start), expression };
}

function parseAssignment(p: Cursor, start: number, target: Expression): Statement {
  const operator = punctuation[p.kind] as AssignStatement["operator"];
  p.advance();
  const value = parseExpression(p);
  return { kind: "assign", span: p.spanFrom(start), target, operator, value };
}

function isAssignment(kind: number): boolean {
  return kind >= Token.Assign && kind <= Token.PercentAssign;
}

function isTarget(expression: Expression): boolean {
  switch (expression.kind) {
    case "name":
      return true;
    case "property":
    case "index":
      return !expression.isOptional;
    default:
      return false;
  }
}

function startsBlockConstruct(p: Cursor): boolean {
  switch (p.kind) {
    case Token.If:
    case Token.Match:
    case Token.Retry:
    case Token.Parallel:
    case Token.Deadline:
      return true;
    case Token.Select:
      return p.kindAt(1) !== Token.LeftParen;
    case Token.Try:
      return p.kindAt(1) !== Token.Star;
    case Token.Identifier:
      return startsCostRoute(p);
    default:
      return false;
  }
}
