/** Literals of one token, and strings with holes. */
import { diagnose } from "../../diagnostics/index.ts";
import type { Expression, ExpressionPart, StringPart } from "../ast.ts";
import { durationTooLarge, unexpectedCharacter } from "../diagnostics.ts";
import { durationMilliseconds, intValue } from "../numbers.ts";
import { dedent, unescapePlain } from "../string-text.ts";
import { Token } from "../token.ts";
import { Escaped } from "../token-list.ts";
import { type Cursor, unheaded } from "./cursor.ts";

export function parseInt64(p: Cursor): Expression {
  const digits = p.currentText();
  const span = { start: p.start, end: p.end };
  p.advance();
  const value = intValue(digits);
  return value === undefined ? { kind: "float", span, value: Number(digits) } : { kind: "int", span, value };
}

export function parseFloat64(p: Cursor): Expression {
  const span = { start: p.start, end: p.end };
  const value = Number(p.currentText());
  p.advance();
  return { kind: "float", span, value };
}

export function parseDuration(p: Cursor): Expression {
  const span = { start: p.start, end: p.end };
  const lexeme = p.currentText();
  return { kind: "duration", span, milliseconds: takeDuration(p), lexeme };
}

/** Consumes a duration token. One that 64 bits do not hold is reported and counts as the longest possible. */
export function takeDuration(p: Cursor): number {
  const milliseconds = durationMilliseconds(p.currentText());
  if (milliseconds === undefined) {
    const span = { start: p.start, end: p.end };
    p.diagnostics.push(diagnose(durationTooLarge, p.source, span, undefined));
  }
  p.advance();
  return milliseconds ?? Number.MAX_SAFE_INTEGER;
}

export function parsePlainString(p: Cursor): Expression {
  const span = { start: p.start, end: p.end };
  const raw = p.text.slice(span.start + 1, span.end - 1);
  const value = isEscaped(p) ? unescapePlain(raw) : raw;
  p.advance();
  return { kind: "string", span, value, quote: "plain" };
}

export function parseRawString(p: Cursor): Expression {
  const span = { start: p.start, end: p.end };
  return { kind: "string", span, value: p.takeString(), quote: "raw" };
}

export function parseTripleString(p: Cursor): Expression {
  const span = { start: p.start, end: p.end };
  p.advance();
  const value = dedent([p.text.slice(span.start + 3, span.end - 3)]).join("");
  return { kind: "string", span, value, quote: "triple" };
}

function isEscaped(p: Cursor): boolean {
  return ((p.tokens.flags[p.index] as number) & Escaped) !== 0;
}

/** A string with holes: the lexer has cut it into text tokens with the tokens of each hole between them. */
export function parseTemplate(p: Cursor): Expression {
  const start = p.start;
  const isTriple = p.text.startsWith('"""', start);
  const quotes = isTriple ? 3 : 1;
  const texts = [{ start: start + quotes, end: p.end - 2 }];
  const holes: ExpressionPart[] = [];
  for (let isLast = false; !isLast; ) {
    holes.push(parseHole(p));
    isLast = p.kind === Token.TemplateEnd;
    texts.push({ start: p.start + 1, end: p.end - (isLast ? quotes : 2) });
  }
  p.advance();
  const raw = texts.map((span) => p.text.slice(span.start, span.end));
  const values = isTriple ? dedent(raw) : raw.map(unescapePlain);
  p.raise(start);
  const parts: (StringPart | ExpressionPart)[] = [];
  texts.forEach((span, index) => {
    const value = values[index];
    if (value) parts.push({ kind: "text", span, value });
    const hole = holes[index];
    if (hole) parts.push(hole);
  });
  return { kind: "interpolation", span: p.spanFrom(start), quote: isTriple ? "triple" : "plain", parts };
}

/** From the text token before the hole to the one after it, which stays. The part's span covers `${` and `}`. */
function parseHole(p: Cursor): ExpressionPart {
  const start = p.end - 2;
  p.advance();
  if (atHoleEnd(p)) reportEmptyHole(p);
  const expression = unheaded(p, p.grammar.expression);
  if (!atHoleEnd(p)) p.fail("}");
  return { kind: "hole", span: { start, end: p.start + 1 }, expression };
}

function atHoleEnd(p: Cursor): boolean {
  return p.kind === Token.TemplateMiddle || p.kind === Token.TemplateEnd;
}

function reportEmptyHole(p: Cursor): never {
  const span = { start: p.start, end: p.start + 1 };
  return p.failWithDiagnostic(diagnose(unexpectedCharacter, p.source, span, { character: "}" }));
}
