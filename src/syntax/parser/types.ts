/**
 * Type expressions.
 *
 *     type       = intersected ("|" intersected)*
 *     intersected = postfixed ("&" postfixed)*
 *     postfixed  = primary "?"*
 *     primary    = "fn" "(" types ")" "->" type | "{" shape "}" | "[" type "]" | string | ["-"] int | name ["<" types ">"]
 */
import type { AssociatedType, Name, ShapeField, TypeExpression, TypeParameter, WhereConstraint } from "../ast.ts";
import { nestingLimit } from "../limits.ts";
import { intValue } from "../numbers.ts";
import { isWord, Token } from "../token.ts";
import type { Cursor } from "./cursor.ts";

export function parseType(p: Cursor): TypeExpression {
  p.descend("type");
  const start = p.start;
  const members = [parseIntersection(p)];
  while (p.kind === Token.Bar) {
    p.advance();
    members.push(parseIntersection(p));
  }
  p.recursion--;
  if (members.length === 1) return members[0] as TypeExpression;
  return { kind: "union-type", span: p.spanFrom(start), members };
}

function parseIntersection(p: Cursor): TypeExpression {
  const start = p.start;
  const first = parsePostfixType(p);
  if (p.kind !== Token.Ampersand) return first;
  const members = [first];
  while (p.accept(Token.Ampersand)) members.push(parsePostfixType(p));
  return { kind: "intersection-type", span: p.spanFrom(start), members };
}

/** `T??` says no more than `T?`. */
function parsePostfixType(p: Cursor): TypeExpression {
  const start = p.start;
  const inner = parsePrimaryType(p);
  if (p.kind !== Token.Question || p.startsLine) return inner;
  while (p.kind === Token.Question) p.advance();
  return { kind: "optional-type", span: p.spanFrom(start), inner };
}

function parsePrimaryType(p: Cursor): TypeExpression {
  const start = p.start;
  switch (p.kind) {
    case Token.LeftBrace:
      return parseShapeType(p);
    case Token.LeftBracket: {
      p.advance();
      const element = parseType(p);
      p.expect(Token.RightBracket);
      return { kind: "list-type", span: p.spanFrom(start), element };
    }
    case Token.Fn:
      return parseFunctionType(p);
    case Token.String:
    case Token.RawString:
    case Token.TripleString: {
      const value = p.takeString();
      return { kind: "string-type", span: p.spanFrom(start), value };
    }
    case Token.Int:
      return parseIntType(p, start, 1n);
    case Token.Minus:
      p.advance();
      return parseIntType(p, start, -1n);
    case Token.Nil:
      p.advance();
      return namedType(p, start, "nil", []);
    case Token.True:
    case Token.False:
      p.advance();
      return namedType(p, start, "bool", []);
    default:
      return parseNamedType(p);
  }
}

function namedType(p: Cursor, start: number, text: string, typeArguments: readonly TypeExpression[]): TypeExpression {
  const span = p.spanFrom(start);
  return { kind: "named-type", span, name: { text, span }, arguments: typeArguments };
}

function parseIntType(p: Cursor, start: number, sign: bigint): TypeExpression {
  if (p.kind !== Token.Int) p.fail("type name");
  const value = intValue(p.currentText());
  if (value === undefined) p.fail("integer of at most 64 bits");
  p.advance();
  return { kind: "int-type", span: p.spanFrom(start), value: sign * value };
}

function parseNamedType(p: Cursor): TypeExpression {
  const start = p.start;
  const name = parseTypeName(p);
  const typeArguments = p.kind === Token.Less ? parseTypeArguments(p) : [];
  return { kind: "named-type", span: p.spanFrom(start), name, arguments: typeArguments };
}

/** `Point`, or `module.Point`, whose text keeps its dots. */
function parseTypeName(p: Cursor): Name {
  const first = p.expectName("type name");
  if (p.kind !== Token.Dot) return first;
  let text = first.text;
  while (p.accept(Token.Dot)) text += `.${p.expectName("type name").text}`;
  return { text, span: p.spanFrom(first.span.start) };
}

export function parseTypeArguments(p: Cursor): TypeExpression[] {
  p.expect(Token.Less);
  if (p.kind === Token.Greater) p.fail("type argument");
  const types = [parseType(p)];
  while (p.accept(Token.Comma)) {
    if (p.kind === Token.Greater) break;
    types.push(parseType(p));
  }
  p.expect(Token.Greater);
  return types;
}

function parseFunctionType(p: Cursor): TypeExpression {
  const start = p.start;
  p.advance();
  p.expect(Token.LeftParen);
  const params: TypeExpression[] = [];
  while (p.kind !== Token.RightParen && p.kind !== Token.EndOfFile) {
    params.push(parseType(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightParen);
  p.expect(Token.Arrow);
  const returns = parseType(p);
  return { kind: "function-type", span: p.spanFrom(start), params, returns };
}

function parseShapeType(p: Cursor): TypeExpression {
  const start = p.start;
  p.advance();
  const fields: ShapeField[] = [];
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) {
    fields.push(parseShapeField(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBrace);
  return { kind: "shape-type", span: p.spanFrom(start), fields };
}

function parseShapeField(p: Cursor): ShapeField {
  const name = p.expectWord("field name");
  const isOptional = p.accept(Token.Question);
  p.expect(Token.Colon);
  const type = parseType(p);
  return { span: p.spanFrom(name.span.start), name, isOptional, type };
}

/** `: T`, where it may be left out. */
export function parseAnnotation(p: Cursor): TypeExpression | undefined {
  return p.accept(Token.Colon) ? parseType(p) : undefined;
}

/** `-> T`, where it may be left out. */
export function parseReturnType(p: Cursor): TypeExpression | undefined {
  return p.accept(Token.Arrow) ? parseType(p) : undefined;
}

/** `<T, in U, out V>`, where it may be left out. */
export function parseTypeParameters(p: Cursor): TypeParameter[] {
  const params: TypeParameter[] = [];
  if (!p.accept(Token.Less)) return params;
  while (p.kind !== Token.Greater && p.kind !== Token.EndOfFile) {
    params.push(parseTypeParameter(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.Greater);
  return params;
}

function parseTypeParameter(p: Cursor): TypeParameter {
  const start = p.start;
  if (p.accept(Token.In)) {
    const name = p.expectName("type parameter name");
    return { span: p.spanFrom(start), name, variance: "in" };
  }
  if (p.isWord("out") && p.kindAt(1) === Token.Identifier) {
    p.advance();
    const name = p.expectName("type parameter name");
    return { span: p.spanFrom(start), name, variance: "out" };
  }
  const name = p.expectName("type parameter name");
  return { span: p.spanFrom(start), name };
}

/** `where T: Bound, U: Other`, where it may be left out. */
export function parseWhere(p: Cursor): WhereConstraint[] {
  const constraints: WhereConstraint[] = [];
  if (!p.acceptWord("where")) return constraints;
  while (p.kind !== Token.LeftBrace && p.kind !== Token.EndOfFile) {
    const parameter = p.expectName("type parameter name");
    p.expect(Token.Colon);
    const bound = p.expectName("type bound");
    constraints.push({ span: p.spanFrom(parameter.span.start), parameter, bound });
    if (!p.accept(Token.Comma)) break;
  }
  return constraints;
}

export function parseAssociatedType(p: Cursor): AssociatedType {
  const start = p.start;
  p.expect(Token.Type);
  const name = p.expectName("associated type name");
  if (!p.accept(Token.Assign)) return { span: p.spanFrom(start), name };
  const fallback = parseType(p);
  return { span: p.spanFrom(start), name, fallback };
}

/**
 * Do the tokens from a `<` on read as type arguments and then a `(`? Looks at token kinds alone, so that `i < n` costs two
 * looks and no failure. What passes here and is no type after all is reported as one.
 */
export function looksLikeTypeArguments(p: Cursor): boolean {
  let depth = 0;
  let brackets = 0;
  let expectsType = true;
  for (let offset = 0; ; offset++) {
    const kind = p.kindAt(offset);
    switch (kind) {
      case Token.Less:
        if (++depth > nestingLimit) return false;
        expectsType = true;
        break;
      case Token.Greater:
        depth--;
        if (depth === 0) return p.kindAt(offset + 1) === Token.LeftParen && !p.startsLineAt(offset + 1);
        expectsType = false;
        break;
      case Token.LeftBrace:
      case Token.LeftBracket:
      case Token.Fn:
        if (!expectsType) return false;
        if (kind !== Token.Fn) brackets++;
        break;
      case Token.LeftParen:
        if (p.kindAt(offset - 1) !== Token.Fn) return false;
        brackets++;
        break;
      case Token.RightBrace:
      case Token.RightBracket:
      case Token.RightParen:
        if (--brackets < 0) return false;
        expectsType = false;
        break;
      case Token.Comma:
      case Token.Bar:
      case Token.Ampersand:
      case Token.Arrow:
      case Token.Colon:
        expectsType = true;
        break;
      case Token.Nil:
      case Token.Int:
      case Token.Minus:
      case Token.String:
      case Token.RawString:
      case Token.TripleString:
      case Token.Question:
      case Token.Dot:
        expectsType = false;
        break;
      default:
        if (!isWord(kind)) return false;
        // Two words in a row are no type, unless the first is a shape's field on a line of its own.
        if (!expectsType && isWord(p.kindAt(offset - 1))) return false;
        expectsType = false;
    }
  }
}
