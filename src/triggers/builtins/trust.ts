import { type Builtin, type CallContext, declare, type Outcome, rest, t } from "../../builtin/index.ts";
import {
  dispatchScope,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonOfValue,
  parseTimestamp,
  valueOfJson,
} from "../../eventlog/index.ts";
import { policyJson, type SideEffectLevel, unrestrictedPolicy } from "../../runtime/index.ts";
import { DictValue, FloatValue, isInt, runtimeError, show, typeName, type Value } from "../../value/index.ts";
import { type AutonomyTier, autonomyTiers } from "../bindings/binding.ts";
import { isTier } from "../dispatch/handlers.ts";
import { triggerService } from "../key.ts";
import type { TriggerService } from "../service.ts";
import {
  groupedByTrace,
  isTrustOutcome,
  recordSummary,
  type TrustDecision,
  type TrustFilters,
  type TrustGraph,
  type TrustOutcome,
  type TrustScore,
  trustOutcomes,
} from "../trust/trust-graph.ts";

const triggers = declare("triggers");

type Given = Value | undefined;
type Body = (context: CallContext, service: TriggerService, ...args: Given[]) => Promise<Json>;

function builtin(name: string, summary: string, body: Body): Builtin {
  return triggers({
    name,
    summary,
    params: [rest("args", t.any)],
    effect: "state",
    lenient: true,
    run: (context, ...args: Given[]): Outcome =>
      context.async(async () => valueOfJson(await body(context, context.service(triggerService), ...args))),
  });
}

const record: Body = async (context, { trust }, decision) =>
  (await trust.record(decisionOf(decision, "trust.record", traceOf(context, trust)))).record_id;

const score =
  (name: string): Body =>
  async (_context, { trust }, agent, action) =>
    scoreJson(await trust.score(textArgument(agent, name, "agent"), optionalText(action)));

const policyFor =
  (name: string): Body =>
  async (_context, { trust }, agent) =>
    policyOf(await trust.score(textArgument(agent, name, "agent"), undefined));

const verify: Body = async (_context, { trust }) => trust.verify();

export const trustBuiltins: readonly Builtin[] = [
  builtin("trust_graph_record", "Put a decision of an agent on record, and give the record's id.", record),
  builtin(
    "trust_graph_query",
    "How far an agent has earned trust, in all or for one action.",
    score("trust_graph_query"),
  ),
  builtin(
    "trust_graph_policy_for",
    "What an agent may do by the trust it has earned.",
    policyFor("trust_graph_policy_for"),
  ),
  builtin("trust_graph_verify_chain", "Whether the hash chain of the trust graph holds.", verify),
  builtin(
    "trust_record",
    "Put a decision on record: agent, action, approver, outcome, tier.",
    async (context, service, ...args) => {
      const [agent, action, approver, outcome, tier] = args;
      return service.trust.record({
        agent: textArgument(agent, "trust_record", "agent"),
        action: textArgument(action, "trust_record", "action"),
        approver: optionalText(approver) ?? null,
        outcome: outcomeOf(textArgument(outcome, "trust_record", "outcome")),
        tier: tierOf(textArgument(tier, "trust_record", "tier")),
        traceId: traceOf(context, service.trust),
        costUsd: null,
        metadata: {},
      });
    },
  ),
  builtin(
    "trust_query",
    "Records of the trust graph, filtered, oldest first.",
    async (_context, { trust }, filters) => {
      const { filters: wanted, isGrouped } = filtersOf(filters);
      const records = await trust.query(wanted);
      return isGrouped ? groupedByTrace(records) : records;
    },
  ),
  builtin("trust.record", "Put a decision of an agent on record, and give the record's id.", record),
  builtin(
    "trust.query",
    "Records of the trust graph in short, filtered, oldest first.",
    async (_context, { trust }, filters) => (await trust.query(filtersOf(filters).filters)).map(recordSummary),
  ),
  builtin("trust.score", "How far an agent has earned trust, in all or for one action.", score("trust.score")),
  builtin("trust.policy_for", "What an agent may do by the trust it has earned.", policyFor("trust.policy_for")),
  builtin("trust.verify_chain", "Whether the hash chain of the trust graph holds.", verify),
];

/** A decision of a handler belongs to the trace of its dispatch. */
function traceOf(context: CallContext, trust: TrustGraph): string {
  return context.scoped(dispatchScope)?.traceId ?? trust.newTraceId();
}

function textArgument(value: Given, builtinName: string, argument: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw runtimeError(`${builtinName}: missing string argument \`${argument}\``);
}

function optionalText(value: Given): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function outcomeOf(name: string): TrustOutcome {
  if (isTrustOutcome(name)) return name;
  throw runtimeError(`trust_record: unsupported outcome '${name}', expected ${trustOutcomes.join("|")}`);
}

function tierOf(name: string): AutonomyTier {
  if (isTier(name)) return name;
  throw runtimeError(`trigger_register: unsupported autonomy_tier '${name}', expected ${autonomyTiers.join("|")}`);
}

function decisionOf(given: Given, name: string, traceId: string): TrustDecision {
  if (!(given instanceof DictValue)) throw runtimeError(`${name}: expected decision dict`);
  const text = (...keys: readonly string[]): string => {
    const value = keys.map((key) => given.get(key)).find((found) => typeof found === "string");
    if (typeof value === "string") return value;
    const [key = "", ...others] = keys.toReversed();
    const also = others.map((other) => ` (or \`${other}\`)`).join("");
    throw runtimeError(`${name}: missing string field \`${key}\`${also}`);
  };
  const cost = given.get("cost_usd") ?? null;
  const metadata = jsonOfValue(given.get("metadata") ?? null);
  return {
    agent: text("agent", "actor_id"),
    action: text("action"),
    approver: optionalText(given.get("approver")) ?? null,
    outcome: outcomeOf(text("outcome")),
    traceId: optionalText(given.get("trace_id")) ?? traceId,
    tier: tierOf(text("autonomy_tier", "autonomy_tier_at_time", "tier")),
    costUsd: cost instanceof FloatValue ? cost.value : isInt(cost ?? null) ? Number(cost) : null,
    metadata: isJsonObject(metadata) ? metadata : {},
  };
}

interface QueryOptions {
  readonly filters: TrustFilters;
  readonly isGrouped: boolean;
}

function filtersOf(given: Given): QueryOptions {
  if (given === undefined || given === null) return { filters: {}, isGrouped: false };
  if (!(given instanceof DictValue)) throw runtimeError("trust_query: filters must be a dict");
  const text = (key: string): string | undefined => optionalText(given.get(key));
  const [tier, outcome] = [text("tier") ?? text("autonomy_tier"), text("outcome")];
  return {
    filters: {
      agent: text("agent") ?? text("actor_id"),
      action: text("action"),
      since: timeOf(given, "since"),
      until: timeOf(given, "until"),
      tier: tier === undefined ? undefined : tierOf(tier),
      outcome: outcome === undefined ? undefined : outcomeOf(outcome),
      limit: limitOf(given.get("limit") ?? null, "trust_query"),
    },
    isGrouped: given.get("grouped_by_trace") === true,
  };
}

export function limitOf(value: Value, name: string): number | undefined {
  if (value === null) return undefined;
  if (!isInt(value)) throw runtimeError(`${name}: limit must be an int, got ${typeName(value)}`);
  if (value < 0) throw runtimeError(`${name}: limit must be non-negative, got ${value}`);
  return Number(value);
}

/** Numbers beyond this are milliseconds, those below are seconds. */
const latestSeconds = 100_000_000_000;

function timeOf(given: DictValue, key: string): number | undefined {
  const value = given.get(key) ?? null;
  if (value === null) return undefined;
  const number = isInt(value) ? Number(value) : value instanceof FloatValue ? value.value : undefined;
  if (number !== undefined) return Math.abs(number) < latestSeconds ? number * 1000 : number;
  const time = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (time !== undefined) return time;
  throw runtimeError(
    `trust_query: invalid \`${key}\` timestamp '${show(value)}', expected RFC3339 or unix seconds/milliseconds`,
  );
}

function scoreJson(score: TrustScore): JsonObject {
  return {
    agent: score.agent,
    action: score.action,
    total: score.total,
    successes: score.successes,
    failures: score.failures,
    denied: score.denied,
    timeouts: score.timeouts,
    success_rate: new FloatValue(score.successRate),
    latest_outcome: score.latestOutcome,
    latest_timestamp: score.latestTimestamp,
    effective_tier: score.effectiveTier,
    policy: policyOf(score),
  };
}

const levels: Readonly<Record<AutonomyTier, SideEffectLevel>> = {
  shadow: "none",
  suggest: "read_only",
  act_with_approval: "read_only",
  act_auto: "network",
};

/** What the tier allows; an agent that lately did badly, or does so on the whole, may only read. */
function policyOf({ effectiveTier, latestOutcome, total, successRate }: TrustScore): JsonObject {
  const isBad = (latestOutcome !== null && latestOutcome !== "success") || (total >= 3 && successRate < 0.5);
  return policyJson({
    ...unrestrictedPolicy,
    side_effect_level: isBad ? "read_only" : levels[effectiveTier],
    recursion_limit: effectiveTier === "shadow" ? 0 : null,
    sandbox_profile: "worktree",
  });
}
