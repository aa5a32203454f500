/**
 * What brackets hold: lists, dicts, closures and parameters. Commas are optional everywhere.
 *
 *     list    = "[" (element [","])* "]"
 *     braces  = "{" params "->" statements "}" | "{" (entry [","])* "}"
 *     entry   = (word | string | "[" expression "]") ":" expression | "..." expression
 *     param   = ["..."] name [":" type] ["=" expression]
 */
import type { DictEntry, DictKey, Expression, Parameter, SpreadElement } from "../ast.ts";
import { Token } from "../token.ts";
import { ArrowInside } from "../token-list.ts";
import type { Building } from "./building.ts";
import { type Cursor, Plain } from "./cursor.ts";
import { startsOnlyStatement } from "./statement-starts.ts";
import { parseAnnotation } from "./types.ts";

/** At the closing bracket, or where it must have been forgotten: a line that begins a statement, or the end of the file. */
export function atListEnd(p: Cursor, closer: number): boolean {
  return p.kind === closer || p.kind === Token.EndOfFile || (p.startsLine && startsOnlyStatement(p.kind));
}

/** An expression, or `...expression`. */
export function parseElement(p: Cursor): Expression | SpreadElement {
  return p.kind === Token.Ellipsis ? parseSpread(p) : p.grammar.expression(p);
}

function parseSpread(p: Cursor): SpreadElement {
  const start = p.start;
  p.advance();
  const value = p.grammar.expression(p);
  return { kind: "spread", span: p.spanFrom(start), value };
}

export function parseList(p: Cursor): Expression {
  const start = p.start;
  const outer = p.context;
  const mark = p.lists.mark();
  p.context = Plain;
  p.advance();
  while (!atListEnd(p, Token.RightBracket)) {
    p.lists.push(parseElement(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBracket);
  p.context = outer;
  p.raise(start);
  const items: (Expression | SpreadElement)[] = p.lists.take(mark);
  return { kind: "list", span: p.spanFrom(start), items };
}

/** `{` in an expression: a closure if an arrow of its own follows, which the lexer has noted, else a dict. */
export function parseBraces(p: Cursor): Expression {
  const start = p.start;
  const isClosure = ((p.tokens.flags[p.index] as number) & ArrowInside) !== 0;
  if (isClosure) return parseClosure(p);
  p.advance();
  const entries = parseDictEntries(p);
  p.raise(start);
  return { kind: "dict", span: p.spanFrom(start), entries };
}

/** The entries up to and including the closing brace. */
export function parseDictEntries(p: Cursor): (DictEntry | SpreadElement)[] {
  const mark = p.lists.mark();
  const outer = p.context;
  p.context = Plain;
  while (!atDictEnd(p)) {
    p.lists.push(p.kind === Token.Ellipsis ? parseSpread(p) : parseDictEntry(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBrace);
  p.context = outer;
  return p.lists.take(mark);
}

/** A keyword may be a key, so only one without a colon shows that the brace was forgotten. */
function atDictEnd(p: Cursor): boolean {
  return atListEnd(p, Token.RightBrace) && (p.kind === Token.RightBrace || p.kindAt(1) !== Token.Colon);
}

function parseDictEntry(p: Cursor): DictEntry {
  const start = p.start;
  const key = parseDictKey(p);
  p.expect(Token.Colon);
  const value = p.grammar.expression(p);
  return { kind: "entry", span: p.spanFrom(start), key, value };
}

function parseDictKey(p: Cursor): DictKey {
  const start = p.start;
  if (p.atString()) {
    const text = p.takeString();
    return { kind: "string-key", span: p.spanFrom(start), text };
  }
  if (p.accept(Token.LeftBracket)) {
    const expression = p.grammar.expression(p);
    p.expect(Token.RightBracket);
    return { kind: "computed-key", span: p.spanFrom(start), expression };
  }
  const name = p.expectWord("dict key");
  return { kind: "name-key", span: name.span, text: name.text };
}

// ---------------------------------------------------------------- closures and parameters

function parseClosure(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  const params = parseParameters(p, Token.Arrow);
  p.expect(Token.Arrow);
  const body = p.grammar.statements(p);
  p.expect(Token.RightBrace);
  p.raise(start);
  return { kind: "closure", span: p.spanFrom(start), form: "braces", params, body };
}

/** `fn(a) { … }` as an expression. */
export function parseFunctionExpression(p: Cursor): Expression {
  const start = p.start;
  p.advance();
  p.expect(Token.LeftParen);
  const params = parseParenthesizedParameters(p);
  const body = p.grammar.block(p);
  p.raise(start);
  return { kind: "closure", span: p.spanFrom(start), form: "fn", params, body };
}

/** After the opening parenthesis, to and including the closing one. */
export function parseParenthesizedParameters(p: Cursor): Parameter[] {
  const params = parseParameters(p, Token.RightParen);
  p.expect(Token.RightParen);
  return params;
}

export function parseParameters(p: Cursor, terminator: number): Parameter[] {
  const mark = p.lists.mark();
  const outer = p.context;
  p.context = Plain;
  let seenFallback = false;
  while (p.kind !== terminator && p.kind !== Token.EndOfFile) {
    const param = parseParameter(p);
    if (param.fallback) seenFallback = true;
    else if (seenFallback && !param.isRest) {
      p.fail("Required parameter cannot follow a parameter with a default value");
    }
    if (param.isRest && p.kind !== terminator) p.fail("Rest parameter must be the last parameter");
    p.lists.push(param);
    p.accept(Token.Comma);
  }
  p.context = outer;
  return p.lists.take(mark);
}

function parseParameter(p: Cursor): Parameter {
  const start = p.start;
  const isRest = p.accept(Token.Ellipsis);
  const name = p.expectName("parameter name");
  const type = parseAnnotation(p);
  const fallback = p.accept(Token.Assign) ? p.grammar.expression(p) : undefined;
  const node: Building<Parameter> = { span: p.spanFrom(start), name, isRest };
  if (type) node.type = type;
  if (fallback) node.fallback = fallback;
  return node;
}
