import { matchesGlob } from "./glob.ts";

/** Prefixes of a selector that name where to look and are not sent. */
const selectorPrefixes: readonly (readonly [prefix: string, provider: string])[] = [
  ["ollama:", "ollama"],
  ["local:", "ollama"],
  ["huggingface:", "huggingface"],
  ["hf:", "huggingface"],
  ["cerebras/", "cerebras"],
];

/** Something a model's name says: its provider, or its tier. */
export interface NameRule {
  readonly exact?: string;
  readonly pattern?: string;
  readonly contains?: string;
  readonly gives: string;
}

export function fitsName(rule: NameRule, model: string): boolean {
  if (rule.exact !== undefined) return rule.exact === model;
  if (rule.pattern !== undefined) return matchesGlob(rule.pattern, model);
  return rule.contains !== undefined && model.includes(rule.contains);
}

const rules: readonly (readonly [pattern: string, provider: string])[] = [
  ["claude-*", "anthropic"],
  ["gpt-*", "openai"],
  ["o1*", "openai"],
  ["o3*", "openai"],
  ["o4*", "openai"],
  ["anthropic.claude-*", "bedrock"],
  ["meta.llama*", "bedrock"],
  ["amazon.*", "bedrock"],
  ["mistral.*", "bedrock"],
  ["cohere.*", "bedrock"],
  ["gemini-*", "gemini"],
  ["MiniMax-*", "minimax"],
  ["glm-*", "zai"],
  ["zhipu/*", "zai"],
  ["deepseek-v4*", "deepseek"],
  ["deepseek-chat", "deepseek"],
  ["deepseek-reasoner", "deepseek"],
];

export interface Inference {
  readonly provider: string;
  /** Nothing about the id said so: it is the provider of last resort. */
  readonly isDefault: boolean;
}

/**
 * Which provider a model id belongs to; the first hit counts. `known` is the provider of the catalogue's row for
 * the id, `configured` the rules that stand before the embedded ones.
 */
export function inferProvider(
  model: string,
  known: string | undefined,
  fallback: string,
  configured: readonly NameRule[] = [],
): Inference {
  for (const [prefix, provider] of selectorPrefixes)
    if (model.startsWith(prefix)) return { provider, isDefault: false };
  if (known !== undefined) return { provider: known, isDefault: false };
  const own = configured.find((rule) => fitsName(rule, model));
  if (own !== undefined) return { provider: own.gives, isDefault: false };
  for (const [pattern, provider] of rules) if (matchesGlob(pattern, model)) return { provider, isDefault: false };
  if (model.split("/").length === 2) return { provider: "openrouter", isDefault: false };
  if (model.includes(":")) return { provider: "ollama", isDefault: false };
  return { provider: fallback, isDefault: true };
}

/** The id as it is sent: without the prefix that only chose the provider. */
export function wireModelId(model: string): string {
  const hit = selectorPrefixes.find(([prefix]) => model.startsWith(prefix));
  return hit === undefined ? model : model.slice(hit[0].length);
}
