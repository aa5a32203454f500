import { gutterFor, normalizePath, type Palette, plainPalette, renderFrame } from "../diagnostics/index.ts";
import type { ProgramProblem } from "../program/index.ts";
import { type Raise, show } from "../value/index.ts";
import { nameLine } from "../vm/index.ts";

/** What an error says that no handler took: `Thrown: …`, `Runtime error: … (line N)`. */
export function errorText(error: Raise): string {
  nameLine(error);
  return error.kind === "thrown" || error.kind === "cancelled" ? `Thrown: ${show(error.value)}` : show(error.value);
}

/**
 *     error: Runtime error: Division by zero (line 5)
 *       --> main.harn:5:15
 *        |
 *      5 |   let y = x / 0
 *        |               ^
 *       = note: called from pipeline at main.harn:8
 */
export function renderUncaught(error: Raise, palette: Palette = plainPalette): string {
  const lines = [`${palette.severity("error", "error")}: ${errorText(error)}`];
  const [origin, ...callers] = error.trace;
  if (origin !== undefined) {
    const { source, span } = origin;
    lines.push(...renderFrame({ source, span, label: "", severity: "error" }, gutterFor(source, span), palette));
  }
  for (const { name, source, span } of callers) {
    const place = `${normalizePath(source.path)}:${source.lines.lineAt(span.start)}`;
    lines.push(`  = ${palette.note("note")}: called from ${name} at ${place}`);
  }
  return `${lines.join("\n")}\n`;
}

/** What the compiler refuses is worded as programs that read the output expect it. */
export function problemText({ message, source, span }: ProgramProblem): string {
  return `Compile error at line ${source.lines.lineAt(span.start)}: ${message}`;
}

export function renderProblem(problem: ProgramProblem, palette: Palette = plainPalette): string {
  const { source, span } = problem;
  const frame = renderFrame({ source, span, label: "", severity: "error" }, gutterFor(source, span), palette);
  return `${[`${palette.severity("error", "error")}: compile error: ${problemText(problem)}`, ...frame].join("\n")}\n`;
}
