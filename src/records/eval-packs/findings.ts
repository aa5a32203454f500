/** How much a failure matters: only blocking ones fail a pack. */
export type Severity = "blocking" | "warning" | "informational";

export function severityOf(name: string | null): Severity {
  switch (name?.trim().toLowerCase()) {
    case "warning":
    case "warn":
      return "warning";
    case "informational":
    case "info":
      return "informational";
    default:
      return "blocking";
  }
}

/** What was found in a case, by how much the case matters. */
export class Findings {
  readonly severity: Severity;
  readonly failures: string[] = [];
  readonly warnings: string[] = [];
  readonly informational: string[] = [];

  constructor(severity: Severity) {
    this.severity = severity;
  }

  fail(...texts: readonly string[]): void {
    switch (this.severity) {
      case "blocking":
        this.failures.push(...texts);
        break;
      case "warning":
        this.warnings.push(...texts);
        break;
      case "informational":
        this.informational.push(...texts);
        break;
    }
  }

  /** Worth saying, whatever the case. */
  warn(...texts: readonly string[]): void {
    this.warnings.push(...texts);
  }
}
