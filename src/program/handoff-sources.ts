// What builtins of handoffs and compositions read of programs and projects, and most runs never do.
export { routeManifest } from "./route-manifest.ts";
export { snippetCompilerOf } from "./snippets.ts";
export { sourceCalls } from "./source-calls.ts";
