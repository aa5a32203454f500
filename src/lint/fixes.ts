import type { Diagnostic, TextEdit } from "../diagnostics/index.ts";

export interface Fixed {
  readonly text: string;
  /** How many findings were put right. */
  readonly count: number;
}

/** Carries out the fixes of findings in one text. A fix is done whole or not at all: what overlaps an earlier one waits. */
export function applyFixes(text: string, diagnostics: readonly Diagnostic[]): Fixed {
  const taken: TextEdit[] = [];
  let count = 0;
  for (const { fix } of diagnostics) {
    if (fix === undefined || fix.length === 0) continue;
    if (fix.some((edit) => taken.some((other) => overlaps(edit, other)))) continue;
    taken.push(...fix);
    count++;
  }
  taken.sort((a, b) => b.span.start - a.span.start);
  let fixed = text;
  for (const { span, text: replacement } of taken)
    fixed = fixed.slice(0, span.start) + replacement + fixed.slice(span.end);
  return { text: fixed, count };
}

/** Two insertions at one place overlap as well: their order would be a guess. */
function overlaps(a: TextEdit, b: TextEdit): boolean {
  if (a.span.start === b.span.start) return true;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}
