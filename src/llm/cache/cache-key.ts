import { sha256 } from "../../eventlog/index.ts";
import { DictValue, stringifyJson, type Value } from "../../value/index.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import { selectionRequest, selectModel } from "../catalog/selection.ts";
import { record } from "../fields.ts";

/** Options that do not change what a model answers: where it is told, how long one waits, what is kept of it. */
const withoutEffect: ReadonlySet<string> = new Set([
  "session_id",
  "stream",
  "timeout",
  "timeout_ms",
  "idle_timeout",
  "llm_retries",
  "llm_backoff_ms",
  "llm_transcript_dir",
  "user_visible",
  "cache",
  "cache_options",
  "budget",
  "metadata",
  "_iteration",
]);

/** `sha256:…` over what decides an answer: prompt, system text, provider, model and the options that matter. */
export function llmCacheKey(
  catalog: ProviderCatalog,
  prompt: Value,
  system: Value,
  options: DictValue | undefined,
): string {
  const chosen = selectModel(catalog, selectionRequest(options));
  const kept = [...(options?.entries() ?? [])].filter(([name, value]) => !withoutEffect.has(name) && value !== null);
  const identity = record({
    prompt,
    system,
    options: new DictValue(new Map(kept)).with("provider", chosen.provider).with("model", chosen.model),
  });
  return `sha256:${sha256(stringifyJson(identity))}`;
}
