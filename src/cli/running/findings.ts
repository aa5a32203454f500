import { type Diagnostic, phaseOf } from "../../diagnostics/index.ts";
import type { RunnableProgram } from "../../program/stored-program.ts";

/** What a run tells of its program: mistakes. Advice on style is for `check` and `lint`. */
export function runFindings({ diagnostics }: Pick<RunnableProgram, "diagnostics">): readonly Diagnostic[] {
  return diagnostics.filter(
    ({ code, severity, rule }) => severity === "error" || (rule === undefined && phaseOf(code) !== "lint"),
  );
}
