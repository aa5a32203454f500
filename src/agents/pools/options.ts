import { isDict, textAt } from "../../llm/fields.ts";
import { type DictValue, DurationValue, type Raise, runtimeError, typeName, type Value } from "../../value/index.ts";

export type QueueStrategy =
  | { readonly kind: "fifo" | "lifo" | "priority" }
  | { readonly kind: "fair_round_robin"; readonly field: string };

export type OnFull = "block_submitter" | "drop_oldest" | "drop_newest" | "fail_submitter";

export type Backpressure =
  | { readonly kind: "unbounded" }
  | { readonly kind: "fail_fast" }
  | { readonly kind: "queue"; readonly maxDepth: number; readonly onFull: OnFull }
  | { readonly kind: "ring_buffer"; readonly maxDepth: number };

export type PoolScope = "session" | "pipeline";

export interface PoolOptions {
  readonly name: string | undefined;
  readonly maxConcurrent: number;
  readonly queue: QueueStrategy;
  readonly backpressure: Backpressure;
  readonly scope: PoolScope;
  readonly scopeId: string | undefined;
  readonly staleAfterMs: number;
  /** Folder of the file, for pools that outlive the process. */
  readonly folder: string;
}

const defaultStaleMs = 30_000;
const defaultFolder = ".harn/pools";

function fail(problem: string): Raise {
  return runtimeError(`pool_create: ${problem}`);
}

/** Reads the options that do not need the registry; the checks come in the order that is documented. */
export function readPoolOptions(given: DictValue | undefined): PoolOptions {
  const name = textAt(given, "name");
  return {
    name: name === undefined || name.trim() === "" ? undefined : name,
    maxConcurrent: readConcurrency(given?.get("max_concurrent") ?? null),
    queue: readQueue(given?.get("queue") ?? null),
    backpressure: readBackpressure(given?.get("backpressure") ?? null),
    scope: readScope(given?.get("scope") ?? null),
    scopeId: ["scope_id", "pipeline_id", "run_id"]
      .map((key) => textAt(given, key))
      .find((text) => text !== undefined && text !== ""),
    staleAfterMs: readStale(given?.get("stale_after_ms") ?? null),
    folder: readFolder(given?.get("dir") ?? null),
  };
}

function readConcurrency(value: Value): number {
  if (value === null) return 1;
  if (typeof value !== "number") throw fail(`max_concurrent must be an int (got ${typeName(value)})`);
  if (value < 1) throw fail("max_concurrent must be >= 1");
  return value;
}

function readQueue(value: Value): QueueStrategy {
  if (value === null) return { kind: "priority" };
  if (typeof value !== "string" && !isDict(value))
    throw fail(`queue must be a strategy dict or string (got ${typeName(value)})`);
  const kind = typeof value === "string" ? value : (textAt(value, "kind") ?? textAt(value, "strategy"));
  switch (kind) {
    case undefined:
      throw fail("queue strategy missing kind");
    case "fifo":
    case "lifo":
    case "priority":
      return { kind };
    case "fair_round_robin": {
      const dict = isDict(value) ? value : undefined;
      return { kind, field: textAt(dict, "key") ?? textAt(dict, "key_field") ?? "key" };
    }
    default:
      throw fail(`unknown queue strategy '${kind}'`);
  }
}

function readBackpressure(value: Value): Backpressure {
  if (value === null) return { kind: "unbounded" };
  if (typeof value !== "string" && !isDict(value))
    throw fail(`backpressure must be a policy dict or string (got ${typeName(value)})`);
  const dict = isDict(value) ? value : undefined;
  const kind = typeof value === "string" ? value : (textAt(dict, "kind") ?? textAt(dict, "strategy"));
  switch (kind) {
    case undefined:
      throw fail("backpressure missing kind");
    case "unbounded":
    case "fail_fast":
      return { kind };
    case "queue":
      return { kind, maxDepth: readDepth(dict, "max_depth", "capacity"), onFull: readOnFull(dict) };
    case "ring_buffer":
      return { kind, maxDepth: readDepth(dict, "capacity", "max_depth") };
    default:
      throw fail(`unknown backpressure policy '${kind}'`);
  }
}

function readDepth(dict: DictValue | undefined, key: string, alias: string): number {
  const value = dict?.get(key) ?? dict?.get(alias) ?? null;
  if (value === null) throw fail(`backpressure.${key} is required`);
  if (typeof value !== "number") throw fail(`backpressure.${key} must be an int (got ${typeName(value)})`);
  if (value < 1) throw fail(`backpressure.${key} must be >= 1`);
  return value;
}

function readOnFull(dict: DictValue | undefined): OnFull {
  const value = dict?.get("on_full") ?? null;
  if (value === null) return "block_submitter";
  if (typeof value !== "string") throw fail(`backpressure.on_full must be a string (got ${typeName(value)})`);
  switch (value) {
    case "block_submitter":
    case "drop_oldest":
    case "drop_newest":
    case "fail_submitter":
      return value;
    default:
      throw fail(`unknown backpressure on_full policy '${value}'`);
  }
}

function readScope(value: Value): PoolScope {
  if (value === null || value === "") return "session";
  if (typeof value !== "string") throw fail(`scope must be a string (got ${typeName(value)})`);
  switch (value) {
    case "session":
    case "pipeline":
      return value;
    case "tenant":
    case "org":
      throw fail(
        `scope '${value}' is host-routed (harn-cloud, see harn-cloud#306) and not wired in the in-process runtime. Use scope: "session" or scope: "pipeline" until the host capability ships`,
      );
    default:
      throw fail(`unknown scope '${value}' (expected one of session/pipeline/tenant/org)`);
  }
}

function readStale(value: Value): number {
  if (value === null) return defaultStaleMs;
  if (value instanceof DurationValue) return Number(value.milliseconds);
  if (typeof value === "number" && value >= 0) return value;
  throw fail(`stale_after_ms must be a non-negative int or duration (got ${typeName(value)})`);
}

function readFolder(value: Value): string {
  if (value === null) return defaultFolder;
  if (typeof value !== "string") throw fail(`dir must be a string (got ${typeName(value)})`);
  if (value === "") throw fail("dir cannot be empty");
  return value;
}
