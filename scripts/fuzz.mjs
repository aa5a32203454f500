// `node scripts/fuzz.mjs [COUNT] [SEED] [FOLDER]`: random edits of our programs through everything that looks at programs without
// running them. Prints each kind of failure once and writes its program to FOLDER. The same seed makes the same edits.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setup } from "./setup.mjs";
import { cacheDir, root } from "./tree.mjs";

await setup();
const { bundleProgram } = await import("./bundle-program.mjs");

const [count = "10000", seed = "1", folder = ""] = process.argv.slice(2);
if (folder !== "") mkdirSync(folder, { recursive: true });
const outfile = join(cacheDir, "fuzz", "run.mjs");
await bundleProgram("test/fuzz/run.ts", outfile);
const done = spawnSync(process.execPath, ["--enable-source-maps", outfile, count, seed, folder], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = done.status ?? 1;
