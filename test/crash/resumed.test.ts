import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { readSuite } from "../../src/cli/conformance/suite.ts";
import { sha256, verifyChain } from "../../src/eventlog/index.ts";
import { root } from "../architecture/imports.ts";
import { type Ended, Project } from "../cli/harn.ts";
import { dying } from "./killed-process.ts";
import { openLog } from "./log.ts";

/** Event boundaries per program; `scripts/crash.mjs` asks for more, and for the conformance programs of these folders as well. */
const boundaries = Number(process.env.HARN_CRASH_BOUNDARIES ?? "2");
const folders = (process.env.HARN_CRASH_FOLDERS ?? "").split(",").filter((name) => name !== "");

const own = join(root, "test", "crash", "recorded");
const programs = [
  ...readdirSync(own).map((name) => join(own, name)),
  ...readSuite(join(root, "conformance"), undefined)
    .filter(({ name }) => folders.includes(dirname(name)))
    .map(({ file }) => file),
];

const tally = { kills: 0, resumed: 0, doubts: 0 };
afterAll(() => {
  if (folders.length > 0)
    console.log(`recorded runs: ${tally.kills} kills, ${tally.resumed} gone on with, ${tally.doubts} doubts named`);
});

const projects: Project[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

/** A folder with the program, with what lies beside it under its name, and with the modules that programs share. */
function projectWith(file: string): Project {
  const project = new Project();
  projects.push(project);
  const stem = basename(file, ".harn");
  for (const name of readdirSync(dirname(file)))
    if (name === "lib" || name.startsWith(`${stem}.`))
      cpSync(join(dirname(file), name), join(project.folder, name), { recursive: true });
  return project;
}

function recordingOf({ folder }: Project): string {
  const name = readdirSync(join(folder, ".harn-runs")).find((each) => each.endsWith(".effects.jsonl"));
  return join(folder, ".harn-runs", name ?? "");
}

/** How many events of each kind the log holds; all chains of hashes must hold. */
async function eventKinds({ folder }: Project): Promise<Readonly<Record<string, number>>> {
  const path = join(folder, ".harn", "events.sqlite");
  const counts: Record<string, number> = {};
  if (!existsSync(path)) return counts;
  const log = openLog("sqlite", path);
  for (const name of await log.topics()) {
    const events = await log.readRange(name, undefined, 100_000);
    expect(verifyChain(events, sha256)).toEqual([]);
    for (const { kind } of events) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  await log.close();
  return counts;
}

/** So many whole numbers from 2 to `last`, spread. The first event tells of the start, and nothing has happened there. */
function spread(last: number, count: number): readonly number[] {
  const step = Math.max(1, (last - 1) / count);
  const wanted = Array.from({ length: Math.min(count, last - 1) }, (_, at) => 2 + Math.floor(at * step));
  return [...new Set(wanted)];
}

interface Whole {
  readonly ended: Ended;
  readonly kinds: Readonly<Record<string, number>>;
  readonly events: number;
}

/** Absent where there is nothing to go on with: what does not compile is not recorded. */
async function uninterrupted(file: string, run: readonly string[]): Promise<Whole | undefined> {
  const project = projectWith(file);
  const ended = await project.harn(...run);
  if (!existsSync(join(project.folder, ".harn-runs"))) return undefined;
  const events = readFileSync(recordingOf(project), "utf8").split("\n").length - 1;
  return { ended, kinds: await eventKinds(project), events };
}

/** Kills the run at a write of its recording, goes on with it, and compares with one that nobody killed. */
async function killedAt(point: string, file: string, run: readonly string[], whole: Whole): Promise<void> {
  const project = projectWith(file);
  const killed = await project.harnWith(dying({ HARN_DIE_AT: point }), ...run);
  expect(whole.ended.stdout.startsWith(killed.stdout)).toBe(true);
  tally.kills++;
  const id = basename(recordingOf(project), ".effects.jsonl");
  const recording = readFileSync(recordingOf(project), "utf8");
  // How often the disk is met differs from run to run: this one was over already.
  if (recording.includes('"kind":"end"')) return;
  const ended = await project.harn("run", "--resume", id);
  if (ended.stderr.includes("--in-doubt")) {
    tally.doubts++;
    return expectDoubtNamed(ended, recording);
  }
  tally.resumed++;
  expect(ended).toMatchObject({ status: whole.ended.status, stdout: whole.ended.stdout });
  expect(await eventKinds(project)).toEqual(whole.kinds);
  const replayed = await project.harn("replay", "--program", id);
  expect(replayed).toMatchObject({ status: 0, stdout: whole.ended.stdout });
}

/** What may have happened or not is named, as it was to be told of right before. */
function expectDoubtNamed({ status, stderr }: Ended, recording: string): void {
  expect(status).toBe(1);
  const wholeLines = recording.slice(0, recording.lastIndexOf("\n")).split("\n");
  const last = JSON.parse(wholeLines.at(-1) ?? "") as { readonly entries: readonly (readonly unknown[])[] };
  const begun = last.entries.flatMap((entry) => entry.filter((part) => typeof part === "string" && part.includes(".")));
  expect(begun.some((operation) => stderr.includes(String(operation)))).toBe(true);
}

describe.each(programs.map((file) => [basename(file, ".harn"), file] as const))("the recorded run of %s", (_, file) => {
  test(`goes on at ${boundaries} of its event boundaries, and behind as many torn events, as if nothing had been`, async () => {
    const mock = file.replace(/\.harn$/, ".llm-mock.jsonl");
    const models = existsSync(mock) ? ["--llm-mock", basename(mock)] : [];
    const run = ["run", "--record", ...models, basename(file)];
    const whole = await uninterrupted(file, run);
    if (whole === undefined) return;
    for (const at of spread(whole.events, boundaries))
      for (const how of ["done", "torn"]) await killedAt(`${how}:${at}`, file, run, whole);
  });
});
