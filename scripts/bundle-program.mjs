// The settings under which programs of this tree that are run from it (benchmarks, the fuzzer, what the build asks) are bundled.
import { build } from "esbuild";
import { root } from "./tree.mjs";

/** Bundles an ES module with everything of ours that it imports; packages stay outside. */
export async function bundleProgram(entryPoint, outfile, { plugins = [] } = {}) {
  await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins,
    sourcemap: "inline",
    logLevel: "warning",
  });
}
