import { DictValue, type Value } from "../../value/index.ts";
import type { Capabilities } from "../catalog/capabilities.ts";
import type { ModelRow, Pricing } from "../catalog/model-row.ts";
import type { ProviderCatalog, ResolvedModel } from "../catalog/provider-catalog.ts";
import type { ProviderRow } from "../catalog/providers.ts";
import { float, list, record } from "../fields.ts";

/** The dicts in which programs see the catalogue. */

export function resolvedDict(resolved: ResolvedModel): DictValue {
  return record({
    id: resolved.id,
    provider: resolved.provider,
    alias: resolved.alias ?? null,
    tool_format: resolved.toolFormat,
    tier: resolved.tier,
  });
}

/** Tools that a provider runs itself, behind the Responses API. */
const hostedTools = [
  "web_search",
  "web_search_preview",
  "file_search",
  "code_interpreter",
  "image_generation",
  "computer_use",
  "mcp",
  "remote_mcp",
] as const;

export function capabilitiesDict(provider: string, model: string, capabilities: Capabilities): DictValue {
  const { responsesApi } = capabilities;
  return record({
    provider,
    model,
    tools: capabilities.nativeTools || capabilities.textToolWireFormatSupported,
    native_tools: capabilities.nativeTools,
    preferred_tool_format: capabilities.preferredToolFormat ?? null,
    text_tool_wire_format_supported: capabilities.textToolWireFormatSupported,
    tool_mode_parity: capabilities.toolModeParity ?? null,
    tool_mode_parity_notes: capabilities.toolModeParityNotes ?? null,
    message_wire_format: capabilities.messageWireFormat,
    native_tool_wire_format: capabilities.nativeToolWireFormat,
    defer_loading: capabilities.deferLoading,
    tool_search: list(capabilities.toolSearch),
    max_tools: capabilities.maxTools ?? null,
    prompt_caching: capabilities.promptCaching,
    structured_output: capabilities.structuredOutput ?? null,
    json_schema: capabilities.structuredOutput ?? null,
    structured_output_mode: capabilities.structuredOutputMode,
    thinking: capabilities.thinkingModes.length > 0,
    thinking_modes: list(capabilities.thinkingModes),
    thinking_block_style: capabilities.thinkingBlockStyle,
    interleaved_thinking_supported: capabilities.interleavedThinkingSupported,
    anthropic_beta_features: list([]),
    preserve_thinking: capabilities.preserveThinking,
    reasoning_effort_supported: capabilities.reasoningEffortSupported,
    reasoning_none_supported: capabilities.reasoningNoneSupported,
    reasoning_wire_format: capabilities.reasoningWireFormat ?? null,
    vision_supported: capabilities.vision,
    audio: capabilities.audio,
    pdf: capabilities.pdf,
    files_api_supported: capabilities.filesApiSupported,
    file_upload_wire_format: capabilities.fileUploadWireFormat ?? null,
    requires_completion_tokens: capabilities.requiresCompletionTokens,
    seed_supported: capabilities.seedSupported,
    top_k_supported: capabilities.topKSupported,
    frequency_penalty_supported: capabilities.frequencyPenaltySupported,
    presence_penalty_supported: capabilities.presencePenaltySupported,
    supports_assistant_prefill: capabilities.supportsAssistantPrefill,
    prefers_xml_scaffolding: capabilities.prefersXmlScaffolding,
    prefers_xml_tools: capabilities.prefersXmlTools,
    prefers_markdown_scaffolding: capabilities.prefersMarkdownScaffolding,
    prefers_role_developer: capabilities.prefersRoleDeveloper,
    responses_api: responsesApi,
    hosted_tools: list(responsesApi ? hostedTools : []),
    remote_mcp: responsesApi,
    conversation_state: responsesApi,
    compaction: responsesApi,
    background_mode: responsesApi,
    tool_approval_policy: responsesApi ? "provider_or_harn" : null,
  });
}

/** The words by which lists of models name what one can do. */
export function capabilityTags(capabilities: Capabilities): string[] {
  const { thinkingModes, interleavedThinkingSupported } = capabilities;
  const tags: readonly (readonly [tag: string, holds: boolean])[] = [
    ["streaming", true],
    ["tools", capabilities.nativeTools || capabilities.textToolWireFormatSupported],
    ["tool_search", capabilities.toolSearch.length > 0],
    ["vision", capabilities.vision],
    ["audio", capabilities.audio],
    ["pdf", capabilities.pdf],
    ["files", capabilities.filesApiSupported],
    ["prompt_caching", capabilities.promptCaching],
    ["thinking", thinkingModes.length > 0],
    ["extended_thinking", interleavedThinkingSupported || thinkingModes.some((mode) => mode !== "enabled")],
    ["structured_output", capabilities.structuredOutput !== undefined],
  ];
  return tags.flatMap(([tag, holds]) => (holds ? [tag] : []));
}

export function pricingDict(pricing: Pricing): DictValue {
  return record({
    input_per_mtok: float(pricing.inputPerMtok),
    output_per_mtok: float(pricing.outputPerMtok),
    cache_read_per_mtok: pricing.cacheReadPerMtok === undefined ? null : float(pricing.cacheReadPerMtok),
    cache_write_per_mtok: pricing.cacheWritePerMtok === undefined ? null : float(pricing.cacheWritePerMtok),
  });
}

export function modelDict(catalog: ProviderCatalog, row: ModelRow): DictValue {
  return record({
    id: row.id,
    name: row.name,
    provider: row.provider,
    context_window: row.contextWindow,
    runtime_context_window: row.runtimeContextWindow ?? null,
    stream_timeout: row.streamTimeoutS === undefined ? null : float(row.streamTimeoutS),
    capabilities: list(capabilityTags(catalog.capabilities(row.provider, row.id))),
    tier: row.tier ?? catalog.tier(row.id),
    pricing: row.pricing === undefined ? null : pricingDict(row.pricing),
    deprecated: row.deprecated !== undefined,
    deprecation_note: row.deprecated === undefined || row.deprecated === "" ? null : row.deprecated,
    open_weight: row.openWeight ?? false,
    availability: row.availability ?? "serverless",
    quality_tags: list(row.qualityTags ?? []),
    strengths: list(row.strengths ?? []),
    benchmarks: record(
      Object.fromEntries(Object.entries(row.benchmarks ?? {}).map(([name, score]) => [name, float(score)])),
    ),
  });
}

/** A provider's row, with the keys that it has. Keys of accounts never appear, only the names of their variables. */
export function providerDict(catalog: ProviderCatalog, row: ProviderRow): DictValue {
  const entries: readonly (readonly [string, Value | undefined])[] = [
    ["auth_available", catalog.isAvailable(row.name)],
    ["auth_envs", list(row.authEnv)],
    ["auth_header", row.authStyle === "bearer" ? undefined : row.authHeader],
    ["auth_style", row.dialect === "azure" ? "azure_openai" : row.authStyle],
    ["base_url", catalog.baseUrl(row)],
    ["base_url_env", row.baseUrlEnv],
    ["chat_endpoint", row.chatPath],
    ["completion_endpoint", row.completionPath],
    ["extra_headers", row.extraHeaders === undefined ? undefined : record(row.extraHeaders)],
    ["features", row.features === undefined ? undefined : list(row.features)],
    ["fallback", row.fallback],
    ["rpm", row.requestsPerMinute],
    ["cost_per_1k_in", row.costPer1kIn === undefined ? undefined : float(row.costPer1kIn)],
    ["cost_per_1k_out", row.costPer1kOut === undefined ? undefined : float(row.costPer1kOut)],
    ["latency_p50_ms", row.latencyP50Ms],
  ];
  return new DictValue(
    new Map(entries.flatMap(([key, value]): [string, Value][] => (value === undefined ? [] : [[key, value]]))),
  );
}

export function catalogDict(catalog: ProviderCatalog): DictValue {
  return record({
    providers: list(catalog.providerNames().flatMap((name) => providerOf(catalog, name))),
    known_model_names: list(catalog.aliasNames()),
    available_providers: list(availableProviders(catalog)),
    aliases: list(catalog.aliasNames().map((name) => aliasDict(catalog, name))),
    models: list(catalog.models().map((row) => modelDict(catalog, row))),
    qc_defaults: record(catalog.qualityCheckModels()),
  });
}

function aliasDict(catalog: ProviderCatalog, name: string): DictValue {
  const alias = catalog.alias(name);
  return record({
    id: alias?.model ?? null,
    name,
    provider: alias?.provider ?? null,
    tool_format: alias?.toolFormat ?? null,
  });
}

/** All providers' rows by name. */
export function providerConfigs(catalog: ProviderCatalog): DictValue {
  const names = catalog.providerNames();
  return record(
    Object.fromEntries(
      names.flatMap((name) => {
        const row = catalog.provider(name);
        return row === undefined ? [] : [[name, providerDict(catalog, row)]];
      }),
    ),
  );
}

function providerOf(catalog: ProviderCatalog, name: string): DictValue[] {
  const row = catalog.provider(name);
  return row === undefined ? [] : [providerDict(catalog, row).with("name", name)];
}

/** The providers of the catalogue, and those that answer from within. */
export function allProviderNames(catalog: ProviderCatalog): string[] {
  return [...catalog.providerNames(), "fake", "mock"].sort();
}

export function availableProviders(catalog: ProviderCatalog): string[] {
  return catalog.providerNames().filter((name) => catalog.isAvailable(name));
}

/** `ok`, `missing`, `not_required`, or `deferred` where the credentials are looked for at call time. */
export function credentialStatus(catalog: ProviderCatalog, name: string): string {
  if (name === "mock") return "not_required";
  const row = catalog.provider(name);
  if (row === undefined) return "missing";
  if (row.authStyle === "none") return "not_required";
  if (row.authStyle === "aws_sigv4") return "deferred";
  if (catalog.key(name) !== undefined) return "ok";
  return row.dialect === "vertex" ? "deferred" : "missing";
}
