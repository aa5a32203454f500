import { compareDiagnostics, type Diagnostic } from "./diagnostic.ts";

/** Sorted by place, each finding once. Two findings are one when they say the same at the same place. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = [...diagnostics].sort(compareDiagnostics);
  const seen = new Set<string>();
  return sorted.filter((diagnostic) => {
    const key = identityOf(diagnostic);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function identityOf({ code, severity, message, source, span }: Diagnostic): string {
  return [code, severity, source.path, span.start, span.end, message].join("\0");
}
