import { emptySpan } from "../text/index.ts";
import { phaseOf } from "./categories.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";

/** A finding as other programs read it. Offsets are bytes of UTF-8, not the code units of `Span`. */
export interface DiagnosticJson {
  readonly source: string;
  readonly severity: Severity;
  readonly code?: string;
  readonly message: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly help?: string;
}

export function diagnosticToJson(diagnostic: Diagnostic): DiagnosticJson {
  const { code, severity, message, hint, span } = diagnostic;
  return {
    source: diagnostic.phase ?? (diagnostic.rule === undefined ? phaseOf(code) : "lint"),
    severity,
    ...(code === "" ? {} : { code }),
    message,
    ...(span === emptySpan ? {} : { span: byteSpan(diagnostic) }),
    ...(hint === undefined ? {} : { help: hint }),
  };
}

function byteSpan({ source, span }: Diagnostic): { start: number; end: number } {
  return { start: source.bytes.byteAt(span.start), end: source.bytes.byteAt(span.end) };
}
