// The door to what projects with triggers or hooks need: what is imported here is loaded only for them.
export { compileHooks, installHooks, ManifestHookError } from "../../program/manifest-hooks.ts";
export { compileTriggers, installTriggers } from "../../program/manifest-triggers.ts";
export { RegistryError } from "../../triggers/bindings/registry.ts";
export { ManifestTriggerError } from "../../triggers/manifest/table.ts";
