import type { DictValue } from "../../value/index.ts";
import { boolAt, dictAt, intAt, isDict, isList, itemsAt, numberOf, textAt, textsAt } from "../fields.ts";
import type { Capabilities, CapabilityRule } from "./capabilities.ts";

/** Rules out of `[[provider.NAME]]` tables, which may also stand under `capabilities`. */
export function readCapabilityRules(root: DictValue): CapabilityRule[] {
  const providers = dictAt(dictAt(root, "capabilities") ?? root, "provider");
  if (providers === undefined) return [];
  return [...providers.entries()].flatMap(([provider, rows]) =>
    isList(rows)
      ? rows
          .toArray()
          .filter(isDict)
          .map((row) => readRule(provider, row))
      : [],
  );
}

function readRule(provider: string, row: DictValue): CapabilityRule {
  const version = itemsAt(row, "version_min")?.map((part) => numberOf(part) ?? 0);
  const gives = {
    nativeTools: boolAt(row, "native_tools"),
    preferredToolFormat: oneOf(textAt(row, "preferred_tool_format"), ["native", "text"] as const),
    toolModeParity: oneOf(textAt(row, "tool_mode_parity"), parities),
    toolModeParityNotes: textAt(row, "tool_mode_parity_notes"),
    textToolWireFormatSupported: boolAt(row, "text_tool_wire_format_supported"),
    deferLoading: boolAt(row, "defer_loading"),
    toolSearch: textsAt(row, "tool_search"),
    maxTools: intAt(row, "max_tools"),
    promptCaching: boolAt(row, "prompt_caching"),
    structuredOutput: oneOf(textAt(row, "structured_output") ?? textAt(row, "json_schema"), structuredOutputs),
    structuredOutputMode: oneOf(textAt(row, "structured_output_mode"), outputModes),
    thinkingBlockStyle: oneOf(textAt(row, "thinking_block_style"), thinkingStyles),
    reasoningWireFormat: oneOf(textAt(row, "reasoning_wire_format"), ["enabled", "openrouter"] as const),
    thinkingModes: textsAt(row, "thinking_modes"),
    interleavedThinkingSupported: boolAt(row, "interleaved_thinking_supported"),
    preserveThinking: boolAt(row, "preserve_thinking"),
    reasoningEffortSupported: boolAt(row, "reasoning_effort_supported"),
    reasoningNoneSupported: boolAt(row, "reasoning_none_supported"),
    thinkingDisableDirective: textAt(row, "thinking_disable_directive"),
    autoReasoningOverrides: wordsByTask(dictAt(row, "auto_reasoning_overrides")),
    vision: boolAt(row, "vision_supported") ?? boolAt(row, "vision"),
    audio: boolAt(row, "audio"),
    pdf: boolAt(row, "pdf"),
    filesApiSupported: boolAt(row, "files_api_supported"),
    fileUploadWireFormat: oneOf(textAt(row, "file_upload_wire_format"), ["anthropic", "gemini", "openai"] as const),
    supportsAssistantPrefill: boolAt(row, "supports_assistant_prefill"),
    prefersXmlScaffolding: boolAt(row, "prefers_xml_scaffolding"),
    prefersXmlTools: boolAt(row, "prefers_xml_tools"),
    prefersMarkdownScaffolding: boolAt(row, "prefers_markdown_scaffolding"),
    prefersRoleDeveloper: boolAt(row, "prefers_role_developer"),
    responsesApi: boolAt(row, "responses_api"),
    messageWireFormat: oneOf(textAt(row, "message_wire_format"), wireFormats),
    nativeToolWireFormat: oneOf(textAt(row, "native_tool_wire_format"), ["openai", "anthropic"] as const),
    requiresCompletionTokens: boolAt(row, "requires_completion_tokens"),
    seedSupported: boolAt(row, "seed_supported"),
    topKSupported: boolAt(row, "top_k_supported"),
    frequencyPenaltySupported: boolAt(row, "frequency_penalty_supported"),
    presencePenaltySupported: boolAt(row, "presence_penalty_supported"),
    honorsChatTemplateKwargs: boolAt(row, "honors_chat_template_kwargs"),
    serverParser: textAt(row, "server_parser"),
    recommendedEndpoint: textAt(row, "recommended_endpoint"),
  };
  return {
    provider,
    pattern: textAt(row, "model_match") ?? "*",
    ...(version === undefined ? {} : { since: [version[0] ?? 0, version[1] ?? 0] as const }),
    gives: Object.fromEntries(
      Object.entries(gives).filter(([, value]) => value !== undefined),
    ) as Partial<Capabilities>,
  };
}

function wordsByTask(given: DictValue | undefined): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries([...given.keys()].flatMap((task) => [[task, textAt(given, task) ?? "off"]]));
}

const structuredOutputs = ["native", "tool_use", "format_kw", "delimited"] as const;
const outputModes = ["none", "native_json", "xml_tagged", "delimited"] as const;
const thinkingStyles = ["none", "inline", "thinking_blocks", "reasoning_summary"] as const;
const wireFormats = ["openai", "anthropic", "gemini", "ollama"] as const;
const parities = [
  "unknown",
  "native_only",
  "text_only",
  "unsupported",
  "interchangeable",
  "native_unreliable",
  "text_unreliable",
] as const;

/** A word this table does not know counts as absent. */
function oneOf<const T extends string>(word: string | undefined, known: readonly T[]): T | undefined {
  return known.find((each) => each === word);
}
