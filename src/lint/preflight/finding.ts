import {
  type Diagnostic,
  type DiagnosticDefinition,
  defineDiagnostic,
  diagnose,
  type TextEdit,
} from "../../diagnostics/index.ts";
import type { Module } from "../../modules/index.ts";
import type { Span } from "../../text/index.ts";

/** What is wrong with a call or an import, before it is a diagnostic. */
export interface PreflightFinding {
  readonly code: string;
  readonly span: Span;
  /** Without the word `preflight:` in front. */
  readonly message: string;
  readonly hint: string;
  /** The capability it is about, `project.scan`: `[check] preflight_allow` can let it pass. */
  readonly capability?: string;
  readonly fix?: readonly TextEdit[] | undefined;
}

export function preflightDiagnostic(
  { code, span, message, hint, fix }: PreflightFinding,
  { source }: Module,
  severity: "error" | "warning",
): Diagnostic {
  const definition: DiagnosticDefinition<undefined> = defineDiagnostic({
    code,
    severity,
    message: () => `preflight: ${message}`,
    label: () => "preflight",
    hint: () => hint,
  });
  const finding = diagnose(definition, source, span, undefined);
  return fix === undefined ? finding : { ...finding, fix };
}
