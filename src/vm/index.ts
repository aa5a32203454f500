export { machineCatalog } from "./catalog.ts";
export { LinkedModule } from "./linked-module.ts";
export { Machine, type MachineOptions } from "./machine.ts";
export { nearestName } from "./nearest-name.ts";
export { type Completion, Task } from "./task.ts";
export { nameLine } from "./trace.ts";
