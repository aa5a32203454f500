// `npm start`: from a bare clone to the main job, the code report, in one command. Arguments after `--` go to the program.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setup } from "./setup.mjs";
import { root } from "./tree.mjs";

const program = "examples/code-report/main.harn";
const command = join("dist", "cli.js");

await setup();
for (const needed of [program, command]) {
  if (existsSync(join(root, needed))) continue;
  console.error(`npm start runs ${program} with ${command}, and ${needed} is missing from this tree.`);
  process.exit(1);
}
const args = [join(root, command), "run", program, "--", ...process.argv.slice(2)];
const done = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
process.exit(done.status ?? 1);
