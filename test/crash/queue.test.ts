import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EventLog, sha256, verifyChain } from "../../src/eventlog/index.ts";
import { seededRandom } from "../../src/eventlog/testing/workload.ts";
import { claimsTopic } from "../../src/lifecycle/index.ts";
import { queueName, queueOn } from "./job-queue.ts";
import { bundled, lastWords } from "./killed-process.ts";
import { backends, openLog } from "./log.ts";

/** Kills per backend; `scripts/crash.mjs` asks for more. */
const kills = Number(process.env.HARN_CRASH_QUEUE_KILLS ?? "12");
/** Kills of one queue, two workers at a time. */
const lives = 6;
/** Between two lives: no claim of the first holds in the second. */
const hour = 3_600_000;

const folder = mkdtempSync(join(tmpdir(), "harn-crash-queue-"));
let program: Awaited<ReturnType<typeof bundled>>;
beforeAll(async () => {
  program = await bundled("work-queue");
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** What workers said: it must be there whatever happens. */
class Said {
  /** By job: the name of its event. */
  readonly put = new Map<number, string>();
  /** By claim: its job. */
  readonly claimed = new Map<string, number>();
  readonly acked = new Set<number>();

  hear(line: string): void {
    const [what, job = "", name = ""] = line.split(" ");
    if (what === "put") this.put.set(Number(job), name);
    else if (what === "claimed") this.claimed.set(name, Number(job));
    else this.acked.add(Number(job));
  }
}

/** What is wrong with a queue that was opened again; empty when nothing was lost. */
async function faultsOf(log: EventLog, said: Said, now: number): Promise<string[]> {
  const faults: string[] = [];
  for (const name of await log.topics())
    faults.push(...verifyChain(await log.readRange(name, undefined, 1_000_000), sha256));
  const jobs = new Map((await queueOn(log, () => now).jobs(queueName)).map((job) => [job.id, job]));
  for (const [id, name] of said.put)
    if ((jobs.get(id)?.event as { readonly id?: string } | undefined)?.id !== name) faults.push(`job ${id} is lost`);
  for (const id of said.acked) if (jobs.get(id)?.state !== "acked") faults.push(`the ack of job ${id} is lost`);
  const claims = new Set<unknown>();
  for (const { payload } of await log.readRange(claimsTopic(queueName), undefined, 1_000_000))
    claims.add((payload as { readonly claim_id?: string }).claim_id);
  for (const [claim, job] of said.claimed) {
    if (!claims.has(claim)) faults.push(`claim ${claim} of job ${job} is lost`);
    if (!jobs.has(job)) faults.push(`job ${job} was claimed, and is lost`);
  }
  return faults;
}

/** Once no claim holds any more, whatever was not acknowledged is handed out again, once, and nothing else is. */
async function expectHandedOut(log: EventLog, now: number): Promise<void> {
  const queue = queueOn(log, () => now);
  const open = (await queue.jobs(queueName)).filter(({ state }) => state !== "acked").map(({ id }) => id);
  const given: number[] = [];
  for (let claim = await queue.claimNext(queueName, "last", hour); claim; ) {
    given.push(claim.job.id);
    queue.ack(claim);
    claim = await queue.claimNext(queueName, "last", hour);
  }
  expect(given.sort((a, b) => a - b)).toEqual(open);
  expect(await queue.summary(queueName)).toMatchObject({ ready: 0, in_flight: 0 });
}

describe.each(backends)("a worker queue on a %s log, its workers killed", (backend) => {
  test(`loses no job, no claim and no ack that was told (${kills} kills)`, async () => {
    for (let round = 0; round * lives < kills; round++) {
      const path = join(folder, `${backend}-${round}`);
      const random = seededRandom(round);
      const said = new Said();
      for (let life = 0; life < lives; life += 2) {
        const workers = [0, 1].map((of) => {
          // The first queue is killed at one boundary after the other from its first on, later ones anywhere.
          const dies = round === 0 ? 1 + life * 2 + of * 3 : 1 + Math.floor(random() * 120);
          const seed = round * lives + life + of;
          return lastWords(program.path, [backend, path, `${seed}`, `${dies}`, `${life * hour}`, `w${of}`]);
        });
        const lines = await Promise.all(workers);
        const held = lines.map((of) =>
          of.filter((line) => line.startsWith("claimed")).map((line) => line.split(" ")[1]),
        );
        for (const line of lines.flat()) said.hear(line);
        const log = openLog(backend, path);
        const where = { backend, round, life };
        expect({ ...where, faults: await faultsOf(log, said, life * hour) }).toEqual({ ...where, faults: [] });
        expect({ ...where, both: held[0]?.filter((job) => held[1]?.includes(job)) }).toEqual({ ...where, both: [] });
        await log.close();
      }
      const log = openLog(backend, path);
      await expectHandedOut(log, lives * hour);
      await log.close();
    }
  });
});
