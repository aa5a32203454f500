import { emptySpan } from "../text/index.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { gutterFor, renderFrame } from "./frame.ts";
import { inOrder } from "./order.ts";
import { type Palette, plainPalette } from "./palette.ts";
import { repairOf } from "./repairs.ts";

/** All findings, in order and each once, one below the other. Ends with a line break unless there is none to show. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], palette: Palette = plainPalette): string {
  return inOrder(diagnostics)
    .map((diagnostic) => `${renderDiagnostic(diagnostic, palette)}\n`)
    .join("");
}

/** One finding: what is wrong, where, and what to do about it. */
export function renderDiagnostic(diagnostic: Diagnostic, palette: Palette = plainPalette): string {
  const { source, span, severity } = diagnostic;
  const lines = [headline(diagnostic, palette)];
  if (span === emptySpan) return [...lines, ...repairLines(diagnostic, " ", palette)].join("\n");
  const gutter = gutterFor(source, span);
  lines.push(...renderFrame({ source, span, label: diagnostic.label ?? "", severity }, gutter, palette));
  if (diagnostic.hint !== undefined) lines.push(`${gutter} = ${palette.advice("help")}: ${diagnostic.hint}`);
  lines.push(...repairLines(diagnostic, gutter, palette));
  for (const note of diagnostic.notes ?? []) lines.push(`${gutter} = ${palette.note("note")}: ${note}`);
  for (const label of diagnostic.labels ?? []) {
    const wider = gutterFor(label.source, label.span, gutter.length);
    lines.push(`${gutter} = ${palette.note("note")}: ${label.text}`);
    lines.push(...renderFrame({ source: label.source, span: label.span, label: label.text, severity }, wider, palette));
  }
  return lines.join("\n");
}

function headline({ severity, code, message }: Diagnostic, palette: Palette): string {
  const word = palette.severity(severity, severity);
  return code === "" ? `${word}: ${message}` : `${word}[${code}]: ${message}`;
}

function repairLines({ code }: Diagnostic, gutter: string, palette: Palette): string[] {
  const repair = repairOf(code);
  if (!repair) return [];
  return [`${gutter} = ${palette.advice("repair")}: ${repair.id} [${repair.safety}] — ${repair.summary}`];
}
