import { durationMilliseconds } from "../numbers.ts";
import { unescapePlain } from "../string-text.ts";
import { Token } from "../token.ts";
import type { TokenList } from "../token-list.ts";

/** How a message shows the token it did not expect. */
export function describeToken(tokens: TokenList, index: number): string {
  const text = tokens.textAt(index);
  switch (tokens.kindAt(index)) {
    case Token.EndOfFile:
      return "EOF";
    case Token.Identifier:
      return `id(${text})`;
    case Token.Int:
      return `int(${text})`;
    case Token.Float:
      return `float(${text})`;
    case Token.Duration:
      return `duration(${durationMilliseconds(text)}ms)`;
    case Token.String:
      return `str(${unescapePlain(text.slice(1, -1))})`;
    case Token.TripleString:
      return `str(${text.slice(3, -3)})`;
    case Token.RawString:
      return `rstr(${text.slice(2, -1)})`;
    case Token.TemplateStart:
      return "istr(...)";
    case Token.TemplateMiddle:
    case Token.TemplateEnd:
      return "}";
    default:
      return text;
  }
}
