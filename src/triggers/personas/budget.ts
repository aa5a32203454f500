import type { PersonaLimits } from "./persona.ts";

/** What a persona's work took, or may take. */
export interface Spending {
  readonly cost_usd: number;
  readonly tokens: number;
}

export interface RecordedSpending extends Spending {
  /** Unix milliseconds. */
  readonly at: number;
}

export type LimitName = "run_usd" | "daily_usd" | "hourly_usd" | "max_tokens";

/** How a persona's budget stands. Days and hours are those of UTC. */
export interface BudgetStanding extends PersonaLimits {
  readonly spent_today_usd: number;
  readonly spent_this_hour_usd: number;
  readonly spent_last_run_usd: number;
  readonly tokens_today: number;
  readonly remaining_today_usd: number | null;
  readonly remaining_hour_usd: number | null;
  readonly exhausted: boolean;
  readonly reason: string | null;
  readonly last_receipt_id: string | null;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Sums in whole nano-dollars: a hundred times ten cents are ten dollars. */
const nano = 1e9;

export function standingOf(
  limits: PersonaLimits,
  spent: readonly RecordedSpending[],
  now: number,
): Omit<BudgetStanding, "last_receipt_id"> {
  const { daily_usd, hourly_usd, max_tokens, run_usd } = limits;
  const today = spent.filter(({ at }) => at >= now - (now % dayMs));
  const thisHour = today.filter(({ at }) => at >= now - (now % hourMs));
  const spent_today_usd = sumOf(today);
  const spent_this_hour_usd = sumOf(thisHour);
  const tokens_today = today.reduce((sum, { tokens }) => sum + tokens, 0);
  const reason = reachedLimit(limits, spent_today_usd, spent_this_hour_usd, tokens_today);
  return {
    daily_usd,
    hourly_usd,
    run_usd,
    max_tokens,
    spent_today_usd,
    spent_this_hour_usd,
    spent_last_run_usd: spent.at(-1)?.cost_usd ?? 0,
    tokens_today,
    remaining_today_usd: left(daily_usd, spent_today_usd),
    remaining_hour_usd: left(hourly_usd, spent_this_hour_usd),
    exhausted: reason !== null,
    reason,
  };
}

/** The limit that spending this much more would break. */
export function brokenLimit(standing: BudgetStanding, { cost_usd, tokens }: Spending): LimitName | undefined {
  const { daily_usd, hourly_usd, max_tokens, run_usd } = standing;
  const isBeyond = (limit: number | null, spent: number): boolean =>
    limit !== null && exact(spent + cost_usd) > exact(limit);
  if (isBeyond(run_usd, 0)) return "run_usd";
  if (isBeyond(daily_usd, standing.spent_today_usd)) return "daily_usd";
  if (isBeyond(hourly_usd, standing.spent_this_hour_usd)) return "hourly_usd";
  return max_tokens !== null && standing.tokens_today + tokens > max_tokens ? "max_tokens" : undefined;
}

function reachedLimit(limits: PersonaLimits, today: number, hour: number, tokens: number): LimitName | null {
  const { daily_usd, hourly_usd, max_tokens } = limits;
  if (daily_usd !== null && today >= daily_usd) return "daily_usd";
  if (hourly_usd !== null && hour >= hourly_usd) return "hourly_usd";
  return max_tokens !== null && max_tokens > 0 && tokens >= max_tokens ? "max_tokens" : null;
}

function left(limit: number | null, spent: number): number | null {
  return limit === null ? null : Math.max(0, exact(limit - spent));
}

function sumOf(spent: readonly Spending[]): number {
  return exact(spent.reduce((sum, { cost_usd }) => sum + cost_usd, 0));
}

function exact(amount: number): number {
  return Math.round(amount * nano) / nano;
}
