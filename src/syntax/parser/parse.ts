import { compareDiagnostics, type Diagnostic } from "../../diagnostics/index.ts";
import type { Source } from "../../text/index.ts";
import type { Comment, Program } from "../ast.ts";
import { lex } from "../lexer.ts";
import type { TokenList } from "../token-list.ts";
import { Cursor, type Grammar } from "./cursor.ts";
import { parseExpression, parseHeader } from "./expressions.ts";
import { parsePrimary } from "./primary.ts";
import { parseBlock, parseItems, parseNestedStatement, parseStatements } from "./statements.ts";

export interface Parsed {
  readonly program: Program;
  /** In the order of the text. Empty means that the program holds the whole text. */
  readonly diagnostics: Diagnostic[];
}

const grammar: Grammar = {
  expression: parseExpression,
  header: parseHeader,
  primary: parsePrimary,
  block: parseBlock,
  statements: parseStatements,
  statement: parseNestedStatement,
};

/** Never throws: what does not parse is left out of the program and reported. */
export function parse(source: Source): Parsed {
  const { tokens, diagnostics } = lex(source);
  return parseTokens(tokens, diagnostics);
}

/** The same from tokens already at hand, with the findings of their lexing. */
export function parseTokens(tokens: TokenList, diagnostics: Diagnostic[]): Parsed {
  const items = parseItems(new Cursor(tokens, diagnostics, grammar));
  const { source } = tokens;
  const span = { start: 0, end: source.text.length };
  const program: Program = { kind: "program", span, items, comments: commentNodes(tokens) };
  return { program, diagnostics: diagnostics.sort(compareDiagnostics) };
}

function commentNodes(tokens: TokenList): Comment[] {
  return tokens.comments.map(({ style, start, end }) => ({
    span: { start, end },
    style,
    text: tokens.source.text.slice(start, end),
  }));
}
