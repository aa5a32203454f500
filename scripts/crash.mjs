// `npm run crash -- [kills]`: the crash tests for longer than `npm test` has time for. Prints how much was survived.
import { spawnSync } from "node:child_process";
import { setup } from "./setup.mjs";
import { root } from "./tree.mjs";

await setup();
const kills = Number(process.argv[2] ?? "100");
if (!Number.isInteger(kills) || kills < 1) {
  console.error("usage: npm run crash -- [kills]   (a whole number, 100 if absent)");
  process.exit(2);
}
const seeds = Array.from({ length: Math.max(2, Math.ceil(kills / 10)) }, (_, index) => index + 1);
const env = {
  ...process.env,
  HARN_CRASH_KILLS: `${kills}`,
  HARN_CRASH_PROGRAM_KILLS: `${Math.max(3, Math.ceil(kills / 4))}`,
  HARN_CRASH_SEEDS: seeds.join(","),
  HARN_CRASH_LENGTH: "60",
};
const started = Date.now();
const vitest = [
  "node_modules/vitest/vitest.mjs",
  "run",
  "test/crash",
  "src/host/node/file-log/crash.test.ts",
  "src/host/node/sqlite/crash.test.ts",
];
const { status } = spawnSync(process.execPath, [...vitest, "--testTimeout", "3600000"], {
  cwd: root,
  env,
  stdio: "inherit",
});
const programs = 4 * Number(env.HARN_CRASH_PROGRAM_KILLS);
const seconds = Math.round((Date.now() - started) / 1000);
console.log(
  status === 0
    ? `survived ${2 * kills} kills of log writers, ${programs} of programs, and trouble at every disk step of ${seeds.length} histories (${seconds} s)`
    : `something was lost: see above (${seconds} s)`,
);
process.exit(status ?? 1);
