/** What the makers of models call them, as they stand in a model's id; where none does, the provider's own. */
const families: readonly (readonly [family: string, id: RegExp, ...providers: string[]])[] = [
  ["claude", /claude/, "anthropic", "bedrock"],
  ["gpt", /gpt|(?:^|\/)o\d/, "openai", "azure"],
  ["gemini", /gemini/, "gemini", "vertex"],
  ["qwen", /qwen/],
  ["llama", /llama-?\d/],
  ["deepseek", /deepseek/, "deepseek"],
  ["mistral", /mistral|mixtral/, "mistral"],
];

/** One word for a model's kin: `claude`, `gpt`, `qwen` …, else the name of its provider. */
export function modelFamily(provider: string, model: string): string {
  const id = model.toLowerCase();
  const named = families.find(([, pattern]) => pattern.test(id));
  const kin = named ?? families.find(([, , ...providers]) => providers.includes(provider));
  return kin?.[0] ?? provider;
}
