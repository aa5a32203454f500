/**
 * The door to Harn wherever JavaScript runs: compile, check and run programs against a host that the embedder supplies.
 * Nothing behind it needs Node. `harn` itself is the same with this machine as the host.
 *
 * @module
 */
export type {
  FileStat,
  Host,
  HostClock,
  HostEnvironment,
  HostFiles,
  HostHttp,
  HostInput,
  HostProcesses,
  HostRandom,
  HostSystem,
  HostTerminal,
} from "./builtin/index.ts";
export { HostError } from "./builtin/index.ts";
export {
  ansiPalette,
  type Diagnostic,
  type DiagnosticJson,
  diagnosticToEditor,
  diagnosticToJson,
  type EditorDiagnostic,
  type EditorFix,
  fixForEditor,
  type Label,
  plainPalette,
  renderDiagnostics,
  type Severity,
  type TextEdit,
} from "./diagnostics/index.ts";
export type { RunEvent } from "./eventlog/index.ts";
export { browserHost } from "./host/browser/browser-host.ts";
export { applyFixes, type Fixed } from "./lint/index.ts";
export { type ModuleReader, memoryReader } from "./modules/index.ts";
export {
  type CompiledProgram,
  type ErrorPlace,
  Harn,
  HarnCompileError,
  HarnError,
  type HarnOptions,
  type HostFunction,
  type PlainInput,
  type PlainOutput,
  type ProgramSource,
  ProjectError,
  type Run,
  type RunOutcome,
  type StartOptions,
  standardCatalog,
} from "./program/index.ts";
export type { RunRecord } from "./records/index.ts";
export type { Analysis, Analyzed } from "./types/index.ts";
