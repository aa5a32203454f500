/**
 * Operators, by precedence, and what follows a primary expression.
 *
 *     expression = range ("|>" range)*
 *     range      = ternary ["to" ternary ["exclusive"]]
 *     ternary    = binary ["?" ternary ":" ternary]
 *     binary     = operand (operator operand)*, by `bindingPower`, all left-associative but `**`
 *     operand    = ("!" | "-" | "try" "*")* postfix
 *     postfix    = primary ("." word [call] | "?." word [call] | "[" index "]" | "?[" index "]" | "(" arguments ")" | "?")*
 *
 * E1. Chains are loops, so their length costs no stack; `Cursor.raise` bounds the height of the tree they build.
 * E2. A line that starts with `-`, `(`, `[`, `in`, `not in` or `to` starts a statement; any other operator there continues
 *     the expression.
 */
import type { BinaryOperator, DictEntry, Expression, SpreadElement } from "../ast.ts";
import { characterAt } from "../characters.ts";
import { punctuation, Token } from "../token.ts";
import { atListEnd, parseDictEntries, parseElement } from "./collections.ts";
import { AwaitsColon, type Cursor, InHeader, Plain } from "./cursor.ts";
import { parsePrimary } from "./primary.ts";
import { looksLikeTypeArguments, parseTypeArguments } from "./types.ts";

const pipePower = 1;
const rangePower = 2;
const ternaryPower = 3;
const comparisonPower = 7;
const exponentPower = 11;

/** How tightly an operator binds its operands; 0 for what is no operator. The `not` of `not in` is looked for apart. */
const bindingPower = powers();

function powers(): Uint8Array {
  const table = new Uint8Array(256);
  const levels: readonly (readonly number[])[] = [
    [Token.Pipe],
    [Token.To],
    [Token.Question],
    [Token.Or],
    [Token.And],
    [Token.Equal, Token.NotEqual],
    [Token.Less, Token.Greater, Token.LessEqual, Token.GreaterEqual, Token.In],
    [Token.Plus, Token.Minus],
    [Token.Coalesce],
    [Token.Star, Token.Slash, Token.Percent],
    [Token.Power],
  ];
  levels.forEach((kinds, level) => {
    for (const kind of kinds) table[kind] = level + pipePower;
  });
  return table;
}

/** Kinds that may follow a primary expression as part of it. */
const postfixStarts = kindTable([
  Token.Dot,
  Token.LeftBrace,
  Token.LeftBracket,
  Token.LeftParen,
  Token.Less,
  Token.Question,
  Token.QuestionDot,
]);

/** Kinds that an operand may start with. */
const operandStarts = kindTable([
  Token.AskUser,
  Token.Deadline,
  Token.DualControl,
  Token.Duration,
  Token.EscalateTo,
  Token.False,
  Token.Float,
  Token.Fn,
  Token.Identifier,
  Token.If,
  Token.Int,
  Token.LeftBrace,
  Token.LeftBracket,
  Token.LeftParen,
  Token.Match,
  Token.Minus,
  Token.Nil,
  Token.Not,
  Token.Parallel,
  Token.RawString,
  Token.RequestApproval,
  Token.Retry,
  Token.Select,
  Token.Spawn,
  Token.String,
  Token.TemplateStart,
  Token.TripleString,
  Token.True,
  Token.Try,
]);

function kindTable(kinds: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const kind of kinds) table[kind] = 1;
  return table;
}

export function parseExpression(p: Cursor): Expression {
  return parseOperators(p, pipePower);
}

/** An expression whose `{` belongs to the construct around it: the header of `if`, `for`, `match` … */
export function parseHeader(p: Cursor): Expression {
  const outer = p.context;
  p.context = InHeader;
  p.descend("header");
  const expression = parseExpression(p);
  p.recursion--;
  p.context = outer;
  return expression;
}

/** An expression whose operators bind at least as tightly as `minimum`, by precedence climbing. */
function parseOperators(p: Cursor, minimum: number): Expression {
  const start = p.start;
  const outerHeight = p.height;
  p.height = 0;
  let left = parseOperand(p);
  let loosest = exponentPower;
  for (let power = powerHere(p); power >= minimum && power <= loosest; power = powerHere(p)) {
    left = parseOperator(p, start, left, power);
    p.raise(start);
    // A range is no operand of a range: `1 to 2 to 3` ends before the second `to`.
    if (power <= rangePower) loosest = pipePower;
  }
  if (p.height < outerHeight) p.height = outerHeight;
  return left;
}

function powerHere(p: Cursor): number {
  const power = bindingPower[p.kind] as number;
  if (power === 0) {
    return p.kind === Token.Identifier && p.kindAt(1) === Token.In && p.isWord("not") && !p.startsLine
      ? comparisonPower
      : -1;
  }
  const beginsStatement = p.startsLine && (p.kind === Token.Minus || p.kind === Token.In || p.kind === Token.To);
  return beginsStatement ? -1 : power;
}

function parseOperator(p: Cursor, start: number, left: Expression, power: number): Expression {
  switch (power) {
    case pipePower: {
      p.advance();
      const right = parseOperators(p, rangePower);
      return { kind: "pipe", span: p.spanFrom(start), left, right };
    }
    case rangePower: {
      p.advance();
      const end = parseOperators(p, ternaryPower);
      const isExclusive = p.accept(Token.Exclusive);
      return { kind: "range", span: p.spanFrom(start), start: left, end, isExclusive };
    }
    case ternaryPower:
      return parseBranches(p, start, left);
    default:
      return parseBinary(p, start, left, power);
  }
}

/** The postfix loop has left this `?` alone, so it is a ternary's. */
function parseBranches(p: Cursor, start: number, condition: Expression): Expression {
  p.advance();
  p.descend("ternary");
  p.context += AwaitsColon;
  const then = parseOperators(p, ternaryPower);
  p.context -= AwaitsColon;
  p.expect(Token.Colon);
  const otherwise = parseOperators(p, ternaryPower);
  p.recursion--;
  return { kind: "ternary", span: p.spanFrom(start), condition, then, otherwise };
}

function parseBinary(p: Cursor, start: number, left: Expression, power: number): Expression {
  const operator = p.kind;
  p.advance();
  if (operator === Token.Identifier) p.advance();
  const right = power === exponentPower ? parseExponent(p) : parseOperators(p, power + 1);
  const span = p.spanFrom(start);
  switch (operator) {
    case Token.And:
      return { kind: "logical", span, operator: "&&", left, right };
    case Token.Or:
      return { kind: "logical", span, operator: "||", left, right };
    case Token.Coalesce:
      return { kind: "logical", span, operator: "??", left, right };
    case Token.Identifier:
      return { kind: "binary", span, operator: "not in", left, right };
    default:
      return { kind: "binary", span, operator: punctuation[operator] as BinaryOperator, left, right };
  }
}

/** The right side of `**`, which associates to the right. */
function parseExponent(p: Cursor): Expression {
  p.descend("exponent");
  const right = parseOperators(p, exponentPower);
  p.recursion--;
  return right;
}

// ---------------------------------------------------------------- unary and postfix

function parseOperand(p: Cursor): Expression {
  switch (p.kind) {
    case Token.Not:
      return parseUnary(p, "!");
    case Token.Minus:
      return parseUnary(p, "-");
    case Token.Try:
      if (p.kindAt(1) === Token.Star) return parseTryStar(p);
  }
  const start = p.start;
  const node = parsePrimary(p);
  return postfixStarts[p.kind] === 0 ? node : parsePostfix(p, start, node);
}

function parseUnary(p: Cursor, operator: "!" | "-"): Expression {
  const start = p.start;
  p.advance();
  p.descend("operator");
  const operand = parseOperand(p);
  p.recursion--;
  p.raise(start);
  return { kind: "unary", span: p.spanFrom(start), operator, operand };
}

function parseTryStar(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  p.advance();
  p.descend("try*");
  const operand = parseOperand(p);
  p.recursion--;
  p.raise(start);
  return { kind: "try-star", span: p.spanFrom(start), operand };
}

function parsePostfix(p: Cursor, start: number, primary: Expression): Expression {
  let node = primary;
  for (;;) {
    switch (p.kind) {
      case Token.Dot:
      case Token.QuestionDot:
        node = parseMember(p, start, node);
        break;
      case Token.LeftBracket:
        if (p.startsLine) return node;
        node = parseSubscript(p, start, node);
        break;
      case Token.LeftParen:
        if (node.kind !== "name" || p.startsLine) return node;
        node = parseCall(p, start, node);
        break;
      case Token.Less:
        if (node.kind !== "name" || p.startsLine || !looksLikeTypeArguments(p)) return node;
        node = parseCall(p, start, node);
        break;
      case Token.LeftBrace:
        if (node.kind !== "name" || p.startsLine || !opensStruct(p, node.name)) return node;
        node = parseStruct(p, start, node);
        break;
      case Token.Question: {
        const role = questionRole(p);
        if (role === "ternary") return node;
        node = role === "index" ? parseOptionalIndex(p, start, node) : parseUnwrap(p, start, node);
        break;
      }
      default:
        return node;
    }
    p.raise(start);
  }
}

function parseMember(p: Cursor, start: number, object: Expression): Expression {
  const isOptional = p.kind === Token.QuestionDot;
  p.advance();
  const name = p.expectWord("member name");
  if (p.kind !== Token.LeftParen || p.startsLine) {
    return { kind: "property", span: p.spanFrom(start), object, name, isOptional };
  }
  const list = parseArguments(p);
  return { kind: "method-call", span: p.spanFrom(start), object, method: name, isOptional, arguments: list };
}

/** `[i]`, `[a:b]`, `[a:]`, `[:b]` or `[:]`. */
function parseSubscript(p: Cursor, start: number, object: Expression): Expression {
  const outer = p.context;
  p.advance();
  p.context = AwaitsColon;
  const first = p.kind === Token.Colon ? undefined : parseExpression(p);
  p.context = Plain;
  const isSlice = first === undefined || p.kind === Token.Colon;
  if (isSlice) p.expect(Token.Colon);
  const last = isSlice && p.kind !== Token.RightBracket ? parseExpression(p) : undefined;
  p.expect(Token.RightBracket);
  p.context = outer;
  const span = p.spanFrom(start);
  if (!isSlice) return { kind: "index", span, object, index: first, isOptional: false };
  return { kind: "slice", span, object, ...(first ? { start: first } : {}), ...(last ? { end: last } : {}) };
}

function parseOptionalIndex(p: Cursor, start: number, object: Expression): Expression {
  const outer = p.context;
  p.advance();
  p.advance();
  p.context = Plain;
  const index = parseExpression(p);
  p.expect(Token.RightBracket);
  p.context = outer;
  return { kind: "index", span: p.spanFrom(start), object, index, isOptional: true };
}

function parseUnwrap(p: Cursor, start: number, operand: Expression): Expression {
  p.advance();
  return { kind: "unwrap", span: p.spanFrom(start), operand };
}

type NameExpression = Extract<Expression, { kind: "name" }>;

function parseCall(p: Cursor, start: number, callee: NameExpression): Expression {
  const typeArguments = p.kind === Token.Less ? parseTypeArguments(p) : [];
  const list = parseArguments(p);
  const name = { text: callee.name, span: callee.span };
  return { kind: "call", span: p.spanFrom(start), callee: name, typeArguments, arguments: list };
}

/** `(a, ...b)`; commas may be left out. */
function parseArguments(p: Cursor): (Expression | SpreadElement)[] {
  const mark = p.lists.mark();
  const outer = p.context;
  p.context = Plain;
  p.expect(Token.LeftParen);
  while (!atListEnd(p, Token.RightParen)) {
    p.lists.push(parseElement(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightParen);
  p.context = outer;
  return p.lists.take(mark);
}

// ---------------------------------------------------------------- `Name {` and `?`

/**
 * `Name {` makes a struct when the name starts in upper case and a field or `}` follows. In a header, `Name { }` is a name and
 * an empty body unless the expression visibly goes on after it.
 */
function opensStruct(p: Cursor, name: string): boolean {
  if (!/^\p{Uppercase}/u.test(characterAt(name, 0))) return false;
  const next = p.kindAt(1);
  if (next === Token.Identifier || next === Token.String) return p.kindAt(2) === Token.Colon;
  if (next === Token.Ellipsis) return !isHeader(p);
  if (next !== Token.RightBrace) return false;
  return !isHeader(p) || continuesExpression(p, 2);
}

function isHeader(p: Cursor): boolean {
  return (p.context & InHeader) !== 0;
}

function continuesExpression(p: Cursor, offset: number): boolean {
  const kind = p.kindAt(offset);
  if (p.startsLineAt(offset)) return false;
  if (kind === Token.LeftBrace || kind === Token.Dot || kind === Token.QuestionDot) return true;
  return (bindingPower[kind] as number) > 0;
}

function parseStruct(p: Cursor, start: number, name: NameExpression): Expression {
  p.advance();
  const entries: (DictEntry | SpreadElement)[] = parseDictEntries(p);
  return { kind: "struct", span: p.spanFrom(start), name: { text: name.name, span: name.span }, entries };
}

/**
 * What a `?` after an expression is. `x?[i]` indexes unless a `:` after the bracket makes it a ternary; otherwise it is a
 * ternary when an expression follows. At a line's end, a `?` glued to its operand is an unwrap and a free one a ternary.
 */
function questionRole(p: Cursor): "index" | "ternary" | "unwrap" {
  const next = p.kindAt(1);
  const isGlued = p.previousEnd === p.start;
  if (p.startsLine) return startsOperand(next) ? "ternary" : "unwrap";
  if (next === Token.LeftBracket && !p.startsLineAt(1)) return indexOrTernary(p, isGlued);
  if (p.startsLineAt(1)) return !isGlued && startsOperand(next) ? "ternary" : "unwrap";
  if (next === Token.LeftBrace && isGlued && isHeader(p)) return "unwrap";
  return startsOperand(next) ? "ternary" : "unwrap";
}

function indexOrTernary(p: Cursor, isGlued: boolean): "index" | "ternary" {
  let depth = 0;
  for (let offset = 1; ; offset++) {
    const kind = p.kindAt(offset);
    if (kind === Token.LeftBracket || kind === Token.LeftParen || kind === Token.LeftBrace) depth++;
    else if (kind === Token.RightBracket || kind === Token.RightParen || kind === Token.RightBrace) depth--;
    else if (kind === Token.EndOfFile) return "index";
    if (depth > 0) continue;
    if (p.kindAt(offset + 1) !== Token.Colon) return "index";
    // `a ? b?[k] : c`: the colon is the outer ternary's.
    return p.context >= AwaitsColon && isGlued ? "index" : "ternary";
  }
}

function startsOperand(kind: number): boolean {
  return operandStarts[kind] !== 0;
}
