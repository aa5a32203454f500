import { DictValue, isInt, runtimeError, typeName, type Value } from "../../value/index.ts";
import type { BatchPolicy } from "./delivery.ts";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** The `batch` of a channel trigger, or an error that names what is wrong with it. */
export function batchPolicy(given: Value | undefined): BatchPolicy | undefined {
  if (given === undefined || given === null) return undefined;
  if (!(given instanceof DictValue)) throw refused(`\`batch\` must be a dict, got ${typeName(given)}`);
  return {
    count: countOf(given.get("count") ?? null),
    windowMs: windowOf(given.get("window") ?? null),
    key: keyOf(given.get("key") ?? null),
    onExpiry: expiryOf(given.get("expire_action") ?? null),
  };
}

function countOf(count: Value): number {
  if (count === null) throw refused("batch.count is required");
  if (!isInt(count)) throw refused("batch.count must be a positive integer");
  if (count <= 0) throw refused(`batch.count must be greater than 0, got ${count}`);
  return Number(count);
}

function windowOf(window: Value): number {
  if (window === null) throw refused("batch.window is required");
  if (typeof window !== "string") throw refused(`batch.window must be a string like "10m", got ${typeName(window)}`);
  const [, amount, unit = ""] = /^\s*(\d+)\s*([a-z]+)\s*$/.exec(window) ?? [];
  const seconds = units[unit];
  if (amount === undefined || seconds === undefined)
    throw refused(`batch.window invalid duration '${window}': expected a whole number and one of s, m, h, d, w`);
  return Number(amount) * seconds * 1000;
}

function keyOf(key: Value): string | undefined {
  if (key === null || typeof key === "string") return key === null || key.trim() === "" ? undefined : key;
  throw refused(`batch.key must be a string JSON path, got ${typeName(key)}`);
}

function expiryOf(action: Value): BatchPolicy["onExpiry"] {
  if (action === null || action === "fire_partial" || action === "fire") return "fire_partial";
  if (action === "discard") return action;
  if (typeof action !== "string") throw refused(`batch.expire_action must be a string, got ${typeName(action)}`);
  throw refused(`unknown batch.expire_action '${action}', expected fire_partial|discard`);
}

function refused(what: string): ReturnType<typeof runtimeError> {
  return runtimeError(`HARN-CHN-005 trigger_register: ${what}`);
}
