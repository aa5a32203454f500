// `node scripts/compare-tiers.mjs [count] [first seed]`: runs that many random programs in every tier of the VM and shows where
// one does something else than the others. `npm test` does the same with a few.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./tree.mjs";

const [count = "2000", seed = "0"] = process.argv.slice(2);
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const run = spawnSync(process.execPath, [vitest, "run", "src/vm/jit/random-programs.test.ts"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, HARN_RANDOM_PROGRAMS: count, HARN_RANDOM_SEED: seed },
});
process.exitCode = run.status ?? 1;
