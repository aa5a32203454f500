import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EventLog, sha256, topic, verifyChain } from "../../src/eventlog/index.ts";
import { seededRandom } from "../../src/eventlog/testing/workload.ts";
import { openFileEventLog } from "../../src/host/node/file-log/event-log.ts";
import { openSqliteEventLog } from "../../src/host/node/sqlite/event-log.ts";
import { root } from "../architecture/imports.ts";
import { builtCli, Project } from "../cli/harn.ts";

/** Kills per program and backend; `scripts/crash.mjs` asks for more. */
const kills = Number(process.env.HARN_CRASH_PROGRAM_KILLS ?? "3");

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

function openLog(backend: string): EventLog {
  const state = join(project.folder, ".harn");
  const now = Date.now;
  if (backend === "file") return openFileEventLog({ folder: join(state, "events"), now });
  return openSqliteEventLog({ path: join(state, "events.sqlite"), now });
}

function stateFile(name: string): Record<string, unknown> {
  const path = join(project.folder, ".harn", name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>) : {};
}

/** The last number and event id that were said must be found; whatever else is there must be whole. */
const checks: Record<string, (log: EventLog, n: number, id: number) => Promise<void>> = {
  async state(log, n, id) {
    const events = await log.readRange(topic("steps"), undefined, 100_000);
    expect(events.length).toBeGreaterThanOrEqual(id);
    expect(events[id - 1]?.payload).toMatchObject({ n });
    expect(verifyChain(events, sha256)).toEqual([]);
    expect(stateFile("store.json").round).toBeGreaterThanOrEqual(n);
    const last = n - (n % 7);
    if (last > 0) expect(stateFile("checkpoints/state.json")[`at-${last % 21}`]).toBeGreaterThanOrEqual(last);
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
};

describe.each(Object.keys(checks))("the program %s", (name) => {
  test.each(["sqlite", "file"])(
    `killed again and again, finds everything that it said there (${kills} kills, %s)`,
    async (backend) => {
      project.write(`${name}.harn`, readFileSync(join(root, "test", "crash", "programs", `${name}.harn`)));
      const random = seededRandom(name.length);
      for (let life = 0; life < kills; life++) {
        const line = await killAfter(`${name}.harn`, backend, 1 + Math.floor(random() * 30), Math.floor(random() * 8));
        const [n = 0, id = 0] = line.split(" ").map(Number);
        expect(n).toBeGreaterThan(0);
        const log = openLog(backend);
        await checks[name]?.(log, n, id);
        await log.close();
      }
    },
    60_000 + kills * 5_000,
  );
});
