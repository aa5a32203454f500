/**
 * `parallel` and `select`.
 *
 *     parallel = "parallel" ["each" | "settle"] header ["with" "{" "max_concurrent" ":" expression "}"]
 *                "{" [name "->"] statements "}" ["as" "stream"]
 *     select   = "select" "{" (name "from" header block | "timeout" header block | "default" block)+ "}"
 *
 * `select` before a parenthesis is the name of the builtin.
 */
import type { Block, Expression, Name, ParallelExpression, SelectCase, SelectExpression } from "../ast.ts";
import { Token } from "../token.ts";
import { type Cursor, unheaded } from "./cursor.ts";

export function parseParallel(p: Cursor): ParallelExpression {
  const start = p.start;
  p.advance();
  const mode = parseMode(p);
  const subject = p.grammar.header(p);
  const maxConcurrent = parseMaxConcurrent(p);
  const param = parseParallelParam(p);
  const body = p.grammar.statements(p);
  p.expect(Token.RightBrace);
  const asStream = parseAsStream(p, mode);
  p.raise(start);
  const options = { ...(param ? { param } : {}), ...(maxConcurrent ? { maxConcurrent } : {}) };
  return { kind: "parallel", span: p.spanFrom(start), mode, subject, ...options, asStream, body };
}

/** `each` and `settle` are names elsewhere, so `parallel each { … }` is a count named `each`. */
function parseMode(p: Cursor): ParallelExpression["mode"] {
  if (p.kindAt(1) === Token.LeftBrace && !p.startsLineAt(1)) {
    const isBody = p.kindAt(2) !== Token.RightBrace && p.kindAt(3) === Token.Arrow;
    if (isBody) return "count";
  }
  if (p.acceptWord("each")) return "each";
  return p.acceptWord("settle") ? "settle" : "count";
}

function parseMaxConcurrent(p: Cursor): Expression | undefined {
  if (!p.acceptWord("with")) return undefined;
  p.expect(Token.LeftBrace);
  const option = p.expectName("max_concurrent");
  if (option.text !== "max_concurrent") {
    const expected = `known option (only \`max_concurrent\` is supported in \`parallel ... with { ... }\`; got \`${option.text}\`)`;
    p.failWith(expected, `id(${option.text})`, option.span);
  }
  p.expect(Token.Colon);
  const value = unheaded(p, p.grammar.expression);
  p.accept(Token.Comma);
  p.expect(Token.RightBrace);
  return value;
}

function parseParallelParam(p: Cursor): Name | undefined {
  p.expect(Token.LeftBrace);
  if (p.kind !== Token.Identifier || p.kindAt(1) !== Token.Arrow) return undefined;
  const param = p.takeWord();
  p.advance();
  return param;
}

function parseAsStream(p: Cursor, mode: ParallelExpression["mode"]): boolean {
  if (p.startsLine || !p.isWord("as")) return false;
  const start = p.start;
  p.advance();
  if (!p.acceptWord("stream")) p.fail("stream");
  if (mode !== "each") {
    p.failWith("`as stream` is only valid after `parallel each ... { ... }`", "id(as)", p.spanFrom(start));
  }
  return true;
}

interface SelectParts {
  readonly cases: SelectCase[];
  timeout?: NonNullable<SelectExpression["timeout"]>;
  fallback?: Block;
}

export function parseSelect(p: Cursor): SelectExpression {
  const start = p.start;
  p.advance();
  p.expect(Token.LeftBrace);
  const parts: SelectParts = { cases: [] };
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile)
    unheaded(p, (cursor) => parseSelectCase(cursor, parts));
  if (p.kind === Token.RightBrace) {
    if (parts.cases.length === 0 && !parts.timeout && !parts.fallback) p.fail("at least one select case");
    if (parts.timeout && parts.fallback) p.fail("select cannot have both timeout and default");
  }
  p.expect(Token.RightBrace);
  p.raise(start);
  return { kind: "select", span: p.spanFrom(start), ...parts };
}

/** `timeout` and `default` are names elsewhere: `timeout from ch { }` is a case. */
function parseSelectCase(p: Cursor, parts: SelectParts): void {
  const start = p.start;
  if (p.kindAt(1) !== Token.From) {
    if (p.acceptWord("timeout")) {
      const duration = p.grammar.header(p);
      const body = p.grammar.block(p);
      parts.timeout = { span: p.spanFrom(start), duration, body };
      return;
    }
    if (p.acceptWord("default")) {
      parts.fallback = p.grammar.block(p);
      return;
    }
  }
  const name = p.expectName("select case variable");
  p.expect(Token.From);
  const channel = p.grammar.header(p);
  const body = p.grammar.block(p);
  parts.cases.push({ span: p.spanFrom(start), name, channel, body });
}
