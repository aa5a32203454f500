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
  /** By index: the bracket that goes with it, one more than its index; 0 where there is none. */
  readonly #partners: Uint32Array;

  constructor(source: Source) {
    this.list = lex(source).tokens;
    this.#partners = new Uint32Array(this.list.count);
    const open: number[] = [];
    for (let index = 0; index < this.list.count; index++) {
      const kind = this.list.kindAt(index);
      if (kind === Token.LeftParen || kind === Token.LeftBracket || kind === Token.LeftBrace) open.push(index);
      else if (kind === Token.RightParen || kind === Token.RightBracket || kind === Token.RightBrace) {
        const opening = open.pop();
        if (opening === undefined) continue;
        this.#partners[opening] = index + 1;
        this.#partners[index] = opening + 1;
      }
    }
  }

  /** The token that starts at an offset. */
  indexAt(offset: number): number | undefined {
    const { starts, count } = this.list;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return starts[low] === offset ? low : undefined;
  }

  /** The index of the bracket that goes with the one at an index. */
  partnerOf(index: number): number | undefined {
    const partner = this.#partners[index] ?? 0;
    return partner === 0 ? undefined : partner - 1;
  }

  /** Whether the parenthesis at an index belongs to what stands before it. On a line of its own it may, and counts as if. */
  opensArguments(index: number): boolean {
    const before = this.list.kindAt(index - 1);
    if (index === 0 || operators.has(before)) return index > 0 && this.list.kindAt(index - 2) === Token.Dot;
    return endsOperand.has(before) || isKeyword(before);
  }
}
