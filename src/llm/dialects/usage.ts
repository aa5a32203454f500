import type { DictValue } from "../../value/index.ts";
import { dictAt, intAt } from "../fields.ts";

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export const noUsage: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** Reads a usage object, whichever of the spellings in the field the provider uses. */
export function readUsage(usage: DictValue | undefined, before: TokenUsage = noUsage): TokenUsage {
  if (usage === undefined) return before;
  const details = dictAt(usage, "prompt_tokens_details") ?? dictAt(usage, "input_tokens_details");
  const cache = dictAt(usage, "cache");
  return {
    inputTokens: intAt(usage, "prompt_tokens") ?? intAt(usage, "input_tokens") ?? before.inputTokens,
    outputTokens: intAt(usage, "completion_tokens") ?? intAt(usage, "output_tokens") ?? before.outputTokens,
    cacheReadTokens:
      intAt(details, "cached_tokens") ??
      intAt(usage, "cache_read_input_tokens") ??
      intAt(usage, "cache_read_tokens") ??
      intAt(usage, "cached_prompt_tokens") ??
      intAt(usage, "prompt_cache_hit_tokens") ??
      intAt(cache, "read_input_tokens") ??
      before.cacheReadTokens,
    cacheWriteTokens:
      intAt(usage, "cache_creation_input_tokens") ??
      intAt(details, "cache_write_tokens") ??
      intAt(cache, "write_input_tokens") ??
      before.cacheWriteTokens,
  };
}
