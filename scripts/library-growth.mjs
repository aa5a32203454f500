// `npm run growth -- [FILTER [FROM [TO]]]`: calls every builtin and every method with inputs of 400 to 40,000, and with great numbers,
// and shows which grow faster than their input (a sort may take n log n) or take more time or memory than a small argument should cost.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundleProgram } from "./bundle-program.mjs";
import { inlineOpcodes } from "./inline-opcodes.mjs";
import { cacheDir, root } from "./tree.mjs";

const outfile = join(cacheDir, "library-growth.mjs");
mkdirSync(cacheDir, { recursive: true });
await bundleProgram(join("bench", "library-growth", "walk.ts"), outfile, { plugins: [inlineOpcodes] });

/** How long a call may say nothing before it counts as endless (others may use the machine, too), and what a process may take. */
const silence = 90_000;
const memory = 1500;

const [filter = "", from = "0", to = ""] = process.argv.slice(2);
let next = Number(from);
let finds = 0;
const report = (line) => {
  finds++;
  console.log(line);
};
while (next !== undefined) next = await walkFrom(next);
console.log(finds === 0 ? "nothing grows faster than its input" : `${finds} finds`);
process.exitCode = finds === 0 ? 0 : 1;

/** Where to go on: behind the call that ended the process, if one did. */
function walkFrom(from) {
  const child = spawn(process.execPath, [`--max-old-space-size=${memory}`, outfile, String(from), filter, to], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let at = { at: from, name: "?" };
  let isDone = false;
  let timer = setTimeout(() => child.kill("SIGKILL"), silence);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line);
    if (process.env.HARN_GROWTH_PROGRESS !== undefined && said.at % 1000 === 0)
      console.error(`${said.at} of ${said.of}`);
    clearTimeout(timer);
    if (said.done !== undefined) isDone = true;
    else timer = setTimeout(() => child.kill("SIGKILL"), silence);
    if (said.name !== undefined) at = said;
    if (said.fault !== undefined) report(`faults   ${said.found}: ${said.fault}`);
    if (said.times !== undefined) report(`grows    ${said.found}: ${said.times.join(", ")} ms`);
    if (said.took !== undefined) report(`takes    ${said.found}: ${said.took} ms, ${said.megabytes} MB`);
  });
  return new Promise((resolve) => {
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      if (isDone) return resolve(undefined);
      // Node's own status of a program that still waits when nothing can happen any more.
      const how = signal === "SIGKILL" ? "endless " : status === 13 ? "waits   " : "dies    ";
      report(`${how} ${at.name}`);
      resolve(at.at + 1);
    });
  });
}
