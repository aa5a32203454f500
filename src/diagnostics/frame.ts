import type { Source, Span } from "../text/index.ts";
import type { Severity } from "./diagnostic.ts";
import type { Palette } from "./palette.ts";

/** A place to show: its line, with carets under it when there is something to say about it. */
export interface Frame {
  readonly source: Source;
  readonly span: Span;
  /** Shown after the carets. Undefined: no carets. An empty text: carets alone. */
  readonly label?: string | undefined;
  readonly severity: Severity;
}

/** Blanks that stand where line numbers would: one more than the digits of the widest. */
export function gutterFor(source: Source, span: Span, minimum = 0): string {
  const digits = String(source.lines.lineAt(span.start)).length;
  return " ".repeat(Math.max(digits + 1, minimum));
}

/**
 *       --> main.harn:4:7
 *        |
 *      4 |   let match = 5
 *        |       ^^^^^ unexpected token
 */
export function renderFrame(frame: Frame, gutter: string, palette: Palette): string[] {
  const { source, span, label, severity } = frame;
  const { line, column } = source.lines.positionAt(span.start);
  const bar = `${gutter} ${palette.gutter("|")}`;
  const rendered = [`${gutter}${palette.gutter("-->")} ${normalizePath(source.path)}:${line}:${column}`, bar];
  if (!hasLine(source, line)) return rendered;
  const text = source.lines.textOf(line);
  rendered.push(`${String(line).padStart(gutter.length)} ${palette.gutter("|")} ${text}`);
  if (label !== undefined) {
    const lineStart = source.lines.startOf(line);
    const carets = palette.caret("^".repeat(caretCount(text, span, lineStart)), severity);
    const before = text.slice(0, span.start - lineStart).replace(/[^\t]/gu, " ");
    rendered.push(`${bar} ${before}${carets}${label === "" ? "" : ` ${label}`}`);
  }
  return rendered;
}

/** The last line of a text that ends with a line break is no line. */
function hasLine(source: Source, line: number): boolean {
  return line < source.lines.lineCount || source.lines.textOf(line) !== "";
}

/** One caret for each character of the span on its first line, and one at least. */
function caretCount(text: string, span: Span, lineStart: number): number {
  const covered = text.slice(span.start - lineStart, span.end - lineStart);
  return Math.max(1, Array.from(covered).length);
}

/** `./a/../b.harn` reads as `b.harn`. */
export function normalizePath(path: string): string {
  const normal: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    const previous = normal[normal.length - 1];
    if (part === "." || (part === "" && normal.length > 0)) continue;
    if (part === ".." && previous !== undefined && previous !== ".." && previous !== "") normal.pop();
    else if (part !== ".." || previous !== "") normal.push(part);
  }
  return normal.join("/");
}
