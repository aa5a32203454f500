export { type CompiledProgram, type CompileOptions, compileProgram, type ProgramProblem } from "./compile-program.ts";
export { errorTextOf, exitStatusOf, type RunOptions, type RunResult, runProgram } from "./run-program.ts";
