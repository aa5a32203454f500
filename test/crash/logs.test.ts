import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  brokenPromises,
  forgottenKeys,
  nothingPromised,
  type Promised,
  promisedFrom,
  seededRandom,
  tellPromised,
} from "../../src/eventlog/testing/workload.ts";
import { bundled, lastWords } from "./killed-process.ts";
import { backends, openLog } from "./log.ts";

/** Kills per backend; `scripts/crash.mjs` asks for more. */
const kills = Number(process.env.HARN_CRASH_KILLS ?? "6");
const lives = 3;
const folder = mkdtempSync(join(tmpdir(), "harn-crash-"));
let program: Awaited<ReturnType<typeof bundled>>;

beforeAll(async () => {
  program = await bundled("append-history");
});

afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** One life: what it told last, before it was killed. */
async function live(backend: string, path: string, seed: number, dies: number, promised: Promised): Promise<Promised> {
  const told = await lastWords(program.path, [backend, path, `${seed}`, `${dies}`, tellPromised(promised)]);
  const last = told.at(-1);
  return last === undefined ? promised : promisedFrom(last);
}

describe.each(backends)("a killed writer of a %s log", (backend) => {
  test(`loses nothing that was acknowledged, and tears nothing (${kills} kills)`, async () => {
    for (let round = 0; round * lives < kills; round++) {
      const path = join(folder, `${backend}-${round}`);
      const random = seededRandom(round);
      let promised = nothingPromised();
      for (let life = 0; life < lives; life++) {
        const dies = 1 + Math.floor(random() * 600);
        const told = await live(backend, path, round * lives + life, dies, promised);
        // A compaction that was not told may have happened all the same.
        promised = { ...told, compacted: new Map() };
        const log = openLog(backend, path);
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
  });
});
