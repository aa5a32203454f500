import type { Diagnostic, TextEdit } from "../diagnostics/index.ts";

export interface Fixed {
  readonly text: string;
  /** How many findings were put right. */
  readonly count: number;
}

/**
 * Carries out the fixes of findings in one text. A fix is done whole or not at all: what overlaps an earlier one waits. Fixes may share an
 * edit, as the same object; it is made once.
 */
export function applyFixes(text: string, diagnostics: readonly Diagnostic[]): Fixed {
  const all = new Set<TextEdit>();
  const taken: TextEdit[] = [];
  let count = 0;
  for (const { fix } of diagnostics) {
    if (fix === undefined || fix.length === 0) continue;
    const news = fix.filter((edit) => !all.has(edit));
    if (news.some((edit) => taken.some((other) => overlaps(edit, other)))) continue;
    for (const edit of news) all.add(edit);
    taken.push(...news);
    count++;
  }
  taken.sort((a, b) => a.span.start - b.span.start);
  const pieces: string[] = [];
  let at = 0;
  for (const { span, text: replacement } of taken) {
    pieces.push(text.slice(at, span.start), replacement);
    at = span.end;
  }
  return { text: pieces.join("") + text.slice(at), count };
}

/** Two insertions at one place overlap as well: their order would be a guess. */
function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.span.start === b.span.start) return true;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}
