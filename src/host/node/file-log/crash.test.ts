import { describe, expect, test } from "vitest";
import type { EventLog } from "../../../eventlog/index.ts";
import {
  brokenPromises,
  forgottenKeys,
  nothingPromised,
  type Promised,
  runWorkload,
  seededRandom,
} from "../../../eventlog/testing/workload.ts";
import { openFileEventLog } from "./event-log.ts";
import { Killed, PowerDisk } from "./testing/power.ts";

interface Trial {
  readonly seed: number;
  /** At which step of the disk the trouble begins, and what it is. */
  readonly at: number;
  readonly trouble: "kill" | "tear" | "error";
  readonly cutsPower: boolean;
}

/** `scripts/crash.mjs` asks for more. */
const seeds = (process.env.HARN_CRASH_SEEDS ?? "1,3").split(",").map(Number);
const length = Number(process.env.HARN_CRASH_LENGTH ?? "40");

const noLock = { acquire() {}, release() {}, close() {} };

/** Runs a history into the trouble, opens the log again, and says what was lost. */
async function faultsOf({
  seed,
  at,
  trouble,
  cutsPower,
}: Trial): Promise<{ readonly faults: string[]; readonly steps: number }> {
  const random = seededRandom(seed);
  let steps = 0;
  let isArmed = true;
  const disk = new PowerDisk({
    random,
    beforeStep(step) {
      if (!isArmed || ++steps < at || (trouble === "tear" && step === "write")) return;
      if (trouble === "error" && steps > at) return;
      throw trouble === "error" ? new Error("EIO: i/o error") : new Killed();
    },
    tornAt: (length) => (isArmed && trouble === "tear" && steps >= at ? Math.floor(random() * length) : undefined),
  });
  const open = (): EventLog => openFileEventLog({ folder: "/log", now: () => 0, disk, lock: noLock });
  const promised: Promised = nothingPromised();
  const log = await attempt(open);
  if (log !== undefined) await attempt(() => runWorkload(log, promised, { random, steps: length, compacts: true }));
  await attempt(() => log?.close());
  isArmed = false;
  if (cutsPower) disk.cutPower();
  else disk.restart();
  const again = open();
  const faults = [...(await brokenPromises(again, promised)), ...(await forgottenKeys(again, promised))];
  // It must be of use, too.
  await runWorkload(again, promised, { random, steps: 20, compacts: false });
  await again.durable();
  faults.push(...(await brokenPromises(again, promised)));
  await again.close();
  return { faults, steps };
}

async function attempt<T>(body: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch {
    return undefined;
  }
}

/** Trouble at every step of the history, one after the other. */
async function firstFault(trial: Omit<Trial, "at">): Promise<unknown> {
  for (let at = 1; ; at++) {
    const { faults, steps } = await faultsOf({ ...trial, at });
    if (faults.length > 0) return { at, faults };
    if (steps < at) return "none";
  }
}

describe.each(seeds)("history %d of a file log keeps its promises", (seed) => {
  test("killed at any step of the disk", async () => {
    expect(await firstFault({ seed, trouble: "kill", cutsPower: false })).toBe("none");
  });

  test("killed in the middle of any write", async () => {
    expect(await firstFault({ seed, trouble: "tear", cutsPower: false })).toBe("none");
  });

  test("without power from any step on", async () => {
    expect(await firstFault({ seed, trouble: "kill", cutsPower: true })).toBe("none");
  });

  test("with any step of the disk failing once", async () => {
    expect(await firstFault({ seed, trouble: "error", cutsPower: false })).toBe("none");
  });
});
