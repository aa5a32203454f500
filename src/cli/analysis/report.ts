/** What `check` and `lint` say alike about the files that they looked at. */
import { type Diagnostic, renderDiagnostics } from "../../diagnostics/index.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { paletteFor } from "../palette.ts";

export type FileStatus = "ok" | "warning" | "error";

export function statusOf(diagnostics: readonly Diagnostic[]): FileStatus {
  if (diagnostics.some(({ severity }) => severity === "error")) return "error";
  return diagnostics.length > 0 ? "warning" : "ok";
}

export function countOf(diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): number {
  return diagnostics.filter((found) => found.severity === severity).length;
}

export function tellFindings(diagnostics: readonly Diagnostic[], context: CommandContext): void {
  context.output.write("stderr", renderDiagnostics(diagnostics, paletteFor(context)));
}

/** A command line that names nothing to look at: exit 2 for people, an envelope for programs. */
export function complaint(isJson: boolean, code: string, message: string): Error {
  return isJson ? new CommandFailure(code, message) : new UsageError(message);
}

export const noTarget = "the following required argument was not provided: <TARGET>";
