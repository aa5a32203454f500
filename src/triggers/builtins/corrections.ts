import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { type Json, type JsonObject, jsonOfValue, parseTimestamp, valueOfJson } from "../../eventlog/index.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import { triggerService } from "../key.ts";
import {
  type Correction,
  type CorrectionFilters,
  type CorrectionScope,
  correctionScopes,
} from "../trust/corrections.ts";
import { limitOf } from "./trust.ts";

const triggers = declare("triggers");

function recorder(name: string, returns: typeof t.dict | typeof t.string, give: (record: JsonObject) => Json): Builtin {
  return triggers({
    name,
    summary: "Put on record that somebody changed a decision, and what it should have been.",
    params: [req("correction", t.dict)],
    returns,
    effect: "state",
    run: (context, given) =>
      valueOfJson(give(context.service(triggerService).corrections.record(readCorrection(given, name)))),
  });
}

function querier(name: string): Builtin {
  return triggers({
    name,
    summary: "Recorded corrections, filtered, oldest first.",
    params: [opt("filters", t.nilable(t.dict))],
    returns: t.list,
    effect: "state",
    run(context, given) {
      const filters = readFilters(given ?? null);
      return context.async(async () => valueOfJson(await context.service(triggerService).corrections.query(filters)));
    },
  });
}

export const correctionBuiltins: readonly Builtin[] = [
  recorder("correction_record", t.dict, (record) => record),
  recorder("corrections.record", t.string, (record) => record.correction_id ?? ""),
  querier("correction_query"),
  querier("corrections.query"),
];

const knownFields = ["from_decision", "to_decision", "reason", "applied_by", "actor_id", "scope"];

function readCorrection(given: DictValue, name: string): Correction {
  const refuse = (problem: string): never => {
    throw runtimeError(`${name}: ${problem}`);
  };
  const decision = (key: string): Json =>
    given.has(key) ? jsonOfValue(given.get(key) ?? null) : refuse(`correction record missing field \`${key}\``);
  const text = (key: string): string => {
    const value = given.get(key);
    return typeof value === "string" && value !== ""
      ? value
      : refuse(`correction record missing string field \`${key}\``);
  };
  const [fromDecision, toDecision] = [decision("from_decision"), decision("to_decision")];
  const [reason, appliedBy, actorId] = [text("reason"), text("applied_by"), text("actor_id")];
  const more = Object.fromEntries(
    [...given.entries()].filter(([key]) => !knownFields.includes(key)).map(([key, value]) => [key, jsonOfValue(value)]),
  );
  return {
    actorId,
    fromDecision,
    toDecision,
    reason,
    appliedBy,
    scope: scopeOf(given.get("scope") ?? null, name),
    more,
  };
}

function scopeOf(value: Value, name: string): CorrectionScope {
  if (value === null) return "this_run";
  const scope = correctionScopes.find((known) => known === value);
  if (scope !== undefined) return scope;
  const given = typeof value === "string" ? value : String(value);
  throw runtimeError(`${name}: unsupported correction scope '${given}', expected ${correctionScopes.join("|")}`);
}

function readFilters(given: DictValue | null): CorrectionFilters {
  const name = "correction_query";
  const text = (key: string): string | undefined => {
    const value = given?.get(key);
    return typeof value === "string" ? value : undefined;
  };
  const time = (key: string): number | undefined => {
    const value = text(key);
    const at = value === undefined ? undefined : parseTimestamp(value);
    if (value !== undefined && at === undefined) throw runtimeError(`${name}: invalid \`${key}\` timestamp '${value}'`);
    return at;
  };
  const scope = given?.get("scope") ?? null;
  return {
    actorId: text("actor_id"),
    action: text("action"),
    appliedBy: text("applied_by"),
    scope: scope === null ? undefined : scopeOf(scope, name),
    since: time("since"),
    until: time("until"),
    limit: limitOf(given?.get("limit") ?? null, name),
  };
}
