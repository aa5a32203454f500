// Opened when they are first called (`scripts/bundle-scripts.mjs`): most programs keep no events.
import * as memoryLog from "./memory-log.ts";

export const late = { memoryLog: () => memoryLog };
