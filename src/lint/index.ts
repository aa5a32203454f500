export { disabledRules } from "./disabled-rules.ts";
export { applyFixes, type Fixed } from "./fixes.ts";
export { importedNames } from "./imported-names.ts";
export {
  declaredHandlers,
  invariantViolations,
  type Violation,
  violationDiagnostic,
} from "./invariants/invariants.ts";
export { canonicalName as canonicalInvariantName } from "./invariants/setting.ts";
export { lint } from "./lint.ts";
export type { PreflightHost } from "./preflight/host.ts";
export { type HostCapabilities, hostCapabilities } from "./preflight/host-capabilities.ts";
export { type PreflightOptions, preflight } from "./preflight/preflight.ts";
export { type RequiredAsset, type Requirements, requirementsOf } from "./preflight/requirements.ts";
export type { LintOptions } from "./rule.ts";
export { lintTemplate, type TemplateLintOptions, type TemplateOutline } from "./templates/lint-template.ts";
export { Tree } from "./tree.ts";
