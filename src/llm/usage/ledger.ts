import { type DictValue, thrown } from "../../value/index.ts";
import { float, record } from "../fields.ts";

export interface CallFigures {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly costUsd: number;
  readonly durationMs: number;
}

/** What model calls of one runtime have used and cost. */
export class UsageLedger {
  #inputTokens = 0;
  #outputTokens = 0;
  #callCount = 0;
  #durationMs = 0;
  #costUsd = 0;
  #budgetUsd: number | undefined;

  get costUsd(): number {
    return this.#costUsd;
  }

  get callCount(): number {
    return this.#callCount;
  }

  /** Counts a call. The program is told by an error when that passes the budget it set. */
  add(figures: CallFigures): void {
    this.#inputTokens += figures.inputTokens;
    this.#outputTokens += figures.outputTokens;
    this.#callCount++;
    this.#durationMs += figures.durationMs;
    this.#costUsd += figures.costUsd;
    if (figures.costUsd === 0 || this.#budgetUsd === undefined || this.#costUsd <= this.#budgetUsd) return;
    throw thrown(`LLM budget exceeded: spent $${this.#costUsd.toFixed(4)} of $${this.#budgetUsd.toFixed(4)} budget`);
  }

  setBudget(usd: number): void {
    this.#budgetUsd = usd;
  }

  budgetRemaining(): number | undefined {
    return this.#budgetUsd === undefined ? undefined : this.#budgetUsd - this.#costUsd;
  }

  usageDict(): DictValue {
    return record({
      input_tokens: this.#inputTokens,
      output_tokens: this.#outputTokens,
      total_duration_ms: Math.round(this.#durationMs),
      call_count: this.#callCount,
      total_calls: this.#callCount,
    });
  }

  costDict(): DictValue {
    return record({
      total_cost: float(this.#costUsd),
      input_tokens: this.#inputTokens,
      output_tokens: this.#outputTokens,
      call_count: this.#callCount,
    });
  }
}
