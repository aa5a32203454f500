import { capabilityRules, routeTraits } from "./capability-table.ts";
import { matchesGlob } from "./glob.ts";
import { isVersionAtLeast, type ModelVersion, parseModelVersion } from "./model-version.ts";

/** How well native and text tool calls serve each other's place. */
export type ToolModeParity =
  | "unknown"
  | "native_only"
  | "text_only"
  | "unsupported"
  | "interchangeable"
  | "native_unreliable"
  | "text_unreliable";

/** What a model behind a provider can do. */
export interface Capabilities {
  readonly nativeTools: boolean;
  readonly preferredToolFormat: "native" | "text" | undefined;
  readonly textToolWireFormatSupported: boolean;
  readonly toolModeParity: ToolModeParity | undefined;
  readonly toolModeParityNotes: string | undefined;
  readonly deferLoading: boolean;
  readonly toolSearch: readonly string[];
  readonly maxTools: number | undefined;
  readonly promptCaching: boolean;
  readonly structuredOutput: "native" | "tool_use" | "format_kw" | "delimited" | undefined;
  readonly structuredOutputMode: "none" | "native_json" | "xml_tagged" | "delimited";
  readonly thinkingModes: readonly string[];
  readonly thinkingBlockStyle: "none" | "inline" | "thinking_blocks" | "reasoning_summary";
  readonly interleavedThinkingSupported: boolean;
  readonly preserveThinking: boolean;
  readonly reasoningEffortSupported: boolean;
  readonly reasoningNoneSupported: boolean;
  /** What the system text begins with when the model is not to think. */
  readonly thinkingDisableDirective: string | undefined;
  /** What a reasoning policy of `auto` comes to for a kind of task. */
  readonly autoReasoningOverrides: Readonly<Record<string, string>> | undefined;
  readonly reasoningWireFormat: "enabled" | "openrouter" | undefined;
  readonly vision: boolean;
  readonly audio: boolean;
  readonly pdf: boolean;
  readonly filesApiSupported: boolean;
  readonly fileUploadWireFormat: "anthropic" | "gemini" | "openai" | undefined;
  readonly requiresCompletionTokens: boolean;
  readonly seedSupported: boolean;
  readonly topKSupported: boolean;
  readonly frequencyPenaltySupported: boolean;
  readonly presencePenaltySupported: boolean;
  readonly honorsChatTemplateKwargs: boolean;
  readonly supportsAssistantPrefill: boolean;
  readonly prefersXmlScaffolding: boolean;
  readonly prefersXmlTools: boolean;
  readonly prefersMarkdownScaffolding: boolean;
  readonly prefersRoleDeveloper: boolean;
  /** The Responses API with its hosted tools, kept conversations, compaction and background mode. */
  readonly responsesApi: boolean;
  readonly messageWireFormat: "openai" | "anthropic" | "gemini" | "ollama";
  readonly nativeToolWireFormat: "openai" | "anthropic";
  readonly serverParser: string | undefined;
  readonly recommendedEndpoint: string | undefined;
}

export const noCapabilities: Capabilities = {
  nativeTools: false,
  preferredToolFormat: undefined,
  textToolWireFormatSupported: true,
  toolModeParity: undefined,
  toolModeParityNotes: undefined,
  deferLoading: false,
  toolSearch: [],
  maxTools: undefined,
  promptCaching: false,
  structuredOutput: undefined,
  structuredOutputMode: "none",
  thinkingModes: [],
  thinkingBlockStyle: "none",
  interleavedThinkingSupported: false,
  preserveThinking: false,
  reasoningEffortSupported: false,
  reasoningNoneSupported: false,
  reasoningWireFormat: undefined,
  thinkingDisableDirective: undefined,
  autoReasoningOverrides: undefined,
  vision: false,
  audio: false,
  pdf: false,
  filesApiSupported: false,
  fileUploadWireFormat: undefined,
  requiresCompletionTokens: false,
  seedSupported: true,
  topKSupported: true,
  frequencyPenaltySupported: true,
  presencePenaltySupported: true,
  honorsChatTemplateKwargs: false,
  supportsAssistantPrefill: false,
  prefersXmlScaffolding: false,
  prefersXmlTools: false,
  prefersMarkdownScaffolding: false,
  prefersRoleDeveloper: false,
  responsesApi: false,
  messageWireFormat: "openai",
  nativeToolWireFormat: "openai",
  serverParser: undefined,
  recommendedEndpoint: undefined,
};

export interface CapabilityRule {
  readonly provider: string;
  readonly pattern: string;
  readonly since?: ModelVersion;
  readonly gives: Partial<Capabilities>;
}

/** Providers that speak as OpenAI does, and know its models. */
const compatibleProviders: ReadonlySet<string> = new Set([
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
]);
/** The mock passes for whoever serves the model it is given. */
const mocked: readonly string[] = ["anthropic", "openai", "gemini"];

/** A rule with all that holds for the models that it fits. */
export interface CapabilityRow {
  readonly provider: string;
  readonly pattern: string;
  readonly since: ModelVersion | undefined;
  readonly capabilities: Capabilities;
  readonly source: "builtin" | "project";
}

/** Every rule in the order in which they are asked. */
export function capabilityRows(projectRules: readonly CapabilityRule[]): readonly CapabilityRow[] {
  const rowOf =
    (source: CapabilityRow["source"]) =>
    ({ provider, pattern, since, gives }: CapabilityRule): CapabilityRow => ({
      provider,
      pattern,
      since,
      capabilities: { ...noCapabilities, ...routeTraits[provider], ...gives },
      source,
    });
  return [...projectRules.map(rowOf("project")), ...capabilityRules.map(rowOf("builtin"))];
}

/** The first rule that fits; a project's own rules stand before the embedded ones. */
export function findCapabilities(
  provider: string,
  model: string,
  projectRules: readonly CapabilityRule[],
): Capabilities {
  const isCompatible = compatibleProviders.has(provider);
  const families = provider === "mock" ? mocked : isCompatible ? ["openai"] : [];
  const route = {
    ...noCapabilities,
    ...(isOpenAiLike(provider) ? { topKSupported: false } : {}),
    ...routeTraits[provider],
  };
  const subject = { model: model.toLowerCase(), version: parseModelVersion(model) };
  for (const rules of [projectRules, capabilityRules]) {
    for (const name of [provider, ...families]) {
      const hit = rules.find((rule) => rule.provider === name && fits(rule, subject));
      // Only OpenAI itself hosts the Responses API.
      if (hit !== undefined) return { ...route, ...hit.gives, ...(isCompatible ? { responsesApi: false } : {}) };
    }
  }
  return route;
}

function isOpenAiLike(provider: string): boolean {
  return provider === "openai" || compatibleProviders.has(provider);
}

interface Subject {
  readonly model: string;
  readonly version: ModelVersion | undefined;
}

function fits(rule: CapabilityRule, { model, version }: Subject): boolean {
  const pattern = rule.pattern.toLowerCase();
  if (!matchesGlob(pattern, model) && !matchesGlob(pattern, withoutVendor(model))) return false;
  return rule.since === undefined || (version !== undefined && isVersionAtLeast(version, rule.since));
}

/** `openai/gpt-5` is `gpt-5`: routers put the vendor before the name. */
function withoutVendor(model: string): string {
  return model.replace(/^(?:openai|anthropic|models)\//, "");
}
