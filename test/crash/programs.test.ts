import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EventLog, type Json, sha256, topic, verifyChain } from "../../src/eventlog/index.ts";
import { seededRandom } from "../../src/eventlog/testing/workload.ts";
import { root } from "../architecture/imports.ts";
import { builtCli, Project } from "../cli/harn.ts";
import { queueName, queueOn } from "./job-queue.ts";
import { backends, openLog } from "./log.ts";

/** Kills per program and backend; `scripts/crash.mjs` asks for more. */
const kills = Number(process.env.HARN_CRASH_PROGRAM_KILLS ?? "2");

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

/** Runs the program until it has said that many lines, a little longer, and kills it. Gives its last whole line. */
async function killAfter(name: string, backend: string, lines: number, delayMs: number): Promise<string> {
  const cli = await builtCli();
  const env = { ...process.env, HARN_EVENT_LOG_BACKEND: backend, HOME: project.folder };
  const child = spawn(process.execPath, [cli, "run", name], {
    cwd: project.folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split("\n").length > lines) setTimeout(() => child.kill("SIGKILL"), delayMs);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") resolve(output.split("\n").slice(0, -1).at(-1) ?? "");
      else reject(new Error(`${name} ended by itself with ${code}: ${errors}`));
    });
  });
}

function stateLog(backend: string): EventLog {
  return openLog(backend, join(project.folder, ".harn", backend === "file" ? "events" : "events.sqlite"));
}

function stateFile(name: string): Record<string, unknown> {
  const path = join(project.folder, ".harn", name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>) : {};
}

function highest(file: Record<string, unknown>, prefix: string): number {
  const keys = Object.keys(file).filter((key) => key.startsWith(prefix));
  return Math.max(0, ...keys.map((key) => Number(key.slice(prefix.length))));
}

/** A program keeps three values; a file may be written between any two of its calls, so before the one that forgets a fourth. */
function expectLastThree(
  file: Record<string, unknown>,
  prefix: string,
  last: number,
  value: (of: number) => Json,
): void {
  const there = new Set(Object.keys(file).filter((key) => key.startsWith(prefix)));
  const due = [last - 2, last - 1, last].filter((of) => of > 0);
  for (const of of due) expect(file[`${prefix}${of}`]).toEqual(value(of));
  for (const of of [...due, last - 3]) there.delete(`${prefix}${of}`);
  expect([...there]).toEqual([]);
}

/** The last number and event id that were said must be found; whatever else is there must be whole. */
const checks: Record<string, (log: EventLog, n: number, id: number) => Promise<void>> = {
  async state(log, n, id) {
    const events = await log.readRange(topic("steps"), undefined, 100_000);
    expect(events.length).toBeGreaterThanOrEqual(id);
    expect(events[id - 1]?.payload).toMatchObject({ n });
    expect(verifyChain(events, sha256)).toEqual([]);
    const store = stateFile("store.json");
    const saved = stateFile("checkpoints/state.json");
    expect(store.round).toBeGreaterThanOrEqual(n);
    expectLastThree(store, "item-", highest(store, "item-"), (of) => ({ n: of }));
    expectLastThree(saved, "done-", highest(saved, "done-"), (of) => of);
    expect(Math.min(highest(store, "item-"), highest(saved, "done-"))).toBeGreaterThanOrEqual(n);
    const last = n - (n % 7);
    if (last > 0) expect(saved[`at-${last % 21}`]).toBeGreaterThanOrEqual(last);
  },
  async waits(log, n, id) {
    const events = await log.readRange(topic("channels.tenant.default.done"), undefined, 100_000);
    expect(events[id - 1]?.payload).toMatchObject({ id: `done-${n}`, payload: { n, value: n * 2 } });
    expect(events.map((event) => event.id)).toEqual(events.map((_, at) => at + 1));
    const [, completed] = await log.readRange(topic(`waitpoint.state.w-${n}`), undefined, 9);
    expect(completed?.payload).toMatchObject({ status: "completed", value: n * 2 });
    for (const name of await log.topics())
      expect(verifyChain(await log.readRange(name, undefined, 100_000), sha256)).toEqual([]);
  },
  async jobs(log, n, id) {
    const jobs = await queueOn(log, () => 0).jobs(queueName);
    expect(id).toBe(n);
    expect(jobs.length).toBeGreaterThanOrEqual(n);
    for (const [at, job] of jobs.entries())
      expect(job).toMatchObject({ id: at + 1, state: "waiting", event: { id: `evt-${at + 1}` } });
  },
  async records(_log, n, first) {
    const folder = join(project.folder, ".harn-runs");
    const found = new Map<string, number>();
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
      const { id, status, metadata } = JSON.parse(readFileSync(join(folder, name), "utf8")) as SavedRun;
      expect({ name, status, text: metadata.text.length }).toEqual({
        name: `${id}.json`,
        status: "completed",
        text: 5000,
      });
      found.set(id, metadata.n);
    }
    for (let of = Math.max(first, n - 4); of <= n; of++) expect(found.get(`run-${of % 5}`)).toBeGreaterThanOrEqual(of);
  },
};

interface SavedRun {
  readonly id: string;
  readonly status: string;
  readonly metadata: { readonly n: number; readonly text: string };
}

describe.each(Object.keys(checks))("the program %s", (name) => {
  test.each(backends)(
    `killed again and again, finds everything that it said there (${kills} kills, %s)`,
    async (backend) => {
      project.write(`${name}.harn`, readFileSync(join(root, "test", "crash", "programs", `${name}.harn`)));
      const random = seededRandom(name.length);
      for (let life = 0; life < kills; life++) {
        const line = await killAfter(`${name}.harn`, backend, 1 + Math.floor(random() * 30), Math.floor(random() * 8));
        const [n = 0, id = 0] = line.split(" ").map(Number);
        expect(n).toBeGreaterThan(0);
        const log = stateLog(backend);
        await checks[name]?.(log, n, id);
        await log.close();
      }
    },
  );
});

describe.each(["sqlite", "file"])("a file system that takes no more, %s", (backend) => {
  test("ends the run in words, and keeps everything that was said", async () => {
    project.write(
      "fill.harn",
      `pipeline main() {
  for i in 1 to 20000 {
    event_log.emit("steps", "tick", {n: i, text: "x" * 100})
    if i % 50 == 0 { harness.stdio.println("\${i}") }
  }
}
`,
    );
    // Files may grow to half a megabyte, as if the disk were full then.
    const limit = `trap '' XFSZ; ulimit -f 512; export HARN_EVENT_LOG_BACKEND=${backend}`;
    const { status, stderr, stdout } = await project.shell(`${limit}; harn run fill.harn`);
    expect(status).toBe(1);
    expect(stderr).toMatch(/\nerror: event log (?:commit|insert) error: .*\n$/);
    const said = Number(stdout.trimEnd().split("\n").at(-1));
    expect(said).toBeGreaterThan(0);
    const log = stateLog(backend);
    const events = await log.readRange(topic("steps"), undefined, 100_000);
    expect(events.length).toBeGreaterThanOrEqual(said);
    expect(verifyChain(events, sha256)).toEqual([]);
    expect(log.append(topic("steps"), { kind: "again", payload: null })).toBe(events.length + 1);
    await log.close();
  });
});
