/**
 * Attributes: data attached to a declaration.
 *
 *     attribute = "@" name ["(" (argument [","])* ")"]
 *     argument  = [word ":"] value
 *     value     = literal | ["-"] number | "[" values "]" | "{" (word ":" value)* "}" | word ("." word)* ["(" arguments ")"]
 */
import type { Attribute, AttributeArgument, AttributeValue, Name } from "../ast.ts";
import { intValue } from "../numbers.ts";
import { isWord, Token } from "../token.ts";
import type { Cursor } from "./cursor.ts";
import { takeDuration } from "./literals.ts";

export function parseAttributes(p: Cursor): Attribute[] {
  const attributes: Attribute[] = [];
  while (p.kind === Token.At) attributes.push(parseAttribute(p));
  return attributes;
}

function parseAttribute(p: Cursor): Attribute {
  const start = p.start;
  p.advance();
  const name = p.expectName("attribute name");
  const list = p.kind === Token.LeftParen && !p.startsLine ? parseAttributeArguments(p) : [];
  return { span: p.spanFrom(start), name, arguments: list };
}

function parseAttributeArguments(p: Cursor): AttributeArgument[] {
  const list: AttributeArgument[] = [];
  p.advance();
  while (p.kind !== Token.RightParen && p.kind !== Token.EndOfFile) {
    list.push(parseAttributeArgument(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightParen);
  return list;
}

function parseAttributeArgument(p: Cursor): AttributeArgument {
  const start = p.start;
  if (!isWord(p.kind) || p.kindAt(1) !== Token.Colon) {
    const value = parseAttributeValue(p);
    return { span: p.spanFrom(start), value };
  }
  const name = p.takeWord();
  p.advance();
  const value = parseAttributeValue(p);
  return { span: p.spanFrom(start), name, value };
}

function parseAttributeValue(p: Cursor): AttributeValue {
  const start = p.start;
  switch (p.kind) {
    case Token.String:
    case Token.RawString:
    case Token.TripleString: {
      const value = p.takeString();
      return { kind: "string", span: p.spanFrom(start), value };
    }
    case Token.Duration: {
      const milliseconds = takeDuration(p);
      return { kind: "duration", span: p.spanFrom(start), milliseconds };
    }
    case Token.Int:
    case Token.Float:
      return parseNumber(p, start, false);
    case Token.Minus:
      p.advance();
      if (!atNumber(p)) p.fail("number after '-' in attribute argument");
      return parseNumber(p, start, true);
    case Token.True:
    case Token.False: {
      const value = p.kind === Token.True;
      p.advance();
      return { kind: "bool", span: p.spanFrom(start), value };
    }
    case Token.Nil:
      p.advance();
      return { kind: "nil", span: p.spanFrom(start) };
    case Token.LeftBracket:
      return parseAttributeList(p);
    case Token.LeftBrace:
      return parseAttributeDict(p);
    default:
      return parseWordValue(p);
  }
}

function atNumber(p: Cursor): boolean {
  return p.kind === Token.Int || p.kind === Token.Float;
}

function parseNumber(p: Cursor, start: number, isNegative: boolean): AttributeValue {
  const text = p.currentText();
  const int = p.kind === Token.Int ? intValue(text) : undefined;
  p.advance();
  const span = p.spanFrom(start);
  if (int !== undefined) return { kind: "int", span, value: isNegative ? -int : int };
  return { kind: "float", span, value: isNegative ? -Number(text) : Number(text) };
}

function parseAttributeList(p: Cursor): AttributeValue {
  const start = p.start;
  p.advance();
  const items: AttributeValue[] = [];
  while (p.kind !== Token.RightBracket && p.kind !== Token.EndOfFile) {
    items.push(parseAttributeValue(p));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBracket);
  return { kind: "list", span: p.spanFrom(start), items };
}

function parseAttributeDict(p: Cursor): AttributeValue {
  const start = p.start;
  p.advance();
  const entries: { key: Name; value: AttributeValue }[] = [];
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) {
    const key = p.atString() ? parseStringName(p) : p.expectWord("attribute key");
    p.expect(Token.Colon);
    entries.push({ key, value: parseAttributeValue(p) });
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBrace);
  return { kind: "dict", span: p.spanFrom(start), entries };
}

function parseStringName(p: Cursor): Name {
  const start = p.start;
  const text = p.takeString();
  return { text, span: p.spanFrom(start) };
}

/** `a`, `a.b`, `continue`, or `budget(usd: 3)`. */
function parseWordValue(p: Cursor): AttributeValue {
  const start = p.start;
  let text = p.expectWord("attribute argument value (literal or identifier)").text;
  while (p.kind === Token.Dot) {
    p.advance();
    text += `.${p.expectWord("attribute argument value (literal or identifier)").text}`;
  }
  if (p.kind !== Token.LeftParen || p.startsLine) return { kind: "word", span: p.spanFrom(start), text };
  const list = parseAttributeArguments(p);
  return { kind: "call", span: p.spanFrom(start), callee: text, arguments: list };
}
