// What builtins of handoffs, compositions and routing policies read of programs and projects, and most runs never do.
export { routeManifest } from "./route-manifest.ts";
export { snippetCompilerOf } from "./snippets.ts";
export { sourceCalls } from "./source-calls.ts";
export { typeErrors } from "./type-errors.ts";
