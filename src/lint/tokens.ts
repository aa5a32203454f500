/** The tokens of one file, with the partners of its brackets: for rules about what is written and not in the tree. */
import { isKeyword, lex, Token, type TokenList } from "../syntax/index.ts";
import type { Source } from "../text/index.ts";

/** What a `(` may follow without being the parenthesis of its arguments. */
const endsOperand: ReadonlySet<number> = new Set([
  Token.Identifier,
  Token.RightParen,
  Token.RightBracket,
  Token.RightBrace,
  Token.Greater,
]);

/** Words that take what follows as an operand: `return (x)`. The others are names here, as in `a.to(x)`, or take arguments. */
const operators: ReadonlySet<number> = new Set([
  Token.Return,
  Token.Throw,
  Token.Yield,
  Token.Emit,
  Token.If,
  Token.While,
  Token.Match,
  Token.In,
  Token.To,
  Token.Guard,
  Token.Require,
  Token.Retry,
  Token.Deadline,
]);

export class FileTokens {
  readonly list: TokenList;
  readonly #indexByStart = new Map<number, number>();
  readonly #partners = new Map<number, number>();

  constructor(source: Source) {
    this.list = lex(source).tokens;
    const open: number[] = [];
    for (let index = 0; index < this.list.count; index++) {
      this.#indexByStart.set(this.list.starts[index] as number, index);
      const kind = this.list.kindAt(index);
      if (kind === Token.LeftParen || kind === Token.LeftBracket || kind === Token.LeftBrace) open.push(index);
      else if (kind === Token.RightParen || kind === Token.RightBracket || kind === Token.RightBrace) {
        const opening = open.pop();
        if (opening === undefined) continue;
        this.#partners.set(opening, index);
        this.#partners.set(index, opening);
      }
    }
  }

  indexAt(offset: number): number | undefined {
    return this.#indexByStart.get(offset);
  }

  /** The index of the bracket that goes with the one at an index. */
  partnerOf(index: number): number | undefined {
    return this.#partners.get(index);
  }

  /** Whether the parenthesis at an index belongs to what stands before it. On a line of its own it may, and counts as if. */
  opensArguments(index: number): boolean {
    const before = this.list.kindAt(index - 1);
    if (index === 0 || operators.has(before)) return index > 0 && this.list.kindAt(index - 2) === Token.Dot;
    return endsOperand.has(before) || isKeyword(before);
  }
}
