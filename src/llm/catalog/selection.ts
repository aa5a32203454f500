import type { DictValue } from "../../value/index.ts";
import { textAt } from "../fields.ts";
import { wireModelId } from "./inference.ts";
import type { ProviderCatalog } from "./provider-catalog.ts";

export interface SelectionRequest {
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly modelTier: string | undefined;
  /** The model that the session of the call is pinned to. */
  readonly pinnedModel?: string;
}

/** What the options of a call say about its model. */
export function selectionRequest(options: DictValue | undefined): SelectionRequest {
  return {
    provider: textAt(options, "provider"),
    model: textAt(options, "model"),
    modelTier: textAt(options, "model_tier"),
  };
}

export interface Selection {
  readonly provider: string;
  readonly model: string;
  /** Which rule chose the provider, for error texts. */
  readonly via: string;
}

/**
 * The provider and model of a call. Each has its own order of first hits: an environment provider outranks what an
 * explicit model implies, but not an explicit provider.
 */
export function selectModel(catalog: ProviderCatalog, request: SelectionRequest): Selection {
  const { provider, via } = selectProvider(catalog, request);
  return { provider, via, model: modelFor(catalog, provider, request) };
}

function selectProvider(
  catalog: ProviderCatalog,
  request: SelectionRequest,
): { readonly provider: string; readonly via: string } {
  const { model, modelTier, pinnedModel } = request;
  if (request.provider !== undefined && request.provider !== "" && request.provider !== "auto") {
    return { provider: request.provider, via: "the provider option" };
  }
  const implied = model === undefined ? undefined : catalog.resolve(model);
  if (request.provider === "auto" && implied !== undefined)
    return { provider: implied.provider, via: `model '${model}'` };
  if (pinnedModel !== undefined)
    return { provider: catalog.resolve(pinnedModel).provider, via: "the session's pinned model" };
  const named = catalog.environment("HARN_LLM_PROVIDER");
  if (named !== undefined) return { provider: named, via: "HARN_LLM_PROVIDER" };
  if (
    implied !== undefined &&
    model !== undefined &&
    (implied.alias !== undefined || !catalog.infer(model).isDefault)
  ) {
    return { provider: implied.provider, via: `model '${model}'` };
  }
  const namesModel =
    model !== undefined || modelTier !== undefined || catalog.environment("HARN_LLM_MODEL") !== undefined;
  if (namesModel && catalog.environment("LOCAL_LLM_BASE_URL") !== undefined)
    return { provider: "local", via: "LOCAL_LLM_BASE_URL" };
  if (implied !== undefined) return { provider: implied.provider, via: "default" };
  const ofTier = modelTier === undefined ? undefined : catalog.ofTier(modelTier, undefined);
  if (ofTier !== undefined) return { provider: ofTier.provider, via: `model_tier '${modelTier}'` };
  const envModel = catalog.environment("HARN_LLM_MODEL");
  if (envModel !== undefined) return { provider: catalog.resolve(envModel).provider, via: "HARN_LLM_MODEL" };
  return { provider: catalog.unnamedProvider(), via: "default" };
}

function modelFor(catalog: ProviderCatalog, provider: string, request: SelectionRequest): string {
  if (request.model !== undefined && request.model !== "")
    return catalog.alias(request.model)?.model ?? wireModelId(request.model);
  const ofTier = request.modelTier === undefined ? undefined : catalog.ofTier(request.modelTier, provider);
  if (ofTier !== undefined) return ofTier.model;
  const pinned = request.pinnedModel === undefined ? undefined : catalog.resolve(request.pinnedModel);
  if (pinned !== undefined && pinned.provider === provider) return pinned.id;
  const envModel = catalog.environment("HARN_LLM_MODEL");
  if (envModel !== undefined) {
    const resolved = catalog.resolve(envModel);
    if (resolved.provider === provider || catalog.environment("HARN_LLM_PROVIDER") === provider) return resolved.id;
  }
  return catalog.defaultModel(provider);
}
