// `node scripts/replays.mjs [SUITE] [TEXT]`: records each program of a suite (`conformance/` if none is named; those with TEXT in their
// path) with the built command, and replays the recording alone in an empty folder. What `harn run --json` and `harn replay --json`
// print has to be the same byte for byte. Programs that differ, and those that leave no recording, are named with the reason.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { setup } from "./setup.mjs";
import { root } from "./tree.mjs";

await setup();
const suite = resolve(process.argv[2] ?? join(root, "conformance"));
const text = process.argv[3] ?? "";
const cli = join(root, "dist", "cli.cjs");
const caches = mkdtempSync(join(tmpdir(), "harn-replays-"));

/** Programs with an expectation beside them; the others are modules. */
function programs() {
  const files = readdirSync(suite, { recursive: true }).filter((name) => name.endsWith(".harn") && name.includes(text));
  const isProgram = (name) =>
    ["expected", "error", "lint"].some((kind) => existsSync(join(suite, name.replace(/harn$/, kind))));
  return files.filter(isProgram).sort();
}

function harn(cwd, ...args) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NO_COLOR: "1", HARN_CACHE_DIR: join(caches, "compiled") };
  const child = spawn(process.execPath, [cli, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = { status: null, stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (part) => (ended[stream] += part));
  return new Promise((done) => child.once("close", (status) => done({ ...ended, status })));
}

/** The program in a folder of its own, with what lies beside it under its name, and with the modules that programs share. */
function layOut(name, folder) {
  const [beside, stem] = [join(suite, dirname(name)), basename(name, ".harn")];
  mkdirSync(folder, { recursive: true });
  for (const each of readdirSync(beside))
    if (each === "lib" || each.startsWith(`${stem}.`))
      cpSync(join(beside, each), join(folder, each), { recursive: true });
  return existsSync(join(folder, `${stem}.llm-mock.jsonl`)) ? ["--llm-mock", `${stem}.llm-mock.jsonl`] : [];
}

/** Why a program did not replay, and whether that is a fault; absent when it did. */
async function exceptionOf(name) {
  const place = mkdtempSync(join(caches, "run-"));
  const there = join(place, "there");
  const elsewhere = join(place, "elsewhere");
  try {
    const models = layOut(name, there);
    const first = await harn(there, "run", "--record", "--json", "--no-sandbox", ...models, basename(name));
    const runs = join(there, ".harn-runs");
    const recording = existsSync(runs) ? readdirSync(runs).find((each) => each.endsWith(".effects.jsonl")) : undefined;
    if (recording === undefined) return { isFault: false, reason: `not recorded: ${problemOf(first)}` };
    mkdirSync(elsewhere);
    cpSync(join(runs, recording), join(elsewhere, recording));
    rmSync(there, { recursive: true });
    const second = await harn(elsewhere, "replay", "--program", "--json", recording);
    if (second.status !== 0) return { isFault: true, reason: second.stderr.trim() || `status ${second.status}` };
    return first.stdout === second.stdout
      ? undefined
      : { isFault: true, reason: difference(first.stdout, second.stdout) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** What `harn run --json` says of a program that it does not run. */
function problemOf({ status, stdout, stderr }) {
  const last = stdout.trim().split("\n").at(-1) ?? "";
  try {
    const { error, data } = JSON.parse(last);
    return String((error ?? data?.error)?.message ?? last).split("\n")[0];
  } catch {
    return (stderr.trim() || last || `status ${status}`).split("\n")[0];
  }
}

function difference(one, two) {
  const [left, right] = [one.split("\n"), two.split("\n")];
  const at = left.findIndex((line, index) => line !== right[index]);
  const line = at === -1 ? left.length : at;
  return `line ${line + 1}: recorded ${left[line] ?? "nothing"}, replayed ${right[line] ?? "nothing"}`;
}

const names = programs();
const waiting = [...names];
const exceptions = [];
async function worker() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const exception = await exceptionOf(name);
    if (exception !== undefined) exceptions.push({ name, ...exception });
  }
}
const started = Date.now();
await Promise.all(Array.from({ length: availableParallelism() }, worker));
rmSync(caches, { recursive: true, force: true });

for (const { name, reason } of exceptions.sort((one, two) => (one.name < two.name ? -1 : 1)))
  console.log(`${name}: ${reason}`);
const faults = exceptions.filter(({ isFault }) => isFault).length;
const recorded = names.length - exceptions.length + faults;
const seconds = Math.round((Date.now() - started) / 1000);
console.log(
  `${recorded - faults} of ${recorded} recorded programs of ${relative(process.cwd(), suite) || "."} replay byte for byte; ${names.length - recorded} of ${names.length} are not recorded (${seconds} s)`,
);
process.exitCode = faults === 0 && names.length > 0 ? 0 : 1;
