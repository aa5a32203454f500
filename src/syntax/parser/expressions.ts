/**
 * Operators, by precedence, and what follows a primary expression.
 *
 *     expression = range ("|>" range)*
 *     range      = ternary ["to" ternary ["exclusive"]]
 *     ternary    = binary ["?" ternary ":" ternary]
 *     binary     = by `bindingPower`, all left-associative but `**`
 *     unary      = ("!" | "-" | "try" "*")* postfix
 *     postfix    = primary ("." word [call] | "?." word [call] | "[" index "]" | "?[" index "]" | "(" arguments ")" | "?")*
 *
 * E1. Chains are loops, so their length costs no stack; `Cursor.raise` bounds the height of the tree they build.
 * E2. A line that starts with `-`, `(`, `[`, `in`, `not in` or `to` starts a statement; any other operator there continues
 *     the expression.
 */
import type { BinaryOperator, DictEntry, Expression, SpreadElement } from "../ast.ts";
import { characterAt } from "../characters.ts";
import { punctuation, Token } from "../token.ts";
import { parseDictEntries, parseElement } from "./collections.ts";
import { type Cursor, unheaded } from "./cursor.ts";
import { parsePrimary } from "./primary.ts";
import { looksLikeTypeArguments, parseTypeArguments } from "./types.ts";

export function parseExpression(p: Cursor): Expression {
  const start = p.start;
  const outerHeight = p.height;
  p.height = 0;
  let left = parseRange(p);
  while (p.kind === Token.Pipe) {
    p.advance();
    const right = parseRange(p);
    p.raise(start);
    left = { kind: "pipe", span: p.spanFrom(start), left, right };
  }
  if (p.height < outerHeight) p.height = outerHeight;
  return left;
}

/** An expression whose `{` belongs to the construct around it: the header of `if`, `for`, `match` … */
export function parseHeader(p: Cursor): Expression {
  const outer = p.inHeader;
  const outerColons = p.awaitedColons;
  p.inHeader = true;
  p.awaitedColons = 0;
  p.descend("header");
  const expression = parseExpression(p);
  p.recursion--;
  p.inHeader = outer;
  p.awaitedColons = outerColons;
  return expression;
}

function parseRange(p: Cursor): Expression {
  const start = p.start;
  const low = parseTernary(p);
  if (p.kind !== Token.To || p.startsLine) return low;
  p.advance();
  const high = parseTernary(p);
  const isExclusive = p.accept(Token.Exclusive);
  p.raise(start);
  return { kind: "range", span: p.spanFrom(start), start: low, end: high, isExclusive };
}

function parseTernary(p: Cursor): Expression {
  const start = p.start;
  const outerHeight = p.height;
  p.height = 0;
  let result = parseBinary(p, lowestPower);
  if (p.kind === Token.Question) result = parseBranches(p, start, result);
  if (p.height < outerHeight) p.height = outerHeight;
  return result;
}

/** `postfix` has left this `?` alone, so it is a ternary's. */
function parseBranches(p: Cursor, start: number, condition: Expression): Expression {
  p.advance();
  p.descend("ternary");
  p.awaitedColons++;
  const then = parseTernary(p);
  p.awaitedColons--;
  p.expect(Token.Colon);
  const otherwise = parseTernary(p);
  p.recursion--;
  p.raise(start);
  return { kind: "ternary", span: p.spanFrom(start), condition, then, otherwise };
}

// ---------------------------------------------------------------- binary operators

const lowestPower = 1;
const comparisonPower = 4;
const powerPower = 8;

/** How tightly an operator binds; 0 for what is no binary operator. `not in` is found by its first word. */
const bindingPower = powers();

function powers(): Uint8Array {
  const table = new Uint8Array(256);
  const levels: readonly (readonly number[])[] = [
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
    for (const kind of kinds) table[kind] = level + lowestPower;
  });
  return table;
}

function powerHere(p: Cursor): number {
  const power = bindingPower[p.kind] as number;
  if (power !== 0) return (p.kind === Token.Minus || p.kind === Token.In) && p.startsLine ? 0 : power;
  if (p.kind === Token.Identifier && p.kindAt(1) === Token.In && p.isWord("not") && !p.startsLine)
    return comparisonPower;
  return 0;
}

function parseBinary(p: Cursor, minimum: number): Expression {
  const start = p.start;
  const outerHeight = p.height;
  p.height = 0;
  let left = parseUnary(p);
  for (let power = powerHere(p); power >= minimum; power = powerHere(p)) {
    const operator = p.kind;
    p.advance();
    if (operator === Token.Identifier) p.advance();
    const right = power === powerPower ? parseExponent(p) : parseBinary(p, power + 1);
    p.raise(start);
    left = binaryNode(p, start, operator, left, right);
  }
  if (p.height < outerHeight) p.height = outerHeight;
  return left;
}

/** The right side of `**`, which associates to the right. */
function parseExponent(p: Cursor): Expression {
  p.descend("exponent");
  const right = parseBinary(p, powerPower);
  p.recursion--;
  return right;
}

function binaryNode(p: Cursor, start: number, operator: number, left: Expression, right: Expression): Expression {
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

// ---------------------------------------------------------------- unary and postfix

function parseUnary(p: Cursor): Expression {
  if (p.kind === Token.Try && p.kindAt(1) === Token.Star) return parseTryStar(p);
  if (p.kind !== Token.Not && p.kind !== Token.Minus) return parsePostfix(p);
  const start = p.start;
  const operator = p.kind === Token.Not ? "!" : "-";
  p.advance();
  p.descend("operator");
  const operand = parseUnary(p);
  p.recursion--;
  p.raise(start);
  return { kind: "unary", span: p.spanFrom(start), operator, operand };
}

/** `try* e`, whose operand is a unary expression. */
function parseTryStar(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  p.advance();
  p.descend("try*");
  const operand = parseUnary(p);
  p.recursion--;
  p.raise(start);
  return { kind: "try-star", span: p.spanFrom(start), operand };
}

function parsePostfix(p: Cursor): Expression {
  const start = p.start;
  let node = parsePrimary(p);
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

function parseSubscript(p: Cursor, start: number, object: Expression): Expression {
  p.advance();
  return unheaded(p, () => {
    p.awaitedColons = 1;
    const first = p.kind === Token.Colon ? undefined : parseExpression(p);
    p.awaitedColons = 0;
    if (first && p.kind !== Token.Colon) {
      p.expect(Token.RightBracket);
      return { kind: "index", span: p.spanFrom(start), object, index: first, isOptional: false };
    }
    p.expect(Token.Colon);
    const last = p.kind === Token.RightBracket ? undefined : parseExpression(p);
    p.expect(Token.RightBracket);
    const ends = { ...(first ? { start: first } : {}), ...(last ? { end: last } : {}) };
    return { kind: "slice", span: p.spanFrom(start), object, ...ends };
  });
}

function parseOptionalIndex(p: Cursor, start: number, object: Expression): Expression {
  p.advance();
  p.advance();
  const index = unheaded(p, parseExpression);
  p.expect(Token.RightBracket);
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
  p.expect(Token.LeftParen);
  return unheaded(p, parseArgumentList);
}

function parseArgumentList(p: Cursor): (Expression | SpreadElement)[] {
  const list: (Expression | SpreadElement)[] = [];
  while (p.kind !== Token.RightParen && p.kind !== Token.EndOfFile) {
    list.push(parseElement(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightParen);
  return list;
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
  if (next === Token.Ellipsis) return !p.inHeader;
  if (next !== Token.RightBrace) return false;
  return !p.inHeader || continuesExpression(p, 2);
}

function continuesExpression(p: Cursor, offset: number): boolean {
  const kind = p.kindAt(offset);
  if (kind === Token.LeftBrace) return !p.startsLineAt(offset);
  return kind === Token.Dot || kind === Token.QuestionDot || (bindingPower[kind] as number) > 0;
}

function parseStruct(p: Cursor, start: number, name: NameExpression): Expression {
  p.advance();
  const entries: (DictEntry | SpreadElement)[] = unheaded(p, parseDictEntries);
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
  if (next === Token.LeftBrace && isGlued && p.inHeader) return "unwrap";
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
    return p.awaitedColons > 0 && isGlued ? "index" : "ternary";
  }
}

function startsOperand(kind: number): boolean {
  switch (kind) {
    case Token.Identifier:
    case Token.Int:
    case Token.Float:
    case Token.Duration:
    case Token.String:
    case Token.RawString:
    case Token.TripleString:
    case Token.TemplateStart:
    case Token.LeftParen:
    case Token.LeftBracket:
    case Token.LeftBrace:
    case Token.Not:
    case Token.Minus:
    case Token.True:
    case Token.False:
    case Token.Nil:
    case Token.Fn:
    case Token.If:
    case Token.Match:
    case Token.Try:
    case Token.Spawn:
      return true;
    default:
      return false;
  }
}
