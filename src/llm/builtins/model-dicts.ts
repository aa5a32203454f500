import { DictValue, type Value } from "../../value/index.ts";
import type { Capabilities } from "../catalog/capabilities.ts";
import type { ModelRow, Pricing } from "../catalog/models.ts";
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

export function capabilitiesDict(provider: string, model: string, capabilities: Capabilities): DictValue {
  return record({
    provider,
    model,
    native_tools: capabilities.nativeTools,
    preferred_tool_format: capabilities.preferredToolFormat ?? null,
    text_tool_wire_format_supported: capabilities.textToolWireFormatSupported,
    message_wire_format: capabilities.messageWireFormat,
    defer_loading: capabilities.deferLoading,
    tool_search: list(capabilities.toolSearch),
    max_tools: capabilities.maxTools ?? null,
    prompt_caching: capabilities.promptCaching,
    structured_output: capabilities.structuredOutput ?? null,
    thinking: capabilities.thinkingModes.length > 0,
    thinking_modes: list(capabilities.thinkingModes),
    interleaved_thinking_supported: capabilities.interleavedThinkingSupported,
    preserve_thinking: capabilities.preserveThinking,
    reasoning_effort_supported: capabilities.reasoningEffortSupported,
    reasoning_none_supported: capabilities.reasoningNoneSupported,
    vision: capabilities.vision,
    vision_supported: capabilities.vision,
    audio: capabilities.audio,
    pdf: capabilities.pdf,
    requires_completion_tokens: capabilities.requiresCompletionTokens,
    seed_supported: capabilities.seedSupported,
    top_k_supported: capabilities.topKSupported,
    frequency_penalty_supported: capabilities.frequencyPenaltySupported,
    presence_penalty_supported: capabilities.presencePenaltySupported,
    honors_chat_template_kwargs: capabilities.honorsChatTemplateKwargs,
    server_parser: capabilities.serverParser ?? null,
    recommended_endpoint: capabilities.recommendedEndpoint ?? null,
  });
}

export function pricingDict(pricing: Pricing): DictValue {
  return record({
    input_per_mtok: float(pricing.inputPerMtok),
    output_per_mtok: float(pricing.outputPerMtok),
    cache_read_per_mtok: pricing.cacheReadPerMtok === undefined ? null : float(pricing.cacheReadPerMtok),
    cache_write_per_mtok: pricing.cacheWritePerMtok === undefined ? null : float(pricing.cacheWritePerMtok),
  });
}

export function modelDict(row: ModelRow): DictValue {
  return record({
    id: row.id,
    name: row.name,
    provider: row.provider,
    context_window: row.contextWindow,
    tier: row.tier ?? null,
    pricing: row.pricing === undefined ? null : pricingDict(row.pricing),
    deprecated: row.deprecated ?? false,
  });
}

/** A provider's row. Keys of accounts never appear, only the names of their variables. */
export function providerDict(catalog: ProviderCatalog, row: ProviderRow): DictValue {
  return record({
    name: row.name,
    display_name: row.displayName,
    base_url: catalog.baseUrl(row),
    base_url_env: row.baseUrlEnv ?? null,
    auth_style: row.authStyle,
    auth_header: row.authHeader ?? null,
    auth_env: list(row.authEnv),
    chat_endpoint: row.chatPath,
    completion_endpoint: row.completionPath ?? null,
    features: list(row.features ?? []),
    fallback: row.fallback ?? null,
    rpm: row.requestsPerMinute ?? null,
    cost_per_1k_in: row.costPer1kIn === undefined ? null : float(row.costPer1kIn),
    cost_per_1k_out: row.costPer1kOut === undefined ? null : float(row.costPer1kOut),
    latency_p50_ms: row.latencyP50Ms ?? null,
  });
}

export function catalogDict(catalog: ProviderCatalog): DictValue {
  const byName = new Map<string, Value>();
  for (const name of catalog.aliasNames()) {
    const alias = catalog.alias(name);
    if (alias !== undefined)
      byName.set(name, record({ id: alias.model, provider: alias.provider, tool_format: alias.toolFormat ?? null }));
  }
  return record({
    providers: list(catalog.providerNames().flatMap((name) => providerOf(catalog, name))),
    known_model_names: list(catalog.aliasNames()),
    available_providers: list(availableProviders(catalog)),
    aliases: new DictValue(byName),
    models: list(catalog.models().map(modelDict)),
    qc_defaults: new DictValue(new Map<string, Value>(Object.entries(catalog.qualityCheckModels()))),
  });
}

function providerOf(catalog: ProviderCatalog, name: string): DictValue[] {
  const row = catalog.provider(name);
  return row === undefined ? [] : [providerDict(catalog, row)];
}

export function availableProviders(catalog: ProviderCatalog): string[] {
  return catalog.providerNames().filter((name) => catalog.isAvailable(name));
}

/** `ok`, `missing`, `not_required`, or `deferred` where the credentials are looked for at call time. */
export function credentialStatus(catalog: ProviderCatalog, name: string): string {
  const row = catalog.provider(name);
  if (row === undefined) return "missing";
  if (row.authStyle === "none") return "not_required";
  if (row.authStyle === "aws_sigv4") return "deferred";
  return catalog.key(name) === undefined ? "missing" : "ok";
}
