import { Token } from "../token.ts";
import type { Cursor } from "./cursor.ts";
import { startsStatement } from "./statement-starts.ts";

/**
 * Moves to where the statement list that began its failed statement at token `from` can go on: after a `;`, at the `}` that
 * ends the list, or at a line that begins a statement. Brackets the failed statement left open are skipped with what they hold,
 * unless a line that is indented no deeper than the statement begins a new one: then a closing bracket was forgotten.
 */
export function resumeAfterFailure(p: Cursor, from: number, isTopLevel: boolean): void {
  const margin = columnOf(p, from);
  let depth = openBraces(p, from);
  if (p.index === from) depth = skipOne(p, depth);
  while (p.kind !== Token.EndOfFile) {
    if (p.startsLine && p.index > from) {
      if (depth === 0 && (startsStatement(p.kind) || resumesAtMargin(p, margin))) return;
      if (startsStatement(p.kind) && columnOf(p, p.index) <= margin) return;
    }
    if (depth === 0) {
      if (p.accept(Token.Semicolon)) return;
      if (p.kind === Token.RightBrace && !isTopLevel) return;
    }
    depth = skipOne(p, depth);
  }
}

function skipOne(p: Cursor, depth: number): number {
  const kind = p.kind;
  p.advance();
  if (kind === Token.LeftBrace) return depth + 1;
  return kind === Token.RightBrace && depth > 0 ? depth - 1 : depth;
}

/** How many `{` between two tokens are still open. */
function openBraces(p: Cursor, from: number): number {
  let depth = 0;
  for (let index = from; index < p.index; index++) {
    const kind = p.tokens.kindAt(index);
    if (kind === Token.LeftBrace) depth++;
    else if (kind === Token.RightBrace && depth > 0) depth--;
  }
  return depth;
}

/** A line as far left as the failed statement's, and not just the closing bracket of it. */
function resumesAtMargin(p: Cursor, margin: number): boolean {
  if (columnOf(p, p.index) > margin) return false;
  return p.kind === Token.Identifier || p.kind === Token.At;
}

function columnOf(p: Cursor, index: number): number {
  const start = p.tokens.starts[index] as number;
  const { lines } = p.source;
  return start - lines.startOf(lines.lineAt(start));
}
