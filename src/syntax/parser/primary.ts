import type { Expression } from "../ast.ts";
import { Token } from "../token.ts";
import { parseBraces, parseFunctionExpression, parseList } from "./collections.ts";
import { parseParallel, parseSelect } from "./concurrency.ts";
import {
  parseCostRoute,
  parseDeadline,
  parseIf,
  parseMatch,
  parseRetry,
  parseSpawn,
  parseTry,
  startsCostRoute,
} from "./control.ts";
import { type Cursor, unheaded } from "./cursor.ts";
import { parseHumanCall } from "./human.ts";
import {
  parseDuration,
  parseFloat64,
  parseInt64,
  parsePlainString,
  parseRawString,
  parseTemplate,
  parseTripleString,
} from "./literals.ts";

/** What stands on its own: a literal, a name, brackets, or a construct that starts with its keyword. */
export function parsePrimary(p: Cursor): Expression {
  const start = p.start;
  switch (p.kind) {
    case Token.Identifier:
      return parseWord(p, start);
    case Token.Int:
      return parseInt64(p);
    case Token.Float:
      return parseFloat64(p);
    case Token.Duration:
      return parseDuration(p);
    case Token.String:
      return parsePlainString(p);
    case Token.RawString:
      return parseRawString(p);
    case Token.TripleString:
      return parseTripleString(p);
    case Token.TemplateStart:
      return parseTemplate(p);
    case Token.True:
    case Token.False: {
      const value = p.kind === Token.True;
      p.advance();
      return { kind: "bool", span: p.spanFrom(start), value };
    }
    case Token.Nil:
      p.advance();
      return { kind: "nil", span: p.spanFrom(start) };
    case Token.LeftParen:
      return parseParenthesized(p);
    case Token.LeftBracket:
      return parseList(p);
    case Token.LeftBrace:
      return parseBraces(p);
    case Token.Fn:
      return parseFunctionExpression(p);
    case Token.If:
      return parseIf(p);
    case Token.Match:
      return parseMatch(p);
    case Token.Try:
      return parseTry(p);
    case Token.Retry:
      return parseRetry(p);
    case Token.Deadline:
      return parseDeadline(p);
    case Token.Spawn:
      return parseSpawn(p);
    case Token.Parallel:
      return parseParallel(p);
    case Token.Select:
      return p.kindAt(1) === Token.LeftParen ? parseWord(p, start) : parseSelect(p);
    case Token.AskUser:
    case Token.RequestApproval:
    case Token.DualControl:
    case Token.EscalateTo:
      return parseHumanCall(p);
    case Token.Less:
      return rejectHeredoc(p);
    default:
      return p.fail("expression");
  }
}

function parseWord(p: Cursor, start: number): Expression {
  if (startsCostRoute(p)) return parseCostRoute(p);
  const name = p.currentText();
  p.advance();
  return { kind: "name", span: p.spanFrom(start), name };
}

/** Parentheses leave no node: the tree's shape says what they said. */
function parseParenthesized(p: Cursor): Expression {
  p.advance();
  const inner = unheaded(p, p.grammar.expression);
  p.expect(Token.RightParen);
  return inner;
}

/** `<<TAG` is how tool calls of models quote text; authors who have seen it try it here. */
function rejectHeredoc(p: Cursor): never {
  const isHeredoc = p.kindAt(1) === Token.Less && p.kindAt(2) === Token.Identifier;
  if (!isHeredoc) p.fail("expression");
  const expected =
    'an expression (a heredoc only means something in a model\'s tool call; several lines of text go into """…""")';
  return p.failWith(expected, "`<<` heredoc-like syntax", { start: p.start, end: p.end });
}
