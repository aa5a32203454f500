import type { Binding } from "../bindings/binding.ts";

const hourMs = 3_600_000;

/** Which limit on money is used up once `expectedUsd` more is spent; undefined while there is room. */
export function exhaustedSpending({ spec, costs }: Binding, expectedUsd: number, now: number): string | undefined {
  const { dailyCostUsd, hourlyCostUsd } = spec.budget;
  const spent = (windowMs: number): number =>
    costs.filter(({ at }) => at > now - windowMs).reduce((sum, { usd }) => sum + usd, expectedUsd);
  if (dailyCostUsd !== null && spent(24 * hourMs) > dailyCostUsd) return "daily_cost_usd_exceeded";
  if (hourlyCostUsd !== null && spent(hourMs) > hourlyCostUsd) return "hourly_cost_usd_exceeded";
  return undefined;
}

export function countCost(binding: Binding, usd: number, now: number): void {
  if (usd === 0) return;
  binding.costs = [...binding.costs.filter(({ at }) => at > now - 24 * hourMs), { at: now, usd }];
  binding.metrics.costMicros += Math.round(usd * 1_000_000);
}
