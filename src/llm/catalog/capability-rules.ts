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
    preferredToolFormat: formatAt(row),
    textToolWireFormatSupported: boolAt(row, "text_tool_wire_format_supported"),
    deferLoading: boolAt(row, "defer_loading"),
    toolSearch: textsAt(row, "tool_search"),
    maxTools: intAt(row, "max_tools"),
    promptCaching: boolAt(row, "prompt_caching"),
    structuredOutput: structuredAt(row),
    thinkingModes: textsAt(row, "thinking_modes"),
    interleavedThinkingSupported: boolAt(row, "interleaved_thinking_supported"),
    preserveThinking: boolAt(row, "preserve_thinking"),
    reasoningEffortSupported: boolAt(row, "reasoning_effort_supported"),
    reasoningNoneSupported: boolAt(row, "reasoning_none_supported"),
    vision: boolAt(row, "vision_supported") ?? boolAt(row, "vision"),
    audio: boolAt(row, "audio"),
    pdf: boolAt(row, "pdf"),
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

function formatAt(row: DictValue): "native" | "text" | undefined {
  const word = textAt(row, "preferred_tool_format");
  return word === "native" || word === "text" ? word : undefined;
}

function structuredAt(row: DictValue): Capabilities["structuredOutput"] {
  const word = textAt(row, "structured_output") ?? textAt(row, "json_schema");
  return word === "native" || word === "tool_use" || word === "format_kw" ? word : undefined;
}
