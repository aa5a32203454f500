import type { LadderReport, TierReport } from "../records/index.ts";

/** Under which route and limit a persona was right for the first time. */
export function firstCorrect({ first_correct_route: route, first_correct_tier: tier }: LadderReport): string {
  return `${route ?? "<none>"}/${tier ?? "<none>"}`;
}

/** A step of a ladder: what came of it, and what it took. */
export function tierLine({ cost_usd, latency_ms, model_calls, outcome, ...tier }: TierReport): string {
  const took = `tools=${tier.tool_calls} models=${model_calls} latency=${latency_ms}ms cost=$${cost_usd.toFixed(6)}`;
  return `- ${tier.timeout_tier} [${tier.route_id}] ${outcome} ${took}`;
}
