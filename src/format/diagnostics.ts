import { type DiagnosticDefinition, defineDiagnostic } from "../diagnostics/index.ts";

/** The text of the first mistake that keeps a program from being read. */
export const cannotFormat: DiagnosticDefinition<{ readonly reason: string }> = defineDiagnostic({
  code: "HARN-FMT-001",
  severity: "error",
  message: ({ reason }) => reason,
});

/** Said of a file, not of a place in it: `harn fmt --check` would change it. */
export const wouldReformatCode = "HARN-FMT-002";
