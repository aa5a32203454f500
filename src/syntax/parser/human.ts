/** `ask_user(…)` and its siblings, whose arguments may be named: `(expression | name ":" expression) [","]`. */
import type { Expression, HumanArgument, HumanExpression } from "../ast.ts";
import { isWord, Token } from "../token.ts";
import { type Cursor, unheaded } from "./cursor.ts";

export function parseHumanCall(p: Cursor): Expression {
  const start = p.start;
  const verb = p.takeWord().text as HumanExpression["verb"];
  p.expect(Token.LeftParen);
  const list = unheaded(p, parseHumanArguments);
  p.raise(start);
  return { kind: "human", span: p.spanFrom(start), verb, arguments: list };
}

function parseHumanArguments(p: Cursor): HumanArgument[] {
  const list: HumanArgument[] = [];
  while (p.kind !== Token.RightParen && p.kind !== Token.EndOfFile) {
    const start = p.start;
    const isNamed = isWord(p.kind) && p.kindAt(1) === Token.Colon;
    const name = isNamed ? p.takeWord() : undefined;
    if (isNamed) p.advance();
    const value = p.grammar.expression(p);
    list.push({ span: p.spanFrom(start), ...(name ? { name } : {}), value });
    p.accept(Token.Comma);
  }
  p.expect(Token.RightParen);
  return list;
}
