// `npm run crash -- [kills]`: the crash tests for longer than `npm test` has time for. Prints how much was survived.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setup } from "./setup.mjs";
import { root } from "./tree.mjs";

await setup();
const kills = Number(process.argv[2] ?? "100");
if (!Number.isInteger(kills) || kills < 1) {
  console.error("usage: npm run crash -- [kills]   (a whole number, 100 if absent)");
  process.exit(2);
}
// Boundaries of recorded runs: of our own programs, and of the conformance suite (or of these folders of it alone).
const resumed = process.env.HARN_CRASH_FOLDERS?.split(",") ?? readdirSync(join(root, "conformance"));
const seeds = Array.from({ length: Math.max(2, Math.ceil(kills / 10)) }, (_, index) => index + 1);
const env = {
  ...process.env,
  HARN_CRASH_KILLS: `${kills}`,
  HARN_CRASH_QUEUE_KILLS: `${kills}`,
  HARN_CRASH_PROGRAM_KILLS: `${Math.max(3, Math.ceil(kills / 4))}`,
  HARN_CRASH_BOUNDARIES: `${kills}`,
  HARN_CRASH_FOLDERS: resumed.join(","),
  HARN_CRASH_SEEDS: seeds.join(","),
  HARN_CRASH_LENGTH: "60",
  HARN_CRASH_EVENTS: "100000",
};
const started = Date.now();
const vitest = [
  "node_modules/vitest/vitest.mjs",
  "run",
  "test/crash",
  "src/host/node/file-log/crash.test.ts",
  "src/host/node/sqlite/crash.test.ts",
  "src/host/node/sqlite/trouble.test.ts",
];
const { status } = spawnSync(process.execPath, [...vitest, "--testTimeout", "3600000", "--hookTimeout", "3600000"], {
  cwd: root,
  env,
  stdio: "inherit",
});
// Two logs, and as many programs as there are; a queue is always killed six times.
const queues = 2 * 6 * Math.ceil(kills / 6);
const histories = 2 * 3 * Math.ceil(kills / 3);
const programs = 2 * readdirSync(join(root, "test/crash/programs")).length * Number(env.HARN_CRASH_PROGRAM_KILLS);
const seconds = Math.round((Date.now() - started) / 1000);
console.log(
  status === 0
    ? `survived ${histories} kills of log writers, ${queues} of queue workers, ${programs} of programs, and trouble at every step of ${2 * seeds.length} histories (${seconds} s)`
    : `something was lost: see above (${seconds} s)`,
);
process.exit(status ?? 1);
