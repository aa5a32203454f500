import { isJsonObject, type JsonObject } from "../../eventlog/index.ts";
import type { WorkerJob } from "../../lifecycle/index.ts";

export type FairnessKey = "tenant" | "binding" | "trigger-id" | "tenant-and-binding";

export interface SchedulerSettings {
  readonly strategy: "fifo" | "drr";
  readonly fairnessKey: FairnessKey;
  /** Credits that each key gets in a round. */
  readonly quantum: number;
  /** A job that has waited for this long goes first; 0 switches that off. Milliseconds. */
  readonly starvationAgeMs: number;
  /** Jobs of one key that may be held at once; 0 for any number. */
  readonly maxConcurrentPerKey: number;
  readonly weights: ReadonlyMap<string, number>;
  readonly defaultWeight: number;
}

export const usualScheduler: SchedulerSettings = {
  strategy: "fifo",
  fairnessKey: "tenant",
  quantum: 1,
  starvationAgeMs: 300_000,
  maxConcurrentPerKey: 0,
  weights: new Map(),
  defaultWeight: 1,
};

const prefix = "HARN_SCHEDULER_";

/** From the environment; a value that is none counts as absent. */
export function schedulerSettings(environment: (name: string) => string | undefined): SchedulerSettings {
  const text = (name: string): string =>
    environment(prefix + name)
      ?.trim()
      .toLowerCase() ?? "";
  const number = (name: string, least: number, fallback: number): number => {
    const given = text(name);
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    return value >= least ? value : fallback;
  };
  const key = fairnessKeys.find((name) => name === text("FAIRNESS_KEY"));
  return {
    strategy: ["drr", "deficit-round-robin", "fair-share"].includes(text("STRATEGY")) ? "drr" : "fifo",
    fairnessKey: key ?? usualScheduler.fairnessKey,
    quantum: number("QUANTUM", 1, usualScheduler.quantum),
    starvationAgeMs: number("STARVATION_AGE_MS", 0, usualScheduler.starvationAgeMs),
    maxConcurrentPerKey: number("MAX_CONCURRENT_PER_KEY", 0, usualScheduler.maxConcurrentPerKey),
    weights: weightsOf(environment(`${prefix}WEIGHTS`) ?? ""),
    defaultWeight: number("DEFAULT_WEIGHT", 1, usualScheduler.defaultWeight),
  };
}

const fairnessKeys: readonly FairnessKey[] = ["tenant", "binding", "trigger-id", "tenant-and-binding"];

/** `key:weight,key:weight`; a part that is none is left out. */
function weightsOf(text: string): ReadonlyMap<string, number> {
  const pairs = text.split(",").flatMap((part): [string, number][] => {
    const at = part.lastIndexOf(":");
    const weight = Number(part.slice(at + 1));
    return at > 0 && Number.isInteger(weight) && weight > 0 ? [[part.slice(0, at).trim(), weight]] : [];
  });
  return new Map(pairs);
}

/** What a scheduler remembers of a queue between picks: whose turn it is, and what each key still has. */
export interface SchedulerState {
  readonly settings: SchedulerSettings;
  readonly credits: Map<string, number>;
  lastKey: string | undefined;
  describe(): JsonObject;
}

export function schedulerOf(settings: SchedulerSettings): SchedulerState {
  const credits = new Map<string, number>();
  return {
    settings,
    credits,
    lastKey: undefined,
    describe: () => ({
      strategy: settings.strategy,
      fairness_key: settings.fairnessKey,
      quantum: settings.quantum,
      starvation_age_ms: settings.starvationAgeMs,
      max_concurrent_per_key: settings.maxConcurrentPerKey,
      default_weight: settings.defaultWeight,
      deficits: Object.fromEntries(credits),
    }),
  };
}

/** The job to hand out next. `jobs` are all of the queue, oldest first; `now` in Unix milliseconds. */
export function pickJob(jobs: readonly WorkerJob[], state: SchedulerState, now: number): WorkerJob | undefined {
  const { settings } = state;
  const waiting = jobs.filter((job) => job.state === "waiting" && hasRoom(job, jobs, settings));
  if (waiting.length === 0) return undefined;
  return settings.strategy === "fifo" ? first(waiting, now) : fairest(waiting, state, now);
}

const rankOf = { high: 0, normal: 1, low: 2 } as const;
/** After this long a normal job is as urgent as a high one. */
const promotedAfterMs = 15 * 60_000;

function first(jobs: readonly WorkerJob[], now: number): WorkerJob | undefined {
  const rank = (job: WorkerJob): number =>
    job.priority === "normal" && now - job.enqueuedAt >= promotedAfterMs ? 0 : rankOf[job.priority];
  return [...jobs].sort(
    (left, right) => rank(left) - rank(right) || left.enqueuedAt - right.enqueuedAt || left.id - right.id,
  )[0];
}

function hasRoom(job: WorkerJob, jobs: readonly WorkerJob[], settings: SchedulerSettings): boolean {
  if (settings.maxConcurrentPerKey === 0) return true;
  const key = keyOf(job, settings.fairnessKey);
  const held = jobs.filter((other) => other.state === "claimed" && keyOf(other, settings.fairnessKey) === key);
  return held.length < settings.maxConcurrentPerKey;
}

/** Deficit round robin: each key in turn spends a credit per job and gets its quantum, times its weight, in every round. */
function fairest(jobs: readonly WorkerJob[], state: SchedulerState, now: number): WorkerJob | undefined {
  const { settings, credits } = state;
  const [oldest] = jobs;
  if (oldest !== undefined && settings.starvationAgeMs > 0 && now - oldest.enqueuedAt >= settings.starvationAgeMs)
    return oldest;
  const keys = [...new Set(jobs.map((job) => keyOf(job, settings.fairnessKey)))].sort();
  const order = afterKey(keys, state.lastKey, credits);
  for (const key of order) {
    const left = credits.get(key) ?? 0;
    const credit = left > 0 ? left : settings.quantum * (settings.weights.get(key) ?? settings.defaultWeight);
    credits.set(key, credit - 1);
    state.lastKey = key;
    return first(
      jobs.filter((job) => keyOf(job, settings.fairnessKey) === key),
      now,
    );
  }
  return undefined;
}

/** The key whose turn it still is, then those behind it, round and round. */
function afterKey(keys: readonly string[], last: string | undefined, credits: ReadonlyMap<string, number>): string[] {
  if (last === undefined) return [...keys];
  const isStillOn = (credits.get(last) ?? 0) > 0;
  const from = keys.findIndex((key) => (isStillOn ? key >= last : key > last));
  return from < 0 ? [...keys] : [...keys.slice(from), ...keys.slice(0, from)];
}

function keyOf(job: WorkerJob, key: FairnessKey): string {
  const tenantId = isJsonObject(job.event) ? job.event.tenant_id : undefined;
  const tenant = typeof tenantId === "string" ? tenantId : "_none";
  switch (key) {
    case "tenant":
      return tenant;
    case "binding":
      return job.bindingKey;
    case "trigger-id":
      return job.triggerId;
    case "tenant-and-binding":
      return `${tenant}/${job.bindingKey}`;
  }
}
