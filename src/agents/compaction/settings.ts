import { intAt, isCallable, record, textAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";

import { type Directives, readDirectives } from "./directives.ts";

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
  /** Says what stands for one long observation. */
  readonly mask: Value | undefined;
  /** Results of tools that stay are cut to so many characters, or by the closure. */
  readonly outputLimit: number | undefined;
  readonly compress: Value | undefined;
  /** When the messages are still more tokens than this, what stands for the old ones is shortened by the second strategy. */
  readonly hardLimit: number | undefined;
  readonly hardStrategy: Strategy;
  readonly directives: Directives;
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
    ...readShaping(options),
  };
}

/** The options that loops and compactions by hand share. */
export function readShaping(
  options: DictValue | undefined,
): Omit<CompactionSettings, "keepFirst" | "keepLast" | "threshold" | "strategy" | "label" | "compactor"> {
  return {
    mask: callableAt(options, "mask_callback"),
    outputLimit: intAt(options, "tool_output_max_chars"),
    compress: callableAt(options, "compress_callback"),
    hardLimit: intAt(options, "hard_limit_tokens"),
    hardStrategy: readStrategy(textAt(options, "hard_limit_strategy") ?? "llm"),
    directives: readDirectives(options),
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
