// What the builtins of handoffs read of programs and projects, and most runs never do.
export { routeManifest } from "./route-manifest.ts";
export { sourceCalls } from "./source-calls.ts";
