import { matchesGlob } from "./glob.ts";

/** Prefixes of a selector that name where to look and are not sent. */
const selectorPrefixes: readonly (readonly [prefix: string, provider: string])[] = [
  ["ollama:", "ollama"],
  ["local:", "ollama"],
  ["huggingface:", "huggingface"],
  ["hf:", "huggingface"],
  ["cerebras/", "cerebras"],
];

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

/** Which provider a model id belongs to; the first hit counts. `known` is the catalogue's row for the id. */
export function inferProvider(model: string, known: string | undefined, fallback: string): Inference {
  for (const [prefix, provider] of selectorPrefixes)
    if (model.startsWith(prefix)) return { provider, isDefault: false };
  if (known !== undefined) return { provider: known, isDefault: false };
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
