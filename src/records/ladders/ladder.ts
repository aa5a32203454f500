// A ladder: the same sweep under each model route and each limit of time and cost, from the first to the last.
import type { Json } from "../../eventlog/index.ts";
import { RunRecordError } from "../error.ts";
import { severityOf } from "../eval-packs/findings.ts";
import { absoluteIn } from "../eval-suite.ts";
import { anyJson, bool, count, float, type Infer, list, map, nullable, text, word } from "../schema/codec.ts";
import { record } from "../schema/record.ts";
import type { RecordServices } from "../services.ts";
import type { EvalLadder, EvalTier, ModelRoute } from "../shapes/eval-ladder.ts";
import { type Backend, backendOf } from "./backend.ts";
import { runSweep, type Sweep, type SweepSummary, sweepSummary, writeRecord } from "./sweep.ts";

type Files = Pick<RecordServices, "files">;

const tierReport = record("PersonaEvalTierReport", {
  id: text,
  route_id: text,
  model_route: nullable(text),
  timeout_tier: text,
  timeout_ms: nullable(count),
  max_cost_usd: nullable(float),
  max_latency_ms: nullable(count),
  pass: bool,
  outcome: word("correct", "degraded", "loop"),
  degradation_reasons: list(text),
  transcript_path: nullable(text),
  receipt_path: text,
  summary_path: text,
  event_count: count,
  cost_usd: float,
  latency_ms: count,
  tool_calls: count,
  model_calls: count,
  oracle_error_findings: count,
  oracle_warn_findings: count,
  state_machine_coverage: record("StateMachineCoverage", {
    observed: count,
    observed_steps: list(text),
    transitions: list(record("StateTransition", { step: text, event_index: count, triggered_by: text })),
  }),
});

export const ladderReport = record("PersonaEvalLadderReport", {
  _type: text,
  version: count,
  id: text,
  persona: text,
  severity: word("blocking", "warning", "informational"),
  blocking: bool,
  pass: bool,
  total: count,
  passed: count,
  failed: count,
  first_correct_tier: nullable(text),
  first_correct_route: nullable(text),
  first_correct_index: nullable(count),
  artifact_root: text,
  tiers: list(tierReport),
  metadata: map(anyJson),
});

export type LadderReport = Infer<typeof ladderReport>;
export type TierReport = Infer<typeof tierReport>;

/** Sweeps at every step of a ladder. It passes if one of them is right. */
export function runLadder(ladder: EvalLadder, services: Files): LadderReport {
  if (ladder.persona !== "merge_captain")
    throw new RunRecordError(`persona eval ladder only supports persona 'merge_captain', got '${ladder.persona}'`);
  if (ladder.timeout_tiers.length === 0)
    throw new RunRecordError(`persona eval ladder '${ladder.id}' must declare at least one timeout tier`);
  const at = absoluteIn(ladder.base_dir === "" ? null : ladder.base_dir);
  const { kind, path } = ladder.backend;
  const backend = backendOf(
    kind.trim().toLowerCase(),
    path === null ? null : at(path),
    (needy) => `${needy} ladder backend requires backend.path`,
  );
  const root = at(ladder.artifact_root ?? `.harn-runs/persona-eval-ladders/${ladder.id}`);
  const steps = ladder.model_routes.flatMap((route) => ladder.timeout_tiers.map((tier) => ({ route, tier })));
  const tiers = steps.map(({ route, tier }, index) =>
    runTier({ backend, route, tier, folder: tierFolder(root, route, tier, index) }, services),
  );
  const passed = tiers.filter(({ pass }) => pass).length;
  const first = tiers.findIndex(({ pass }) => pass);
  const severity = severityOf(ladder.severity);
  return {
    _type: "persona_eval_ladder_report",
    version: 1,
    id: ladder.id,
    persona: ladder.persona,
    severity,
    blocking: severity === "blocking",
    pass: passed > 0,
    total: tiers.length,
    passed,
    failed: tiers.length - passed,
    first_correct_tier: tiers[first]?.timeout_tier ?? null,
    first_correct_route: tiers[first]?.route_id ?? null,
    first_correct_index: first === -1 ? null : first,
    artifact_root: root,
    tiers,
    metadata: ladder.metadata as Readonly<Record<string, Json>>,
  };
}

function tierFolder(root: string, route: ModelRoute, tier: EvalTier, index: number): string {
  return `${root}/${String(index + 1).padStart(2, "0")}-${pathSegment(route.id)}/${pathSegment(tier.id)}`;
}

/** A name that is no path and no option of one. */
function pathSegment(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/gu, "_") || "unnamed";
}

interface Step {
  readonly backend: Backend;
  readonly route: ModelRoute;
  readonly tier: EvalTier;
  readonly folder: string;
}

function runTier({ backend, folder, route, tier }: Step, services: Files): TierReport {
  const sweeps = Math.max(1, tier.max_sweeps ?? 1);
  const sweep = runSweep(
    {
      backend,
      modelRoute: route.route ?? route.id,
      timeoutTier: tier.id,
      runRoot: `${folder}/runs`,
      transcriptPath: `${folder}/event_log.jsonl`,
      receiptPath: `${folder}/receipt.json`,
      ...(sweeps > 1 ? { watch: { sweeps, backoffMs: tier.watch_backoff_ms ?? 0 } } : {}),
    },
    services,
  );
  const summaryPath = `${folder}/summary.json`;
  writeRecord(summaryPath, sweepSummary, sweep.summary, services);
  const { summary } = sweep;
  const reasons = reasonsOf(summary, route, tier);
  const pass = reasons.length === 0;
  return {
    id: `${route.id}::${tier.id}`,
    route_id: route.id,
    model_route: summary.model_route,
    timeout_tier: tier.id,
    timeout_ms: tier.timeout_ms,
    max_cost_usd: tier.max_cost_usd ?? route.max_cost_usd,
    max_latency_ms: tier.max_latency_ms ?? tier.timeout_ms,
    pass,
    outcome: outcomeOf(sweep, pass),
    degradation_reasons: reasons,
    transcript_path: sweep.transcriptPath,
    receipt_path: sweep.receiptPath,
    summary_path: summaryPath,
    event_count: summary.event_count,
    cost_usd: summary.cost_usd,
    latency_ms: summary.latency_ms,
    tool_calls: summary.tool_calls,
    model_calls: summary.model_calls,
    oracle_error_findings: summary.oracle_error_findings,
    oracle_warn_findings: summary.oracle_warn_findings,
    state_machine_coverage: coverageOf(summary),
  };
}

/** A sweep that ended in a loop says so in an event of its own. */
function outcomeOf({ audit }: Sweep, pass: boolean): TierReport["outcome"] {
  const isLooped = audit.findings.some(
    ({ category, event_indices }) => category === "extra_model_call" && event_indices !== undefined,
  );
  if (isLooped) return "loop";
  return pass ? "correct" : "degraded";
}

function reasonsOf(summary: SweepSummary, route: ModelRoute, tier: EvalTier): readonly string[] {
  const { cost_usd, latency_ms, model_calls, oracle_error_findings, oracle_warn_findings, tool_calls } = summary;
  const calls = tier.max_model_calls ?? route.max_model_calls;
  const cost = tier.max_cost_usd ?? route.max_cost_usd;
  const latency = tier.max_latency_ms ?? tier.timeout_ms;
  const reasons: string[] = [];
  if (tier.max_tool_calls !== null && tool_calls > tier.max_tool_calls)
    reasons.push(`tool calls ${tool_calls} exceeded tier budget ${tier.max_tool_calls}`);
  if (calls !== null && model_calls > calls) reasons.push(`model calls ${model_calls} exceeded budget ${calls}`);
  if (cost !== null && cost_usd > cost)
    reasons.push(`cost $${cost_usd.toFixed(6)} exceeded budget $${cost.toFixed(6)}`);
  if (latency !== null && latency_ms > latency)
    reasons.push(`latency ${latency_ms}ms exceeded tier timeout ${latency}ms`);
  if (!summary.pass)
    reasons.push(
      `oracle reported ${oracle_error_findings} error finding(s) and ${oracle_warn_findings} warning finding(s)`,
    );
  return reasons;
}

function coverageOf({ state_transitions }: SweepSummary): TierReport["state_machine_coverage"] {
  const steps = [...new Set(state_transitions.map(({ step }) => step))].sort();
  return { observed: steps.length, observed_steps: steps, transitions: state_transitions };
}
