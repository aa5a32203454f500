export { MemoryFiles } from "./memory-files.ts";
export { type MemoryHost, type MemoryHostOptions, type MemoryResponse, memoryHost } from "./memory-host.ts";
export { VirtualClock } from "./virtual-clock.ts";
