import { type DictValue, DurationValue, thrown, type Value } from "../../value/index.ts";
import { intAt, numberOf, textAt } from "../fields.ts";

export type CacheBackend = "mem" | "fs" | "sqlite";

/** Which cache is meant, and how long and how much it keeps. */
export interface CacheOptions {
  readonly backend: CacheBackend;
  readonly namespace: string;
  /** Of the SQLite file, or the folder of files. */
  readonly path: string | undefined;
  readonly ttlMs: number;
  readonly maxEntries: number;
}

const backends: readonly CacheBackend[] = ["mem", "fs", "sqlite"];
const defaultTtlMs = 600_000;
const defaultMaxEntries = 1000;

export function readCacheOptions(options: DictValue | undefined): CacheOptions {
  const named = textAt(options, "backend") ?? "sqlite";
  const backend = backends.find((known) => known === named);
  if (backend === undefined) throw thrown(`cache backend must be "mem", "fs", or "sqlite"; got "${named}"`);
  const maxEntries = intAt(options, "max_entries");
  return {
    backend,
    namespace: textAt(options, "namespace") ?? textAt(options, "name") ?? "default",
    path: textAt(options, "path") ?? textAt(options, "cache_dir"),
    ttlMs: readTtl(options),
    maxEntries: maxEntries === undefined || maxEntries < 1 ? defaultMaxEntries : maxEntries,
  };
}

function readTtl(options: DictValue | undefined): number {
  const given = options?.get("ttl") ?? options?.get("ttl_seconds") ?? options?.get("max_age_seconds") ?? null;
  if (given === null) return defaultTtlMs;
  const milliseconds = durationMs(given);
  if (milliseconds === undefined || milliseconds < 0)
    throw thrown('cache option ttl must be a duration, seconds, or a text such as "5m"');
  return milliseconds;
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

function durationMs(value: Value): number | undefined {
  if (value instanceof DurationValue) return value.milliseconds;
  if (typeof value !== "string") {
    const seconds = numberOf(value);
    return seconds === undefined ? undefined : seconds * 1000;
  }
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*$/.exec(value);
  return parts === null ? undefined : Number(parts[1]) * (unitMs[parts[2] ?? ""] ?? 0);
}
