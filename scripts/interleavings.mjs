// `node scripts/interleavings.mjs [COUNT] [SEED]`: the laws of `test/interleavings` over programs of COUNT seeds, beginning with
// SEED: what tasks do to each other, and what cancelling ends. Prints each program that breaks one; the same seed makes it again.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setup } from "./setup.mjs";
import { cacheDir, root } from "./tree.mjs";

await setup();
const { bundleProgram } = await import("./bundle-program.mjs");

const [count = "1000", seed = "1"] = process.argv.slice(2);
const outfile = join(cacheDir, "interleavings", "run.mjs");
await bundleProgram("test/interleavings/run.ts", outfile);
const done = spawnSync(process.execPath, ["--enable-source-maps", outfile, count, seed], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = done.status ?? 1;
