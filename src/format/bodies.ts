import type { Block, Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { type Fragment, join, lineAt } from "./fragment.ts";
import type { Layout } from "./layout.ts";
import { type LineItem, layoutLines } from "./line-list.ts";

export function statementItems(l: Layout, statements: readonly Statement[]): LineItem[] {
  return statements.map((statement) => ({
    span: statement.span,
    render: (level) => l.parts.statement(l, statement, level),
  }));
}

/** Statements and their comments, each after a line break. */
export function layoutStatements(l: Layout, statements: readonly Statement[], region: Span, level: number): Fragment {
  return layoutLines(l, statementItems(l, statements), region, level, "line");
}

/** `{ … }`. Comments from an offset on go into it: those before the brace belong to what the brace opens. */
export function layoutBlock(l: Layout, { statements, span }: Block, level: number, from = span.start): Fragment {
  const region = { start: from, end: span.end - 1 };
  return join("{", layoutStatements(l, statements, region, level + 1), lineAt(level), "}");
}
