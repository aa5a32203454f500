// Trouble at every step of a history, one after the other, and what the log holds afterwards: for any backend.
import type { EventLog } from "../index.ts";
import { brokenPromises, forgottenKeys, nothingPromised, runWorkload } from "./workload.ts";

/** A fresh log whose store makes trouble at one of its steps. */
export interface Trial {
  readonly random: () => number;
  readonly open: () => EventLog;
  /** The process is gone. After the last life there is no trouble any more. */
  readonly restart: () => void;
  /** How many processes run into trouble, one after the other; one if absent. */
  readonly lives?: number;
  /** How many steps the store has taken so far. */
  readonly steps: () => number;
}

/** "none", or the first step at which trouble cost something, and what. */
export async function firstFault(prepare: (at: number) => Trial, length: number): Promise<unknown> {
  for (let at = 1; ; at++) {
    const trial = prepare(at);
    const faults = await faultsOf(trial, length);
    if (faults.length > 0) return { at, faults };
    if (trial.steps() < at) return "none";
  }
}

/** Runs a history into the trouble, opens the log again, and says what was lost. */
async function faultsOf({ random, open, restart, lives = 1 }: Trial, length: number): Promise<string[]> {
  const promised = nothingPromised();
  for (let life = 1; life <= lives; life++) {
    const log = await attempt(open);
    if (log !== undefined) await attempt(() => runWorkload(log, promised, { random, steps: length, compacts: true }));
    await attempt(() => log?.close());
    restart();
  }
  const again = open();
  const faults = [...(await brokenPromises(again, promised)), ...(await forgottenKeys(again, promised))];
  // It must be of use, too.
  await runWorkload(again, promised, { random, steps: 20, compacts: false });
  await again.durable();
  faults.push(...(await brokenPromises(again, promised)));
  await again.close();
  return faults;
}

async function attempt<T>(body: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch {
    return undefined;
  }
}
