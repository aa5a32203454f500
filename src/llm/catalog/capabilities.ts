import { matchesGlob } from "./glob.ts";
import { isVersionAtLeast, type ModelVersion, parseModelVersion } from "./model-version.ts";

/** What a model behind a provider can do. */
export interface Capabilities {
  readonly nativeTools: boolean;
  readonly preferredToolFormat: "native" | "text" | undefined;
  readonly textToolWireFormatSupported: boolean;
  readonly deferLoading: boolean;
  readonly toolSearch: readonly string[];
  readonly maxTools: number | undefined;
  readonly promptCaching: boolean;
  readonly structuredOutput: "native" | "tool_use" | "format_kw" | undefined;
  readonly thinkingModes: readonly string[];
  readonly interleavedThinkingSupported: boolean;
  readonly preserveThinking: boolean;
  readonly reasoningEffortSupported: boolean;
  readonly reasoningNoneSupported: boolean;
  readonly vision: boolean;
  readonly audio: boolean;
  readonly pdf: boolean;
  readonly requiresCompletionTokens: boolean;
  readonly seedSupported: boolean;
  readonly topKSupported: boolean;
  readonly frequencyPenaltySupported: boolean;
  readonly presencePenaltySupported: boolean;
  readonly honorsChatTemplateKwargs: boolean;
  readonly messageWireFormat: "openai" | "anthropic" | "gemini" | "ollama";
  readonly serverParser: string | undefined;
  readonly recommendedEndpoint: string | undefined;
}

export const noCapabilities: Capabilities = {
  nativeTools: false,
  preferredToolFormat: undefined,
  textToolWireFormatSupported: true,
  deferLoading: false,
  toolSearch: [],
  maxTools: undefined,
  promptCaching: false,
  structuredOutput: undefined,
  thinkingModes: [],
  interleavedThinkingSupported: false,
  preserveThinking: false,
  reasoningEffortSupported: false,
  reasoningNoneSupported: false,
  vision: false,
  audio: false,
  pdf: false,
  requiresCompletionTokens: false,
  seedSupported: true,
  topKSupported: true,
  frequencyPenaltySupported: true,
  presencePenaltySupported: true,
  honorsChatTemplateKwargs: false,
  messageWireFormat: "openai",
  serverParser: undefined,
  recommendedEndpoint: undefined,
};

export interface CapabilityRule {
  readonly provider: string;
  readonly pattern: string;
  readonly since?: ModelVersion;
  readonly gives: Partial<Capabilities>;
}

const claude: Partial<Capabilities> = {
  nativeTools: true,
  promptCaching: true,
  structuredOutput: "tool_use",
  vision: true,
  pdf: true,
  seedSupported: false,
  frequencyPenaltySupported: false,
  presencePenaltySupported: false,
  messageWireFormat: "anthropic",
};
const searching: Partial<Capabilities> = {
  ...claude,
  deferLoading: true,
  toolSearch: ["bm25", "regex"],
  maxTools: 10_000,
};
const adaptive: Partial<Capabilities> = { ...searching, thinkingModes: ["adaptive"] };
const budgeted: Partial<Capabilities> = { ...searching, thinkingModes: ["enabled"] };

const gpt: Partial<Capabilities> = {
  nativeTools: true,
  structuredOutput: "native",
  promptCaching: true,
  topKSupported: false,
};
const reasoner: Partial<Capabilities> = {
  ...gpt,
  thinkingModes: ["effort"],
  requiresCompletionTokens: true,
  reasoningEffortSupported: true,
};

const localQwen: Partial<Capabilities> = {
  nativeTools: true,
  structuredOutput: "native",
  thinkingModes: ["enabled"],
  serverParser: "none",
  honorsChatTemplateKwargs: true,
  recommendedEndpoint: "/v1/chat/completions",
};

/** In order: the first rule of the provider that fits the model counts. */
export const capabilityRules: readonly CapabilityRule[] = [
  {
    provider: "anthropic",
    pattern: "claude-opus-*",
    since: [4, 7],
    gives: { ...adaptive, interleavedThinkingSupported: true },
  },
  { provider: "anthropic", pattern: "claude-*", since: [4, 7], gives: adaptive },
  {
    provider: "anthropic",
    pattern: "claude-opus-*",
    since: [4, 6],
    gives: { ...budgeted, interleavedThinkingSupported: true },
  },
  { provider: "anthropic", pattern: "claude-haiku-*", since: [4, 5], gives: budgeted },
  { provider: "anthropic", pattern: "claude-opus-*", since: [4, 0], gives: budgeted },
  { provider: "anthropic", pattern: "claude-sonnet-*", since: [4, 0], gives: budgeted },
  { provider: "anthropic", pattern: "claude-*", gives: { ...claude, thinkingModes: ["enabled"] } },
  { provider: "openai", pattern: "gpt-4o*", gives: { ...gpt, vision: true, audio: true } },
  { provider: "openai", pattern: "gpt-4.1*", gives: { ...gpt, vision: true } },
  {
    provider: "openai",
    pattern: "gpt-*",
    since: [5, 4],
    gives: {
      ...reasoner,
      vision: true,
      deferLoading: true,
      toolSearch: ["hosted", "client"],
      reasoningNoneSupported: true,
    },
  },
  { provider: "openai", pattern: "gpt-*", since: [5, 0], gives: { ...reasoner, vision: true } },
  { provider: "openai", pattern: "gpt-*", gives: gpt },
  { provider: "openai", pattern: "o1*", gives: reasoner },
  { provider: "openai", pattern: "o3*", gives: reasoner },
  { provider: "openai", pattern: "o4*", gives: { ...reasoner, vision: true } },
  {
    provider: "gemini",
    pattern: "gemini-2.5*",
    gives: {
      nativeTools: true,
      vision: true,
      audio: true,
      pdf: true,
      structuredOutput: "native",
      messageWireFormat: "gemini",
      thinkingModes: ["enabled", "adaptive", "effort"],
    },
  },
  {
    provider: "gemini",
    pattern: "gemini-*",
    gives: {
      nativeTools: true,
      vision: true,
      audio: true,
      pdf: true,
      structuredOutput: "native",
      messageWireFormat: "gemini",
    },
  },
  { provider: "vertex", pattern: "gemini-*", gives: { nativeTools: true, messageWireFormat: "gemini" } },
  { provider: "bedrock", pattern: "*", gives: { nativeTools: true } },
  { provider: "azure_openai", pattern: "*", gives: { nativeTools: true, structuredOutput: "native" } },
  ...["llava*", "bakllava*", "llama3.2-vision*", "gemma3*"].map(
    (pattern): CapabilityRule => ({ provider: "ollama", pattern, gives: { vision: true } }),
  ),
  {
    provider: "ollama",
    pattern: "qwen3*",
    gives: {
      nativeTools: true,
      structuredOutput: "format_kw",
      thinkingModes: ["enabled"],
      textToolWireFormatSupported: false,
    },
  },
  ...["llamacpp", "local", "mlx"].flatMap((provider): CapabilityRule[] => [
    { provider, pattern: "*qwen3.6*", gives: { ...localQwen, preserveThinking: true } },
    { provider, pattern: "*qwen3*", gives: localQwen },
  ]),
  {
    provider: "openrouter",
    pattern: "qwen/qwen3.6*",
    gives: { ...localQwen, honorsChatTemplateKwargs: false, preserveThinking: true },
  },
];

/** Where to look next when a provider has no rule for a model: those that speak as OpenAI does know its models. */
const families: Readonly<Record<string, readonly string[]>> = {
  mock: ["anthropic", "openai", "gemini"],
  ...Object.fromEntries(
    [
      "openrouter",
      "together",
      "groq",
      "deepseek",
      "fireworks",
      "huggingface",
      "local",
      "cerebras",
      "dashscope",
      "minimax",
      "zai",
      "llamacpp",
      "mlx",
      "vllm",
      "tgi",
    ].map((provider): [string, readonly string[]] => [
      provider,
      provider === "openrouter" ? ["openai", "anthropic"] : ["openai"],
    ]),
  ),
};

/** The first rule that fits; a project's own rules stand before the embedded ones. */
export function findCapabilities(
  provider: string,
  model: string,
  projectRules: readonly CapabilityRule[],
): Capabilities {
  const bare = model.slice(model.lastIndexOf("/") + 1);
  const version = parseModelVersion(model);
  for (const rules of [projectRules, capabilityRules]) {
    for (const name of [provider, ...(families[provider] ?? [])]) {
      const hit = rules.find((rule) => rule.provider === name && fits(rule, model, bare, version));
      if (hit !== undefined) return { ...noCapabilities, ...hit.gives };
    }
  }
  return noCapabilities;
}

function fits(rule: CapabilityRule, model: string, bare: string, version: ModelVersion | undefined): boolean {
  if (!matchesGlob(rule.pattern, model) && !matchesGlob(rule.pattern, bare)) return false;
  return rule.since === undefined || (version !== undefined && isVersionAtLeast(version, rule.since));
}
