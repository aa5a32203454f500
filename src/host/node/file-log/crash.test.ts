import { describe, expect, test } from "vitest";
import { type EventLog, sha256, topic, verifyChain } from "../../../eventlog/index.ts";
import { firstFault, type Trial } from "../../../eventlog/testing/trials.ts";
import { seededRandom } from "../../../eventlog/testing/workload.ts";
import { openFileEventLog } from "./event-log.ts";
import { Killed, PowerDisk } from "./testing/power.ts";

interface Trouble {
  readonly trouble: "kill" | "tear" | "error";
  readonly cutsPower: boolean;
  /** How many processes run into it, one after the other; one if absent. */
  readonly lives?: number;
}

/** `scripts/crash.mjs` asks for more. */
const seeds = (process.env.HARN_CRASH_SEEDS ?? "1,3").split(",").map(Number);
const length = Number(process.env.HARN_CRASH_LENGTH ?? "40");

const noLock = { acquire() {}, release() {}, close() {} };

/** A log on a disk that makes trouble at its step `at`. */
function onBadDisk(seed: number, first: number, { trouble, cutsPower, lives = 1 }: Trouble): Trial {
  const random = seededRandom(seed);
  let steps = 0;
  let isArmed = true;
  let at = first;
  let life = 1;
  let stepsOfFirst: number | undefined;
  const disk = new PowerDisk({
    random,
    beforeStep(step) {
      if (!isArmed || ++steps < at || (trouble === "tear" && step === "write")) return;
      if (trouble === "error" && steps > at) return;
      throw trouble === "error" ? new Error("EIO: i/o error") : new Killed();
    },
    tornAt: (length) => (isArmed && trouble === "tear" && steps >= at ? Math.floor(random() * length) : undefined),
  });
  return {
    random,
    open: () => openFileEventLog({ folder: "/log", now: () => 0, disk, lock: noLock }),
    lives,
    restart() {
      stepsOfFirst ??= steps;
      isArmed = ++life <= lives;
      // The next process may be at its first steps, which mend what the last one left.
      at = steps + 1 + Math.floor(random() ** 2 * 40);
      if (cutsPower) disk.cutPower();
      else disk.restart();
    },
    steps: () => stepsOfFirst ?? steps,
  };
}

/** `scripts/crash.mjs` asks for more. */
const events = Number(process.env.HARN_CRASH_EVENTS ?? "2000");

test("a long log whose disk loses its power again and again keeps what was acknowledged", async () => {
  const random = seededRandom(events);
  const orders = topic("orders");
  let left = Number.POSITIVE_INFINITY;
  const disk = new PowerDisk({
    random,
    beforeStep() {
      if (--left < 0) throw new Killed();
    },
    tornAt: () => undefined,
  });
  const open = (): EventLog => openFileEventLog({ folder: "/log", now: () => 0, disk, lock: noLock });
  let log = open();
  for (let done = 0; done < events; done += 1_000) {
    for (let n = 0; n < 1_000; n++) log.append(orders, { kind: "k", payload: "x".repeat(Math.floor(random() * 300)) });
    log.durableNow();
  }
  let acknowledged = events;
  for (let life = 0; life < 40; life++) {
    left = 1 + Math.floor(random() * 30);
    try {
      for (;;) {
        for (let n = 0; n < 50; n++) log.append(orders, { kind: "k", payload: "y".repeat(Math.floor(random() * 300)) });
        log.durableNow();
        acknowledged = (await log.latest(orders)) ?? 0;
      }
    } catch {
      await log.close().catch(() => {});
    }
    left = Number.POSITIVE_INFINITY;
    disk.cutPower();
    log = open();
    const last = (await log.latest(orders)) ?? 0;
    expect(last).toBeGreaterThanOrEqual(acknowledged);
    const tail = await log.readRange(orders, last - 600, 600);
    expect(tail.map(({ id }) => id)).toEqual(Array.from({ length: 600 }, (_, at) => last - 599 + at));
    expect(verifyChain(tail, sha256, tail[0]?.headers["harn.provenance.prev_hash"])).toEqual([]);
    acknowledged = last;
  }
  const all = await log.readRange(orders, undefined, Number.MAX_SAFE_INTEGER);
  expect([all.length, verifyChain(all, sha256)]).toEqual([acknowledged, []]);
  await log.close();
});

describe.each(seeds)("history %d of a file log keeps its promises", (seed) => {
  const faultOf = (trouble: Trouble) => firstFault((at) => onBadDisk(seed, at, trouble), length);

  test("killed at any step of the disk", async () => {
    expect(await faultOf({ trouble: "kill", cutsPower: false })).toBe("none");
  });

  test("killed in the middle of any write", async () => {
    expect(await faultOf({ trouble: "tear", cutsPower: false })).toBe("none");
  });

  test("without power from any step on", async () => {
    expect(await faultOf({ trouble: "kill", cutsPower: true })).toBe("none");
  });

  test("killed at any step, and again soon after", async () => {
    expect(await faultOf({ trouble: "kill", cutsPower: false, lives: 3 })).toBe("none");
  });

  test("killed in the middle of any write, and again soon after", async () => {
    expect(await faultOf({ trouble: "tear", cutsPower: false, lives: 3 })).toBe("none");
  });

  test("without power from any step on, and again soon after", async () => {
    expect(await faultOf({ trouble: "kill", cutsPower: true, lives: 3 })).toBe("none");
  });

  test("with any step of the disk failing once", async () => {
    expect(await faultOf({ trouble: "error", cutsPower: false })).toBe("none");
  });
});
