/** Which keywords begin a statement: where reading resumes after a mistake, and where an unclosed bracket shows itself. */
import { Token } from "../token.ts";

/** These begin a statement and never an expression. */
const statementOnly: readonly number[] = [
  Token.Break,
  Token.Const,
  Token.Continue,
  Token.Defer,
  Token.Emit,
  Token.Enum,
  Token.EvalPack,
  Token.For,
  Token.Guard,
  Token.Impl,
  Token.Import,
  Token.Interface,
  Token.Let,
  Token.Mutex,
  Token.Override,
  Token.Pipeline,
  Token.Pub,
  Token.Require,
  Token.Return,
  Token.Skill,
  Token.Struct,
  Token.Throw,
  Token.Tool,
  Token.Type,
  Token.Var,
  Token.While,
  Token.Yield,
];

/** These begin an expression as well. */
const eitherWay: readonly number[] = [
  Token.Deadline,
  Token.Fn,
  Token.If,
  Token.Match,
  Token.Parallel,
  Token.Retry,
  Token.Select,
  Token.Try,
];

const table = new Uint8Array(256);
for (const kind of eitherWay) table[kind] = 1;
for (const kind of statementOnly) table[kind] = 2;

export function startsStatement(kind: number): boolean {
  return table[kind] !== 0;
}

export function startsOnlyStatement(kind: number): boolean {
  return table[kind] === 2;
}
