import type { CallContext } from "../../builtin/index.ts";
import { dictAt, intAt, record, textAt } from "../../llm/fields.ts";
import type { LoopState } from "./state.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Counts the starts of loops under a key, for budgets of so many in an hour and in a day. */
export class AutonomyLedger {
  readonly #starts = new Map<string, number[]>();

  /** Starts within the span that ends now. */
  count(key: string, now: number, spanMs: number): number {
    return (this.#starts.get(key) ?? []).filter((at) => at > now - spanMs).length;
  }

  note(key: string, now: number): void {
    const kept = (this.#starts.get(key) ?? []).filter((at) => at > now - dayMs);
    this.#starts.set(key, [...kept, now]);
  }
}

/** Whether the loop may not start because its autonomy is used up. The state says why then. */
export function exceedsAutonomy(context: CallContext, state: LoopState): boolean {
  const budget = dictAt(state.options.given, "autonomy_budget");
  if (budget === undefined) return false;
  const key = textAt(budget, "key") ?? state.session.id;
  const now = context.host.clock.now();
  const { autonomy } = state.service;
  const perHour = intAt(budget, "per_hour");
  const perDay = intAt(budget, "per_day");
  const reason =
    perHour !== undefined && autonomy.count(key, now, hourMs) >= perHour
      ? "hourly_autonomy_budget_exceeded"
      : perDay !== undefined && autonomy.count(key, now, dayMs) >= perDay
        ? "daily_autonomy_budget_exceeded"
        : undefined;
  if (reason === undefined) {
    autonomy.note(key, now);
    return false;
  }
  state.end("blocked", reason);
  state.error = record({
    category: "budget_exceeded",
    reason,
    message: `autonomy budget of '${key}' is used up; ask ${textAt(budget, "reviewer") ?? "operator"}`,
    reviewer: textAt(budget, "reviewer") ?? "operator",
  });
  return true;
}
