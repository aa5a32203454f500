import { type JsonObject, parseTimestamp } from "../../eventlog/index.ts";
import { type AutonomyTier, groupedByTrace, type TrustFilters, type TrustRecord } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { printJson, withProject } from "../running/project-runtime.ts";

/** Records of the trust graph: what agents decided, and how it turned out. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const filters = filtersOf(invocation);
  const records = await withProject(context, { installs: false }, ({ triggers }) => triggers.trust.query(filters));
  const print = (text: string): void => context.output.write("stdout", `${text}\n`);
  const isJson = invocation.has("json");
  if (invocation.has("summary")) {
    const summaries = summariesOf(records);
    if (isJson) printJson(context, summaries);
    else for (const summary of summaries) print(summaryLine(summary));
  } else if (invocation.has("grouped-by-trace")) {
    const groups = groupedByTrace(records);
    if (isJson) printJson(context, groups);
    else for (const group of groups) printGroup(group, print);
  } else if (isJson) printJson(context, records);
  else for (const record of records) print(recordLine(record, true));
  return 0;
}

function filtersOf(invocation: Invocation): TrustFilters {
  const time = (flag: string): number | undefined => {
    const text = invocation.text(flag);
    if (text === undefined) return undefined;
    const at = parseTimestamp(text) ?? unixTime(text);
    if (at !== undefined) return at;
    throw new CommandFailure(
      "trust.invalid_timestamp",
      `invalid timestamp '${text}': expected RFC3339 or unix seconds/milliseconds`,
    );
  };
  return {
    agent: invocation.text("agent"),
    action: invocation.text("action"),
    since: time("since"),
    until: time("until"),
    tier: tierOf(invocation.text("tier")),
    outcome: invocation.text("outcome") as TrustFilters["outcome"],
    limit: invocation.count("limit"),
  };
}

/** Numbers beyond this are milliseconds, those below are seconds. */
const latestSeconds = 100_000_000_000;

function unixTime(text: string): number | undefined {
  if (!/^\d+(?:\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return number < latestSeconds ? number * 1000 : number;
}

/** On the command line, words of a tier are joined by dashes. */
export function tierOf(text: string | undefined): AutonomyTier | undefined {
  return text?.replaceAll("-", "_") as AutonomyTier | undefined;
}

function recordLine(record: TrustRecord, withTrace: boolean): string {
  const { action, agent, approver, autonomy_tier: tier, outcome, timestamp, trace_id: trace } = record;
  const traced = withTrace ? ` trace_id=${trace}` : "";
  return `${timestamp} agent=${agent} action=${action} outcome=${outcome} tier=${tier}${traced} approver=${approver ?? "-"}`;
}

function printGroup(group: JsonObject, print: (text: string) => void): void {
  const records = group.records as readonly TrustRecord[];
  print(`trace_id=${group.trace_id} count=${records.length}`);
  for (const record of records) print(`  ${recordLine(record, false)}`);
}

interface AgentSummary {
  readonly agent: string;
  readonly total: number;
  readonly success_rate: number;
  readonly mean_cost_usd: number | null;
  readonly tier_distribution: Readonly<Record<string, number>>;
  readonly outcome_distribution: Readonly<Record<string, number>>;
}

function summariesOf(records: readonly TrustRecord[]): readonly AgentSummary[] {
  const agents = [...new Set(records.map(({ agent }) => agent))].sort();
  return agents.map((agent) => {
    const own = records.filter((record) => record.agent === agent);
    const costs = own.flatMap(({ cost_usd: cost }) => (cost === null || cost === undefined ? [] : [costOf(cost)]));
    return {
      agent,
      total: own.length,
      success_rate: own.filter(({ outcome }) => outcome === "success").length / own.length,
      mean_cost_usd: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0) / costs.length,
      tier_distribution: counted(own.map(({ autonomy_tier: tier }) => tier)),
      outcome_distribution: counted(own.map(({ outcome }) => outcome)),
    };
  });
}

function costOf(cost: TrustRecord["cost_usd"]): number {
  return typeof cost === "object" && cost !== null && "value" in cost ? Number(cost.value) : Number(cost);
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function summaryLine(summary: AgentSummary): string {
  const { agent, mean_cost_usd: cost, outcome_distribution, success_rate, tier_distribution, total } = summary;
  const shares = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name}=${count}`)
      .join(",");
  const rate = `${(success_rate * 100).toFixed(2)}%`;
  const mean = cost === null ? "n/a" : cost.toFixed(6);
  return `${agent} total=${total} success_rate=${rate} mean_cost_usd=${mean} tiers=${shares(tier_distribution)} outcomes=${shares(outcome_distribution)}`;
}
