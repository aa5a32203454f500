// `npm run bench -- [name ...]`: bundles bench/*.bench.ts and runs them one after the other, each in a process of its own.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inlineOpcodes } from "./inline-opcodes.mjs";
import { setup } from "./setup.mjs";
import { cacheDir, root } from "./tree.mjs";

await setup();
const { bundleProgram } = await import("./bundle-program.mjs");

const suffix = ".bench.ts";
const wanted = process.argv.slice(2);
const known = readdirSync(join(root, "bench"))
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length))
  .sort();
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(", ")}; known are ${known.join(", ") || "none"}`);
  process.exit(2);
}

// Inside the tree, so that the bundles find the packages they leave outside.
const out = join(cacheDir, "bench");
mkdirSync(out, { recursive: true });
let failed = false;
for (const name of wanted.length > 0 ? wanted : known) {
  const outfile = join(out, `${name}.mjs`);
  await bundleProgram(join("bench", name + suffix), outfile, { plugins: [inlineOpcodes] });
  console.log(`\n${name}`);
  const done = spawnSync(process.execPath, ["--enable-source-maps", "--expose-gc", outfile], {
    cwd: root,
    stdio: "inherit",
  });
  failed ||= done.status !== 0;
}
process.exitCode = failed ? 1 : 0;
