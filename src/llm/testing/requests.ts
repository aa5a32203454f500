import { noCapabilities } from "../catalog/capabilities.ts";
import { record } from "../fields.ts";
import type { ModelRequest } from "../model.ts";

export function request(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    provider: "openai",
    model: "gpt-4o-mini",
    apiMode: "chat_completions",
    system: undefined,
    messages: [record({ role: "user", content: "hello" })],
    tools: [],
    toolChoice: undefined,
    maxTokens: 100,
    sampling: {},
    outputFormat: { kind: "text" },
    thinking: { mode: "disabled" },
    stream: true,
    cache: false,
    prefill: undefined,
    timeoutMs: 1000,
    overrides: undefined,
    betaFeatures: [],
    interleavedThinking: false,
    capabilities: noCapabilities,
    ...changes,
  };
}
