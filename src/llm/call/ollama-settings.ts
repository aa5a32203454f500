import type { Value } from "../../value/index.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import type { OllamaSettings } from "../dialects/ollama.ts";

const contextVariables = ["HARN_OLLAMA_NUM_CTX", "OLLAMA_CONTEXT_LENGTH", "OLLAMA_NUM_CTX"];
const fallbackContext = 32_768;

/** From the environment, else the catalogue's window of the model, else what most machines can hold. */
export function ollamaSettings(catalog: ProviderCatalog, model: string): OllamaSettings {
  const configured = contextVariables
    .map((name) => Number(catalog.environment(name)))
    .find((tokens) => Number.isSafeInteger(tokens) && tokens > 0);
  const row = catalog.model(model);
  return {
    contextTokens: configured ?? row?.runtimeContextWindow ?? row?.contextWindow ?? fallbackContext,
    keepAlive: keepAliveOf(
      catalog.environment("HARN_OLLAMA_KEEP_ALIVE") ?? catalog.environment("OLLAMA_KEEP_ALIVE") ?? "30m",
    ),
  };
}

/** As it goes on the wire: seconds must not be a string, and less than none is for ever. */
export function keepAliveOf(text: string): Value {
  if (text === "forever") return -1;
  return /^-?\d+$/.test(text) ? Number(text) : text;
}
