/**
 * Constructs with blocks that are expressions.
 *
 *     if         = "if" header block ["else" (if | block)]
 *     match      = "match" header "{" arm* "}"
 *     arm        = expression ("|" expression)* ["if" expression] "->" block
 *     try        = "try" block ["catch" ["(" name [":" type] ")" | name] block] ["finally" block]
 *     retry      = "retry" primary block
 *     deadline   = "deadline" primary block
 *     cost_route = "cost_route" "{" (name ":" expression)* statements "}"
 */
import type { Block, CatchClause, Expression, Field, IfExpression, MatchArm } from "../ast.ts";
import { Token } from "../token.ts";
import { type Cursor, unheaded } from "./cursor.ts";
import { parseAnnotation } from "./types.ts";

interface IfHead {
  readonly start: number;
  readonly condition: Expression;
  readonly then: Block;
}

/** A chain of `else if` is a loop going down and a loop coming up, however long it is. */
export function parseIf(p: Cursor): IfExpression {
  const heads: IfHead[] = [parseIfHead(p)];
  let otherwise: Block | IfExpression | undefined;
  while (p.accept(Token.Else)) {
    if (p.kind === Token.If) heads.push(parseIfHead(p));
    else {
      otherwise = p.grammar.block(p);
      break;
    }
  }
  let result: IfExpression | undefined;
  for (let head = heads.pop(); head; head = heads.pop()) {
    const span = p.spanFrom(head.start);
    p.raise(head.start);
    const { condition, then } = head;
    const rest = result ?? otherwise;
    result = rest ? { kind: "if", span, condition, then, otherwise: rest } : { kind: "if", span, condition, then };
  }
  return result as IfExpression;
}

function parseIfHead(p: Cursor): IfHead {
  const start = p.start;
  p.expect(Token.If);
  const condition = p.grammar.header(p);
  const then = p.grammar.block(p);
  return { start, condition, then };
}

export function parseMatch(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  const subject = p.grammar.header(p);
  p.expect(Token.LeftBrace);
  const arms = unheaded(p, parseArms);
  p.raise(start);
  return { kind: "match", span: p.spanFrom(start), subject, arms };
}

function parseArms(p: Cursor): MatchArm[] {
  const arms: MatchArm[] = [];
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) arms.push(parseArm(p));
  p.expect(Token.RightBrace);
  return arms;
}

function parseArm(p: Cursor): MatchArm {
  const start = p.start;
  const patterns = [p.grammar.expression(p)];
  while (p.accept(Token.Bar)) patterns.push(p.grammar.expression(p));
  const guard = p.accept(Token.If) ? p.grammar.expression(p) : undefined;
  p.expect(Token.Arrow);
  const body = p.grammar.block(p);
  const span = p.spanFrom(start);
  return guard ? { span, patterns, guard, body } : { span, patterns, body };
}

export function parseTry(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  const body = p.grammar.block(p);
  const handler = p.kind === Token.Catch ? parseCatch(p) : undefined;
  const finalizer = p.accept(Token.Finally) ? p.grammar.block(p) : undefined;
  p.raise(start);
  const clauses = { ...(handler ? { handler } : {}), ...(finalizer ? { finalizer } : {}) };
  return { kind: "try", span: p.spanFrom(start), body, ...clauses };
}

function parseCatch(p: Cursor): CatchClause {
  const start = p.start;
  p.advance();
  if (p.accept(Token.LeftParen)) {
    const name = p.expectName("error variable");
    const type = parseAnnotation(p);
    p.expect(Token.RightParen);
    const body = p.grammar.block(p);
    return { span: p.spanFrom(start), name, ...(type ? { type } : {}), body };
  }
  const name = p.kind === Token.LeftBrace ? undefined : p.expectName("error variable");
  const body = p.grammar.block(p);
  return { span: p.spanFrom(start), ...(name ? { name } : {}), body };
}

export function parseRetry(p: Cursor): Expression {
  const start = p.start;
  const count = parseOperandOf(p, "retry");
  const body = p.grammar.block(p);
  p.raise(start);
  return { kind: "retry", span: p.spanFrom(start), count, body };
}

export function parseDeadline(p: Cursor): Expression {
  const start = p.start;
  const duration = parseOperandOf(p, "deadline");
  const body = p.grammar.block(p);
  p.raise(start);
  return { kind: "deadline", span: p.spanFrom(start), duration, body };
}

/** The keyword, and the primary expression after it. */
function parseOperandOf(p: Cursor, what: string): Expression {
  p.advance();
  p.descend(what);
  const operand = p.grammar.primary(p);
  p.recursion--;
  return operand;
}

export function parseSpawn(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  const body = p.grammar.block(p);
  p.raise(start);
  return { kind: "spawn", span: p.spanFrom(start), body };
}

/** `cost_route` is a name unless its brace follows on the line. */
export function startsCostRoute(p: Cursor): boolean {
  return p.kindAt(1) === Token.LeftBrace && p.isWord("cost_route") && !p.startsLineAt(1);
}

/** Options come first, each on a line of its own or before a comma; the first statement ends them. */
export function parseCostRoute(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  p.expect(Token.LeftBrace);
  const options = unheaded(p, parseOptions);
  const body = p.grammar.statements(p);
  p.expect(Token.RightBrace);
  p.raise(start);
  return { kind: "cost-route", span: p.spanFrom(start), options, body };
}

function parseOptions(p: Cursor): Field[] {
  const options: Field[] = [];
  while (p.kind === Token.Identifier && p.kindAt(1) === Token.Colon) {
    const key = p.takeWord();
    p.expect(Token.Colon);
    const value = p.grammar.expression(p);
    options.push({ span: p.spanFrom(key.span.start), key, value });
    if (!p.accept(Token.Comma)) p.accept(Token.Semicolon);
  }
  return options;
}
