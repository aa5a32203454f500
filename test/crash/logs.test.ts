import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventLog } from "../../src/eventlog/index.ts";
import {
  brokenPromises,
  forgottenKeys,
  nothingPromised,
  type Promised,
  promisedFrom,
  seededRandom,
  tellPromised,
} from "../../src/eventlog/testing/workload.ts";
import { openFileEventLog } from "../../src/host/node/file-log/event-log.ts";
import { openSqliteEventLog } from "../../src/host/node/sqlite/event-log.ts";
import { root } from "../architecture/imports.ts";

/** Kills per backend; `scripts/crash.mjs` asks for more. */
const kills = Number(process.env.HARN_CRASH_KILLS ?? "6");
const lives = 3;
const folder = mkdtempSync(join(tmpdir(), "harn-crash-"));
// Inside the tree, so that the bundle finds the driver.
const programFolder = join(root, "node_modules", ".cache", "harn", "crash");
const program = join(programFolder, `append-history-${process.pid}.mjs`);

beforeAll(async () => {
  mkdirSync(programFolder, { recursive: true });
  await build({
    entryPoints: [join(root, "test", "crash", "append-history.ts")],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
  });
});

afterAll(() => {
  rmSync(program, { force: true });
  rmSync(folder, { recursive: true, force: true });
});

type Backend = "file" | "sqlite";

/** One life: what it told last, before it was killed. */
function live(backend: Backend, path: string, seed: number, dies: number, promised: Promised): Promise<Promised> {
  return new Promise((resolve, reject) => {
    const args = [program, backend, path, `${seed}`, `${dies}`, tellPromised(promised)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal !== "SIGKILL") return reject(new Error(`the process ended by itself with ${code}`));
      const last = output.split("\n").slice(0, -1).at(-1);
      resolve(last === undefined ? promised : promisedFrom(last));
    });
  });
}

function open(backend: Backend, path: string): EventLog {
  const now = Date.now;
  return backend === "file" ? openFileEventLog({ folder: path, now }) : openSqliteEventLog({ path, now });
}

describe.each<Backend>(["sqlite", "file"])("a killed writer of a %s log", (backend) => {
  test(
    `loses nothing that was acknowledged, and tears nothing (${kills} kills)`,
    async () => {
      for (let round = 0; round * lives < kills; round++) {
        const path = join(folder, `${backend}-${round}`);
        const random = seededRandom(round);
        let promised = nothingPromised();
        for (let life = 0; life < lives; life++) {
          const dies = 1 + Math.floor(random() * 600);
          const told = await live(backend, path, round * lives + life, dies, promised);
          // A compaction that was not told may have happened all the same.
          promised = { ...told, compacted: new Map() };
          const log = open(backend, path);
          for (const name of await log.topics()) {
            const [first] = await log.readRange(name, undefined, 1);
            if (first !== undefined && first.id > 1) promised.compacted.set(name, first.id - 1);
          }
          const where = { backend, round, life, dies };
          expect({ ...where, faults: await brokenPromises(log, promised) }).toEqual({ ...where, faults: [] });
          expect({ ...where, faults: await forgottenKeys(log, promised) }).toEqual({ ...where, faults: [] });
          await log.close();
        }
      }
    },
    20_000 + kills * 2_000,
  );
});
