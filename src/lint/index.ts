export { disabledRules } from "./disabled-rules.ts";
export { applyFixes, type Fixed } from "./fixes.ts";
export { importedNames } from "./imported-names.ts";
export { lint } from "./lint.ts";
export type { PreflightHost } from "./preflight/host.ts";
export { type HostCapabilities, hostCapabilities } from "./preflight/host-capabilities.ts";
export { type PreflightOptions, preflight } from "./preflight/preflight.ts";
export type { LintOptions } from "./rule.ts";
export { lintTemplate, type TemplateLintOptions, type TemplateOutline } from "./templates/lint-template.ts";
