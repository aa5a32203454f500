export { extendCatalog, standardCatalog } from "./catalog.ts";
export { type CompiledProgram, type CompileOptions, compileProgram, type ProgramProblem } from "./compile-program.ts";
export {
  type ErrorPlace,
  Harn,
  HarnCompileError,
  HarnError,
  type HarnOptions,
  type ProgramSource,
  type Run,
  type RunOutcome,
  type StartOptions,
} from "./harn.ts";
export { type HostFunction, hostFunctionBuiltins } from "./host-functions.ts";
export { openRuntime } from "./open-runtime.ts";
export { fromPlain, type PlainInput, type PlainOutput, toPlain } from "./plain-values.ts";
export { ProjectError } from "./project-code.ts";
export { errorTextOf, type RunOptions, type RunResult, runProgram } from "./run-program.ts";
export type { OpenRuntime, RuntimeSettings } from "./runtime-settings.ts";
