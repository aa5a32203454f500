import { type Diagnostic, type DiagnosticDefinition, defineDiagnostic, diagnose } from "../../diagnostics/index.ts";
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
}

export function preflightDiagnostic(
  { code, span, message, hint }: PreflightFinding,
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
  return diagnose(definition, source, span, undefined);
}
