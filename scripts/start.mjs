// `npm start`: from a bare clone to the main job, the code report, in one command. Arguments after `--` go to the program.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { setup } from "./setup.mjs";
import { root } from "./tree.mjs";

const program = "examples/code-report/main.harn";
const command = join("dist", "cli.cjs");

await setup();
for (const needed of [program, command]) {
  if (existsSync(join(root, needed))) continue;
  console.error(`npm start runs ${program} with ${command}, and ${needed} is missing from this tree.`);
  process.exit(1);
}
// Without a key for a real model, its turns come from a recording; the tools run on the real files all the same.
const hasModel = Boolean(process.env.ANTHROPIC_API_KEY || process.env.OPENAI_API_KEY);
const recorded = join("examples", "code-report", "recorded.llm-mock.jsonl");
const options = hasModel ? [] : ["--llm-mock", recorded];
// The recording plays the part of no provider in particular.
if (!hasModel) process.env.HARN_LLM_PROVIDER = "mock";
// A folder outside of this one is read because it was asked for; nothing there is written.
const folder = process.argv[2];
if (folder !== undefined && relative(root, resolve(root, folder)).startsWith("..")) options.push("--read", folder);
const args = [join(root, command), "run", ...options, program, "--", ...process.argv.slice(2)];
const done = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
process.exit(done.status ?? 1);
