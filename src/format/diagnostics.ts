import { type DiagnosticDefinition, defineDiagnostic } from "../diagnostics/index.ts";

/** The text of the first mistake that keeps a program from being read. */
export const cannotFormat: DiagnosticDefinition<{ readonly reason: string }> = defineDiagnostic({
  code: "HARN-FMT-001",
  severity: "error",
  message: ({ reason }) => reason,
});

export const wouldReformat: DiagnosticDefinition<undefined> = defineDiagnostic({
  code: "HARN-FMT-002",
  severity: "warning",
  message: () => "would be reformatted",
});
