import { intAt, isCallable, record, textAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";

export type Strategy = "llm" | "truncate" | "custom" | "observation_mask";

export interface CompactionSettings {
  readonly keepFirst: number;
  readonly keepLast: number;
  /** Messages of no more tokens than this are left alone; zero always compacts. */
  readonly threshold: number;
  readonly strategy: Strategy;
  /** How the program named the strategy. */
  readonly label: string;
  readonly compactor: Value | undefined;
  readonly summarizePrompt: string | undefined;
  /** Options of the call that summarises. */
  readonly callOptions: DictValue | undefined;
}

export const defaultKeepLast = 12;
export const defaultThreshold = 48_000;

const strategies: readonly Strategy[] = ["llm", "truncate", "custom", "observation_mask"];

export function readStrategy(word: string): Strategy {
  const strategy = strategies.find((known) => known === word);
  if (strategy === undefined)
    throw runtimeError(
      `unknown compact_strategy '${word}' (expected 'llm', 'truncate', 'custom', or 'observation_mask')`,
    );
  return strategy;
}

export interface CompactionDefaults {
  readonly keepLast: number;
  readonly threshold: number;
}

export function readCompaction(options: DictValue | undefined, defaults: CompactionDefaults): CompactionSettings {
  const label = textAt(options, "compact_strategy") ?? textAt(options, "strategy") ?? "observation_mask";
  return {
    keepFirst: Math.max(0, intAt(options, "keep_first") ?? 0),
    keepLast: Math.max(0, intAt(options, "keep_last") ?? defaults.keepLast),
    threshold: Math.max(
      0,
      intAt(options, "token_threshold") ?? intAt(options, "compact_threshold") ?? defaults.threshold,
    ),
    strategy: readStrategy(label),
    label,
    compactor: callableAt(options, "custom_compactor") ?? callableAt(options, "compact_callback"),
    summarizePrompt: textAt(options, "summarize_prompt"),
    callOptions: options,
  };
}

/** What holds for a conversation when nothing is said of its compaction. */
export function defaultCompaction(): DictValue {
  const { keepFirst, keepLast, threshold, strategy } = readCompaction(undefined, {
    keepLast: defaultKeepLast,
    threshold: defaultThreshold,
  });
  return record({
    compact_strategy: strategy,
    policy_strategy: strategy,
    hard_limit_strategy: "llm",
    hard_limit_tokens: null,
    keep_first: keepFirst,
    keep_last: keepLast,
    scope: "default",
    token_threshold: threshold,
  });
}

export function callableAt(options: DictValue | undefined, key: string): Value | undefined {
  const value = options?.get(key);
  return isCallable(value) ? value : undefined;
}
