import { type Diagnostic, phaseOf } from "../../diagnostics/index.ts";
import type { CompiledProgram } from "../../program/index.ts";

/** What a run tells of its program: mistakes. Advice on style is for `check` and `lint`. */
export function runFindings({ diagnostics }: CompiledProgram): readonly Diagnostic[] {
  return diagnostics.filter(({ code, severity }) => severity === "error" || phaseOf(code) !== "lint");
}
