import type { Capabilities, CapabilityRule } from "./capabilities.ts";

/**
 * What models behind providers can do. Long because it is a table.
 *
 * A rule's provider and glob are matched in order, the first that fits counts; more specific globs stand before wider ones.
 */

type Gives = Partial<Capabilities>;

/** Traits of a whole route, whatever the model is. */
export const routeTraits: Readonly<Record<string, Gives>> = {
  anthropic: {
    messageWireFormat: "anthropic",
    nativeToolWireFormat: "anthropic",
    filesApiSupported: true,
    fileUploadWireFormat: "anthropic",
    seedSupported: false,
    frequencyPenaltySupported: false,
    presencePenaltySupported: false,
  },
  gemini: { messageWireFormat: "gemini", filesApiSupported: true, fileUploadWireFormat: "gemini" },
  ollama: { messageWireFormat: "ollama", frequencyPenaltySupported: false, presencePenaltySupported: false },
  openrouter: { reasoningWireFormat: "openrouter" },
  together: { reasoningWireFormat: "enabled" },
};

/** Tools in the provider's own form, preferred. */
const native: Gives = { nativeTools: true, preferredToolFormat: "native", toolModeParity: "unknown" };
/** Tools as text only. */
const texted: Gives = { preferredToolFormat: "text", toolModeParity: "text_only" };
const markdown: Gives = { prefersMarkdownScaffolding: true };
const xml: Gives = { prefersXmlScaffolding: true, prefersXmlTools: true, structuredOutputMode: "xml_tagged" };
const nativeJson: Gives = { structuredOutput: "native", structuredOutputMode: "native_json" };
/** JSON by schema on the wire, yet asked for between marks. */
const markedJson: Gives = { structuredOutput: "native", structuredOutputMode: "delimited" };
const inlineThinking: Gives = { thinkingModes: ["enabled"], thinkingBlockStyle: "inline" };
const efforts: Gives = { thinkingModes: ["effort"], thinkingBlockStyle: "reasoning_summary" };
const cached: Gives = { promptCaching: true };
const topK: Gives = { topKSupported: true };

const claude: Gives = {
  ...native,
  ...xml,
  ...cached,
  structuredOutput: "tool_use",
  messageWireFormat: "anthropic",
  thinkingModes: ["enabled"],
  thinkingBlockStyle: "thinking_blocks",
  vision: true,
  audio: true,
  pdf: true,
  filesApiSupported: true,
  fileUploadWireFormat: "anthropic",
  seedSupported: false,
  frequencyPenaltySupported: false,
  presencePenaltySupported: false,
};
const prefillable: Gives = { supportsAssistantPrefill: true };
const searching: Gives = { ...claude, deferLoading: true, toolSearch: ["bm25", "regex"], maxTools: 10_000 };
const adaptive: Gives = { ...searching, thinkingModes: ["adaptive"] };

const gpt: Gives = { ...native, ...markdown, ...nativeJson, topKSupported: false };
const reasoningGpt: Gives = { ...gpt, ...efforts, reasoningEffortSupported: true, vision: true };
const reasoner: Gives = {
  ...gpt,
  ...efforts,
  reasoningEffortSupported: true,
  requiresCompletionTokens: true,
  prefersRoleDeveloper: true,
};

const gemini: Gives = {
  ...native,
  ...markdown,
  ...nativeJson,
  prefersXmlScaffolding: true,
  messageWireFormat: "gemini",
  filesApiSupported: true,
  fileUploadWireFormat: "gemini",
  vision: true,
  audio: true,
  pdf: true,
};

const quiet: Gives = { thinkingDisableDirective: "/no_think" };
const qwen: Gives = { ...native, ...markdown, ...markedJson, ...inlineThinking, ...quiet };
/** Their makers advise against thinking between calls of tools. */
const workingQwen: Gives = { autoReasoningOverrides: { agent: "off", verify: "off", code: "off" } };
const servedQwen: Gives = { ...qwen, ...workingQwen, honorsChatTemplateKwargs: true, serverParser: "none" };
const textQwen: Gives = { ...servedQwen, ...texted, nativeTools: false };
const keepThinking: Gives = { preserveThinking: true };
const compatible: Gives = { ...native, ...markdown, ...nativeJson };
const thinkingCompatible: Gives = { ...compatible, ...inlineThinking };

const localVision: Gives = { ...texted, ...markdown, vision: true };
const olderVision: Gives = {
  ...localVision,
  structuredOutputMode: "native_json",
  thinkingBlockStyle: "reasoning_summary",
};
const ollamaJson: Gives = { ...markdown, structuredOutput: "format_kw", structuredOutputMode: "delimited" };
const ollamaQwen: Gives = {
  ...ollamaJson,
  ...inlineThinking,
  ...quiet,
  ...workingQwen,
  serverParser: "ollama_qwen3coder",
  recommendedEndpoint: "/api/generate-raw",
};

const deepSeek: Gives = { ...compatible, ...cached, ...topK };
const routedDeepSeek: Gives = {
  ...deepSeek,
  thinkingModes: ["enabled", "effort"],
  thinkingBlockStyle: "reasoning_summary",
};
const routedClaude: Gives = {
  ...native,
  ...xml,
  ...cached,
  structuredOutput: "tool_use",
  thinkingModes: ["adaptive"],
  thinkingBlockStyle: "thinking_blocks",
};
const miniMax: Gives = { ...native, ...markdown, structuredOutput: "delimited", structuredOutputMode: "delimited" };
const thinkingMiniMax: Gives = { ...miniMax, ...inlineThinking, ...topK };

function rules(provider: string, rows: readonly (readonly [glob: string, gives: Gives])[]): CapabilityRule[] {
  return rows.map(([pattern, gives]) => ({ provider, pattern, gives }));
}

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
    gives: { ...searching, interleavedThinkingSupported: true },
  },
  { provider: "anthropic", pattern: "claude-sonnet-*", since: [4, 6], gives: searching },
  { provider: "anthropic", pattern: "claude-haiku-*", since: [4, 5], gives: { ...searching, ...prefillable } },
  { provider: "anthropic", pattern: "claude-opus-*", since: [4, 0], gives: { ...searching, ...prefillable } },
  { provider: "anthropic", pattern: "claude-sonnet-*", since: [4, 0], gives: { ...searching, ...prefillable } },
  { provider: "anthropic", pattern: "claude-*", gives: { ...claude, ...prefillable } },

  { provider: "openai", pattern: "gpt-4o*", gives: { ...gpt, vision: true, audio: true } },
  { provider: "openai", pattern: "gpt-4.1*", gives: { ...gpt, vision: true } },
  {
    provider: "openai",
    pattern: "gpt-*",
    since: [5, 4],
    gives: {
      ...reasoningGpt,
      deferLoading: true,
      toolSearch: ["hosted", "client"],
      reasoningNoneSupported: true,
      responsesApi: true,
    },
  },
  {
    provider: "openai",
    pattern: "gpt-*",
    since: [5, 1],
    gives: { ...reasoningGpt, reasoningNoneSupported: true },
  },
  { provider: "openai", pattern: "gpt-*", since: [5, 0], gives: reasoningGpt },
  ...rules("openai", [
    ["gpt-*", gpt],
    ["o1*", reasoner],
    ["o3*", reasoner],
    ["o4*", { ...reasoner, vision: true }],
  ]),

  ...rules("gemini", [
    [
      "gemini-2.5*",
      { ...gemini, thinkingModes: ["enabled", "adaptive", "effort"], thinkingBlockStyle: "reasoning_summary" },
    ],
    ["gemini-*", gemini],
  ]),
  ...rules("vertex", [["gemini-*", { ...native, ...markdown, structuredOutputMode: "native_json" }]]),
  ...rules("bedrock", [
    [
      "anthropic.claude*",
      {
        ...native,
        ...xml,
        thinkingBlockStyle: "thinking_blocks",
        messageWireFormat: "anthropic",
        nativeToolWireFormat: "anthropic",
      },
    ],
    ["*claude*", { ...native, ...xml, thinkingBlockStyle: "thinking_blocks" }],
    ["*", { ...native, ...markdown, structuredOutputMode: "delimited" }],
  ]),
  ...rules("azure_openai", [
    ["gpt-*", { ...native, ...markdown, structuredOutputMode: "native_json" }],
    ...["o1*", "o3*", "o4*"].map(
      (glob) =>
        [
          glob,
          {
            ...native,
            ...markdown,
            structuredOutputMode: "native_json",
            thinkingBlockStyle: "reasoning_summary",
            prefersRoleDeveloper: true,
          },
        ] as const,
    ),
  ]),

  ...rules("ollama", [
    ["llava*", { ...localVision, structuredOutputMode: "native_json" }],
    ["bakllava*", olderVision],
    ["llama3.2-vision*", olderVision],
    ["gemma3*", olderVision],
    ["gemma4*", { ...localVision, structuredOutputMode: "delimited" }],
    ["devstral-small-2*", { ...texted, ...ollamaJson }],
    ["qwen3.6*", { ...ollamaQwen, ...texted, ...keepThinking }],
    [
      "qwen3*",
      {
        ...ollamaQwen,
        ...native,
        toolModeParity: "native_only",
        textToolWireFormatSupported: false,
      },
    ],
  ]),
  ...rules("llamacpp", [
    ["*qwen3.6*", { ...textQwen, ...keepThinking, ...topK }],
    ["*qwen3*", { ...textQwen, ...topK }],
    ["*devstral-small-2*", { ...texted, ...markdown, ...markedJson, ...topK }],
  ]),
  ...rules("local", [
    ["*qwen3.6*", { ...servedQwen, ...keepThinking }],
    ["*qwen3*", servedQwen],
    ["*gemma-4*", { ...texted, ...markdown, ...inlineThinking, structuredOutputMode: "delimited" }],
  ]),
  ...rules("mlx", [
    ["*qwen3.6*", { ...servedQwen, ...keepThinking, ...topK }],
    ["*qwen3*", { ...servedQwen, ...topK }],
  ]),
  ...rules("dashscope", [
    ["qwen3.6*", { ...qwen, ...workingQwen, ...keepThinking, ...topK }],
    ["qwen*", { ...qwen, ...topK }],
  ]),
  ...rules("fireworks", [
    ["*qwen3.6*", { ...qwen, ...workingQwen, ...keepThinking, ...topK }],
    ["*qwen3p6*", { ...qwen, ...workingQwen, ...keepThinking, ...topK }],
    ["*qwen*", { ...qwen, ...topK }],
  ]),
  ...rules("huggingface", [
    ["qwen/qwen3.6*", { ...qwen, ...workingQwen, ...keepThinking }],
    ["qwen/qwen3-coder*", { ...native, ...markdown, ...markedJson }],
    ["qwen/*", qwen],
    ["deepseek-ai/deepseek-v3*", { ...thinkingCompatible, ...cached }],
  ]),
  ...rules("together", [
    ["qwen/qwen3.6*", { ...qwen, ...workingQwen, ...keepThinking, ...topK }],
    ["qwen/qwen3-coder*", { ...native, ...markdown, ...markedJson, ...topK }],
    ["qwen/*", { ...qwen, ...topK }],
    ["deepseek-ai/deepseek-v3*", { ...thinkingCompatible, ...cached, ...topK }],
    ["moonshotai/kimi-k2*", { ...thinkingCompatible, ...topK }],
    ["moonshotai/*", { ...compatible, ...topK }],
    ["zai-org/glm-5*", { ...thinkingCompatible, ...topK }],
    ["openai/gpt-oss*", { ...texted, ...markdown, ...nativeJson, ...efforts, ...topK, reasoningEffortSupported: true }],
  ]),
  ...rules("openrouter", [
    ["qwen/qwen3.6*", { ...qwen, ...workingQwen, ...keepThinking, reasoningNoneSupported: true }],
    [
      "qwen/qwen3-coder*",
      {
        ...native,
        ...markdown,
        ...markedJson,
        preferredToolFormat: "text",
        toolModeParity: "native_unreliable",
        toolModeParityNotes: "native tool calls of this route fail in coding tasks that text calls finish",
      },
    ],
    ["qwen/*", { ...qwen, ...workingQwen, reasoningNoneSupported: true }],
    [
      "deepseek/deepseek-v3.2*",
      {
        ...routedDeepSeek,
        preferredToolFormat: "text",
        toolModeParity: "native_unreliable",
        toolModeParityNotes: "native tool calls of this route fail in coding tasks; text calls and DSML marks are read",
      },
    ],
    ["deepseek/deepseek-v*", routedDeepSeek],
    [
      "google/gemini-2.5*",
      {
        ...compatible,
        ...cached,
        vision: true,
        audio: true,
        pdf: true,
        thinkingModes: ["enabled", "effort"],
        thinkingBlockStyle: "reasoning_summary",
      },
    ],
    ["google/gemma-4*", { ...compatible, ...topK }],
    ["minimax/minimax-m2*", { ...native, structuredOutput: "delimited" }],
    ["moonshotai/kimi-k2*", thinkingCompatible],
    ["mistralai/*", compatible],
    ["meta-llama/*", compatible],
    ["z-ai/glm-5*", { ...native, ...nativeJson }],
  ]),
  { provider: "openrouter", pattern: "anthropic/claude-opus-*", since: [4, 6], gives: routedClaude },
  { provider: "openrouter", pattern: "anthropic/claude-sonnet-*", since: [4, 6], gives: routedClaude },
  {
    provider: "openrouter",
    pattern: "anthropic/claude-haiku-*",
    since: [4, 5],
    gives: { ...routedClaude, ...prefillable, thinkingModes: ["enabled"] },
  },
  ...rules("cerebras", [
    ["gpt-oss*", { ...compatible, ...efforts, ...topK, reasoningEffortSupported: true }],
    ["llama-*", { ...compatible, ...topK }],
    ["qwen-*", { ...compatible, ...topK }],
  ]),
  ...rules("deepseek", [
    ["deepseek-v4-flash", { ...deepSeek, ...inlineThinking }],
    ["deepseek-v4-pro", { ...deepSeek, ...inlineThinking }],
    ["deepseek-reasoner", { ...deepSeek, ...inlineThinking }],
    ["deepseek-chat", deepSeek],
  ]),
  ...rules("minimax", [
    ["minimax-m2.7*", { ...thinkingMiniMax, ...cached }],
    ["minimax-m2*", thinkingMiniMax],
    ["minimax-text-*", { ...miniMax, ...topK }],
  ]),
  ...rules("zai", [
    ["glm-5.1*", { ...thinkingCompatible, ...cached, ...topK }],
    ["glm-5*", { ...thinkingCompatible, ...topK }],
  ]),
];
