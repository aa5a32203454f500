export { type CompiledModule, compileModule } from "./module.ts";
export type { CompileProblem } from "./module-builder.ts";
