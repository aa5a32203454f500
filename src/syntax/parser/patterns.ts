/**
 * What `let`, `var`, `const` and `for` bind. Patterns are flat: a name, `{a, b: c = d, ...rest}`, `[a, b = c, ...rest]`, and in
 * `for` alone `(a, b)`. Patterns of `match` are expressions.
 */
import type { BindingPattern, DictPatternField, ListPatternElement, Name } from "../ast.ts";
import { Token } from "../token.ts";
import { type Cursor, unheaded } from "./cursor.ts";

export function parseBindingPattern(p: Cursor): BindingPattern {
  if (p.kind === Token.LeftBrace) return unheaded(p, parseDictPattern);
  if (p.kind === Token.LeftBracket) return unheaded(p, parseListPattern);
  const name = p.expectName("variable name or destructuring pattern");
  return { kind: "name-pattern", span: name.span, name };
}

export function parseForPattern(p: Cursor): BindingPattern {
  if (p.kind !== Token.LeftParen) return parseBindingPattern(p);
  const start = p.start;
  p.advance();
  const first = p.expectName("pair pattern element");
  p.expect(Token.Comma);
  const second = p.expectName("pair pattern element");
  p.expect(Token.RightParen);
  return { kind: "pair-pattern", span: p.spanFrom(start), first, second };
}

function parseDictPattern(p: Cursor): BindingPattern {
  const start = p.start;
  p.advance();
  const fields: DictPatternField[] = [];
  let rest: Name | undefined;
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) {
    rest = parseRest(p);
    if (rest) break;
    fields.push(parseDictPatternField(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBrace);
  const span = p.spanFrom(start);
  return rest ? { kind: "dict-pattern", span, fields, rest } : { kind: "dict-pattern", span, fields };
}

function parseDictPatternField(p: Cursor): DictPatternField {
  const key = p.expectName("field name");
  const alias = p.accept(Token.Colon) ? p.expectName("alias name") : undefined;
  const fallback = p.accept(Token.Assign) ? p.grammar.expression(p) : undefined;
  const span = p.spanFrom(key.span.start);
  return { span, key, ...(alias ? { alias } : {}), ...(fallback ? { fallback } : {}) };
}

function parseListPattern(p: Cursor): BindingPattern {
  const start = p.start;
  p.advance();
  const elements: ListPatternElement[] = [];
  let rest: Name | undefined;
  while (p.kind !== Token.RightBracket && p.kind !== Token.EndOfFile) {
    rest = parseRest(p);
    if (rest) break;
    const name = p.expectName("element name");
    const fallback = p.accept(Token.Assign) ? p.grammar.expression(p) : undefined;
    const span = p.spanFrom(name.span.start);
    elements.push(fallback ? { span, name, fallback } : { span, name });
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBracket);
  const span = p.spanFrom(start);
  return rest ? { kind: "list-pattern", span, elements, rest } : { kind: "list-pattern", span, elements };
}

/** `...name`, always the last of its pattern; a comma after it is allowed. */
function parseRest(p: Cursor): Name | undefined {
  if (!p.accept(Token.Ellipsis)) return undefined;
  const name = p.expectName("rest variable name");
  p.accept(Token.Comma);
  return name;
}
