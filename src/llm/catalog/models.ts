export type ModelTier = "small" | "mid" | "frontier" | "reasoning";

export interface Pricing {
  readonly inputPerMtok: number;
  readonly outputPerMtok: number;
  readonly cacheReadPerMtok?: number;
  readonly cacheWritePerMtok?: number;
}

export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  readonly contextWindow: number;
  /** What a local server is asked to make room for, where that is less. */
  readonly runtimeContextWindow?: number;
  readonly tier?: ModelTier;
  readonly pricing?: Pricing;
  readonly deprecated?: boolean;
}

function claude(
  id: string,
  name: string,
  tier: ModelTier,
  input: number,
  output: number,
  contextWindow = 200_000,
): ModelRow {
  const pricing = {
    inputPerMtok: input,
    outputPerMtok: output,
    cacheReadPerMtok: input / 10,
    cacheWritePerMtok: input * 1.25,
  };
  return { id, name, provider: "anthropic", contextWindow, tier, pricing };
}

function priced(
  provider: string,
  id: string,
  name: string,
  contextWindow: number,
  tier: ModelTier,
  input: number,
  output: number,
  cacheRead?: number,
): ModelRow {
  const pricing = {
    inputPerMtok: input,
    outputPerMtok: output,
    ...(cacheRead === undefined ? {} : { cacheReadPerMtok: cacheRead }),
  };
  return { id, name, provider, contextWindow, tier, pricing };
}

function free(provider: string, id: string, name: string, contextWindow: number, tier: ModelTier): ModelRow {
  return { id, name, provider, contextWindow, tier, pricing: { inputPerMtok: 0, outputPerMtok: 0 } };
}

/** Prices in US dollars per million tokens, as the providers publish them. */
export const modelRows: readonly ModelRow[] = [
  claude("claude-opus-4-7", "Claude Opus 4.7", "frontier", 5, 25),
  claude("claude-opus-4-6", "Claude Opus 4.6", "frontier", 5, 25),
  claude("claude-opus-4-5-20251101", "Claude Opus 4.5", "frontier", 5, 25),
  claude("claude-opus-4-1-20250805", "Claude Opus 4.1", "frontier", 15, 75),
  claude("claude-opus-4-20250514", "Claude Opus 4", "frontier", 15, 75),
  claude("claude-sonnet-4-6", "Claude Sonnet 4.6", "frontier", 3, 15),
  claude("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "frontier", 3, 15),
  claude("claude-sonnet-4-20250514", "Claude Sonnet 4", "frontier", 3, 15),
  claude("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "small", 1, 5),
  claude("claude-3-5-haiku-20241022", "Claude Haiku 3.5", "small", 0.8, 4),
  priced("openai", "gpt-4o", "GPT-4o", 128_000, "frontier", 2.5, 10, 1.25),
  priced("openai", "gpt-4o-mini", "GPT-4o mini", 128_000, "mid", 0.15, 0.6, 0.075),
  priced("openai", "gpt-4.1", "GPT-4.1", 1_047_576, "frontier", 2, 8, 0.5),
  priced("openai", "gpt-4.1-mini", "GPT-4.1 mini", 1_047_576, "mid", 0.4, 1.6, 0.1),
  priced("openai", "gpt-4.1-nano", "GPT-4.1 nano", 1_047_576, "small", 0.1, 0.4, 0.025),
  priced("openai", "gpt-5", "GPT-5", 400_000, "frontier", 1.25, 10, 0.125),
  priced("openai", "gpt-5-mini", "GPT-5 mini", 400_000, "mid", 0.25, 2, 0.025),
  priced("openai", "o3", "o3", 200_000, "reasoning", 2, 8, 0.5),
  priced("openai", "o4-mini", "o4-mini", 200_000, "reasoning", 1.1, 4.4, 0.275),
  priced("gemini", "gemini-2.5-pro", "Gemini 2.5 Pro", 1_048_576, "frontier", 1.25, 10),
  priced("gemini", "gemini-2.5-flash", "Gemini 2.5 Flash", 1_048_576, "mid", 0.3, 2.5),
  { id: "deepseek-v4-flash", name: "DeepSeek V4 Flash", provider: "deepseek", contextWindow: 128_000, tier: "mid" },
  { id: "deepseek-v4-pro", name: "DeepSeek V4 Pro", provider: "deepseek", contextWindow: 128_000, tier: "frontier" },
  { id: "MiniMax-M2.7", name: "MiniMax M2.7", provider: "minimax", contextWindow: 204_800, tier: "mid" },
  { id: "glm-5.1", name: "GLM 5.1", provider: "zai", contextWindow: 200_000, tier: "mid" },
  { id: "Qwen/Qwen3.5-9B", name: "Qwen 3.5 9B", provider: "openrouter", contextWindow: 131_072, tier: "small" },
  free("ollama", "llama3.2", "Llama 3.2", 131_072, "small"),
  free("local", "gemma-4-26b-a4b-it", "Gemma 4 26B", 131_072, "mid"),
];

export interface Alias {
  readonly model: string;
  readonly provider: string;
  readonly toolFormat?: "native" | "text";
}

export const aliases: Readonly<Record<string, Alias>> = {
  sonnet: { model: "claude-sonnet-4-6", provider: "anthropic" },
  opus: { model: "claude-opus-4-7", provider: "anthropic" },
  haiku: { model: "claude-haiku-4-5-20251001", provider: "anthropic" },
  frontier: { model: "claude-sonnet-4-6", provider: "anthropic" },
  "tier/frontier": { model: "claude-sonnet-4-6", provider: "anthropic" },
  mid: { model: "gpt-4o-mini", provider: "openai" },
  "tier/mid": { model: "gpt-4o-mini", provider: "openai" },
  small: { model: "Qwen/Qwen3.5-9B", provider: "openrouter" },
  "tier/small": { model: "Qwen/Qwen3.5-9B", provider: "openrouter" },
  minimax: { model: "MiniMax-M2.7", provider: "minimax" },
  glm: { model: "glm-5.1", provider: "zai" },
  deepseek: { model: "deepseek-v4-flash", provider: "deepseek" },
  "deepseek-flash": { model: "deepseek-v4-flash", provider: "deepseek" },
  "deepseek-pro": { model: "deepseek-v4-pro", provider: "deepseek" },
  "local-gemma4": { model: "gemma-4-26b-a4b-it", provider: "local" },
};

/** Cheap model of a provider for quality checks. */
export const qualityCheckDefaults: Readonly<Record<string, string>> = {
  anthropic: "claude-haiku-4-5-20251001",
  openai: "gpt-4o-mini",
  openrouter: "google/gemini-2.5-flash",
  ollama: "llama3.2",
  local: "gemma-4-26b-a4b-it",
};

export interface TierRule {
  readonly contains?: string;
  readonly pattern?: string;
  readonly tier: ModelTier;
}

export const tierRules: readonly TierRule[] = [
  { contains: "9b", tier: "small" },
  { contains: "gemma-4-e2b", tier: "small" },
  { contains: "gemma-4-e4b", tier: "small" },
  { contains: "a3b", tier: "mid" },
  { pattern: "claude-haiku-*", tier: "small" },
  { pattern: "claude-*", tier: "frontier" },
  { pattern: "gpt-4o", tier: "frontier" },
];

export const fallbackTier: ModelTier = "mid";

/** The model of a provider when nothing names one. */
export const defaultModels: Readonly<Record<string, string>> = {
  openai: "gpt-4o-mini",
  ollama: "llama3.2",
  openrouter: "anthropic/claude-sonnet-4.6",
};

export const fallbackModel = "claude-sonnet-4-6";
