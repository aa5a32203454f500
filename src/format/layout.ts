import type { Expression, Statement } from "../syntax/index.ts";
import type { LineMap, Span } from "../text/index.ts";
import type { CommentTable } from "./comment-table.ts";
import type { Fragment } from "./fragment.ts";
import type { FormatOptions } from "./options.ts";

/** What the layouts of expressions, bodies and statements reach each other through; their files would import in circles otherwise. */
export interface LayoutParts {
  readonly expression: (l: Layout, expression: Expression, level: number) => Fragment;
  readonly statement: (l: Layout, statement: Statement, level: number) => Fragment;
}

/** Everything one run of the formatter knows. A level is a depth of indentation. */
export interface Layout {
  readonly text: string;
  readonly lines: LineMap;
  readonly comments: CommentTable;
  readonly options: FormatOptions;
  readonly parts: LayoutParts;
  /** Constructs that would end the statement they start, and so stand in parentheses. */
  readonly shielded: Set<Expression>;
}

export function spansLines(l: Layout, { start, end }: Span): boolean {
  const lineBreak = l.text.indexOf("\n", start);
  return lineBreak !== -1 && lineBreak < end;
}

/** Is there a line break between two offsets? Looks no further than it must. */
export function isLineBreakBetween(l: Layout, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (l.text.charCodeAt(at) === 10) return true;
  return false;
}
