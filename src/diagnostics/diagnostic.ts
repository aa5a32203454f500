import type { Source, Span } from "../text/index.ts";

export type Severity = "error" | "warning" | "info";

/** Another place that explains the primary one. */
export interface Label {
  readonly source: Source;
  readonly span: Span;
  readonly text: string;
}

/** Replaces the text of `span`. Edits of one fix never overlap. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** How much a repair may change, from least to most. */
export type RepairSafety =
  | "format-only"
  | "behavior-preserving"
  | "scope-local"
  | "surface-changing"
  | "capability-changing"
  | "needs-human";

/** Advice attached to a code, and the edits that carry it out where a machine can. */
export interface Repair {
  readonly id: string;
  readonly safety: RepairSafety;
  readonly summary: string;
}

/**
 * One finding about a program: facts as data, collected and never thrown. `code` is a code of the registry
 * (`HARN-CAT-NNN`); `rule` is the lint rule's name where a lint found it.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly source: Source;
  readonly span: Span;
  /** Shown under the caret. */
  readonly label?: string;
  readonly labels?: readonly Label[];
  readonly hint?: string;
  readonly notes?: readonly string[];
  readonly rule?: string;
  /** The stage that found it, where there is no code to say so. */
  readonly phase?: "invariant";
  /** The message for surfaces that print no source frame, where its wording differs. */
  readonly plain?: string;
  readonly fix?: readonly TextEdit[];
}

/** By file, then place, then code: the order every renderer uses. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.source.path !== b.source.path) return a.source.path < b.source.path ? -1 : 1;
  return a.span.start - b.span.start || a.span.end - b.span.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}
