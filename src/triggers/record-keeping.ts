import type { ActiveLog } from "../eventlog/index.ts";

/** What whoever keeps records of the log needs. */
export interface RecordKeeping {
  readonly log: ActiveLog;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** A version 7 UUID. */
  readonly uuid: () => string;
}

/** A span of time; Unix milliseconds, both ends inclusive, and open where they are absent. */
export interface TimeSpan {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export function isWithin({ since, until }: TimeSpan, at: number): boolean {
  return (since === undefined || at >= since) && (until === undefined || at <= until);
}

/** Whether a record has each value that is asked for. */
export function hasFields<T extends object>(
  record: T,
  wanted: { readonly [K in keyof T]?: T[K] | undefined },
): boolean {
  return Object.entries(wanted).every(([key, value]) => value === undefined || record[key as keyof T] === value);
}

/** The last so many; all without a limit. */
export function newest<T>(found: readonly T[], limit: number | undefined): readonly T[] {
  return limit === undefined ? found : found.slice(Math.max(0, found.length - limit));
}
