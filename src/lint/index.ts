export { applyFixes, type Fixed } from "./fixes.ts";
export { importedNames } from "./imported-names.ts";
export { disabledRules, lint } from "./lint.ts";
export type { LintOptions } from "./rule.ts";
