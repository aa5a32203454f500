export { isCallable } from "./exports.ts";
export { type FoundManifest, findManifest, findManifestPath } from "./find-manifest.ts";
export { loadModuleGraph } from "./graph.ts";
export {
  type CheckSection,
  type FormatSection,
  type LintSection,
  type Manifest,
  type PackageSection,
  type PreflightSeverity,
  parseManifest,
} from "./manifest.ts";
export { memoryReader } from "./memory-reader.ts";
export {
  type Exported,
  type ExportKind,
  type ImportBinding,
  type Module,
  type ModuleGraph,
  type ResolvedImport,
  stdModulePath,
} from "./module.ts";
export { ParseCache, type ParsedModule, type Parser } from "./parse-cache.ts";
export type { ModuleReader } from "./reader.ts";
export { type Resolution, resolveImport } from "./resolution.ts";
