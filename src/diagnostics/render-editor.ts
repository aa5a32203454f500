import { emptySpan, type Source, type Span } from "../text/index.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import { repairOf } from "./repairs.ts";

/** A place as editors count: lines and UTF-16 units of a line, both from 0. */
export interface EditorPosition {
  readonly line: number;
  readonly character: number;
}

export interface EditorRange {
  readonly start: EditorPosition;
  readonly end: EditorPosition;
}

export interface EditorEdit {
  readonly range: EditorRange;
  readonly newText: string;
}

/** What an editor puts under the text, in the shape of the Language Server Protocol's `Diagnostic`. */
export interface EditorDiagnostic {
  readonly range: EditorRange;
  /** 1 error, 2 warning, 3 information. */
  readonly severity: 1 | 2 | 3;
  readonly code?: string;
  readonly source: "harn";
  /** The finding and, on a line of its own, the way out. */
  readonly message: string;
  readonly relatedInformation?: readonly {
    readonly location: { readonly uri: string; readonly range: EditorRange };
    readonly message: string;
  }[];
  /** 1: the editor greys the text out. */
  readonly tags?: readonly (1 | 2)[];
}

/** A change that an editor can offer, in the shape of the protocol's `CodeAction` with a `quickfix`. */
export interface EditorFix {
  readonly title: string;
  readonly kind: "quickfix";
  /** The fix changes nothing that the program does. */
  readonly isPreferred: boolean;
  readonly diagnostics: readonly EditorDiagnostic[];
  readonly edit: { readonly changes: Readonly<Record<string, readonly EditorEdit[]>> };
}

/** `uriOf` gives the address under which the editor knows a file. */
export function diagnosticToEditor(diagnostic: Diagnostic, uriOf: (source: Source) => string): EditorDiagnostic {
  const { code, severity, message, hint, labels = [], notes = [], source, span } = diagnostic;
  const tags = tagsOf(code);
  return {
    range: rangeOf(source, span),
    severity: levels[severity],
    ...(code !== "" && { code }),
    source: "harn",
    message: [message, ...(hint === undefined ? [] : [`help: ${hint}`]), ...notes.map((note) => `note: ${note}`)].join(
      "\n",
    ),
    ...(labels.length > 0 && {
      relatedInformation: labels.map((label) => ({
        location: { uri: uriOf(label.source), range: rangeOf(label.source, label.span) },
        message: label.text,
      })),
    }),
    ...(tags.length > 0 && { tags }),
  };
}

/** The change that puts the finding right, where a machine can make it. */
export function fixForEditor(diagnostic: Diagnostic, uriOf: (source: Source) => string): EditorFix | undefined {
  const { code, fix, hint, source } = diagnostic;
  if (fix === undefined || fix.length === 0) return undefined;
  const repair = repairOf(code);
  return {
    title: hint ?? repair?.summary ?? "apply the fix",
    kind: "quickfix",
    isPreferred: repair?.safety === "behavior-preserving" || repair?.safety === "format-only",
    diagnostics: [diagnosticToEditor(diagnostic, uriOf)],
    edit: {
      changes: {
        [uriOf(source)]: fix.map(({ span, text }) => ({ range: rangeOf(source, span), newText: text })),
      },
    },
  };
}

const levels: Readonly<Record<Severity, 1 | 2 | 3>> = { error: 1, warning: 2, info: 3 };

/** Findings about a whole file have no place of their own: its first line shows them. */
function rangeOf(source: Source, span: Span): EditorRange {
  const { start, end } = span === emptySpan ? { start: 0, end: 0 } : span;
  return { start: positionOf(source, start), end: positionOf(source, end) };
}

function positionOf({ lines }: Source, offset: number): EditorPosition {
  const line = lines.lineAt(offset);
  return { line: line - 1, character: offset - lines.startOf(line) };
}

const unneeded: ReadonlySet<string> = new Set([
  "HARN-ORC-008",
  "HARN-LNT-011",
  "HARN-LNT-014",
  "HARN-LNT-015",
  "HARN-LNT-016",
  "HARN-LNT-017",
  "HARN-LNT-019",
  "HARN-LNT-020",
]);

/** What is never reached or used is greyed out; what is deprecated is struck through. */
function tagsOf(code: string): readonly (1 | 2)[] {
  if (unneeded.has(code)) return [1];
  return code === "HARN-NAM-009" ? [2] : [];
}
