import type { CatalogPart } from "../builtin/index.ts";
import { cacheBuiltins } from "./builtins/caches.ts";
import { callBuiltins } from "./builtins/calls.ts";
import { costBuiltins } from "./builtins/costs.ts";
import { fileBuiltins } from "./builtins/files.ts";
import { mockBuiltins } from "./builtins/mocks.ts";
import { modelBuiltins } from "./builtins/models.ts";
import { rateLimitBuiltins } from "./builtins/rate-limits.ts";
import { routingBuiltins } from "./builtins/routing.ts";

export { capabilitiesDict, capabilityTags, catalogDict, modelDict } from "./builtins/model-dicts.ts";
export { AnswerCaches } from "./cache/answer-caches.ts";
export { type AnswerStore, type KeptAnswer, MemoryAnswerStore, type OpenAnswerDatabase } from "./cache/answer-store.ts";
export { FileAnswerStore } from "./cache/file-store.ts";
export { askOnce } from "./call/ask-once.ts";
export type { InFlightCall } from "./call/in-flight.ts";
export { type ReplyCache, replyCache } from "./call/reply-cache.ts";
export type { CapabilityRow } from "./catalog/capabilities.ts";
export { readCatalogOverlay } from "./catalog/overlay.ts";
export { type CatalogOverlay, ProviderCatalog } from "./catalog/provider-catalog.ts";
export { ModelFailure } from "./failure.ts";
export { FixtureError, formatFixtures } from "./mock/fixtures.ts";
export type { ModelReply, ModelRequest, ToolCall } from "./model.ts";
export type { ModelCallEvent, ModelCallObserver } from "./observer.ts";
export { type OllamaReadiness, ollamaReadiness } from "./servers/ollama-readiness.ts";
export { type LoadedModel, OllamaServer, type PullStep } from "./servers/ollama-server.ts";
export { providerReadiness, type Readiness } from "./servers/readiness.ts";
export { judgeSavedAnswer, probeToolCall } from "./servers/tool-probe.ts";
export { type ProbeCase, probeTool, sumUp } from "./servers/tool-probe-verdict.ts";
export { type Conversations, createLlmService, LlmService, type LlmServiceOptions, llmService } from "./service.ts";

export { CallTranscript } from "./transcript/call-transcript.ts";
export { costOf } from "./usage/cost.ts";
export type { AwsRequest } from "./wire/aws-credentials.ts";

/** What this room gives to programs. */
export const llmCatalog: CatalogPart = {
  builtins: [
    ...cacheBuiltins,
    ...callBuiltins,
    ...fileBuiltins,
    ...mockBuiltins,
    ...modelBuiltins,
    ...costBuiltins,
    ...rateLimitBuiltins,
    ...routingBuiltins,
  ],
  handleMethods: {
    HarnessLlm: { catalog: "llm_catalog", provider_status: "llm_provider_status" },
  },
};
