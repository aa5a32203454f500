export { Analysis, type Analyzed } from "./analysis.ts";
export { type CheckOptions, check, checkModule } from "./check.ts";
export { isAssignable } from "./model/assignable.ts";
export { printType } from "./model/print.ts";
export type { Type } from "./model/type.ts";
export { World } from "./symbols/world.ts";
