import { describe, expect, test } from "vitest";
import { firstFault, type Trial } from "../../../eventlog/testing/trials.ts";
import { seededRandom } from "../../../eventlog/testing/workload.ts";
import { openFileEventLog } from "./event-log.ts";
import { Killed, PowerDisk } from "./testing/power.ts";

interface Trouble {
  readonly trouble: "kill" | "tear" | "error";
  readonly cutsPower: boolean;
}

/** `scripts/crash.mjs` asks for more. */
const seeds = (process.env.HARN_CRASH_SEEDS ?? "1,3").split(",").map(Number);
const length = Number(process.env.HARN_CRASH_LENGTH ?? "40");

const noLock = { acquire() {}, release() {}, close() {} };

/** A log on a disk that makes trouble at its step `at`. */
function onBadDisk(seed: number, at: number, { trouble, cutsPower }: Trouble): Trial {
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
  return {
    random,
    open: () => openFileEventLog({ folder: "/log", now: () => 0, disk, lock: noLock }),
    restart() {
      isArmed = false;
      if (cutsPower) disk.cutPower();
      else disk.restart();
    },
    steps: () => steps,
  };
}

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

  test("with any step of the disk failing once", async () => {
    expect(await faultOf({ trouble: "error", cutsPower: false })).toBe("none");
  });
});
