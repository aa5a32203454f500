import type { ProviderCatalog } from "../catalog/provider-catalog.ts";

const perMtok = 1_000_000;

/** US dollars for the tokens, without any cache discount; zero when no price is known. */
export function costOf(
  catalog: ProviderCatalog,
  provider: string | undefined,
  model: string,
  inputTokens: number,
  outputTokens: number,
): number {
  const priced = catalog.pricing(model, provider);
  if (priced === undefined) return 0;
  return (inputTokens * priced.pricing.inputPerMtok + outputTokens * priced.pricing.outputPerMtok) / perMtok;
}

/** What reading the cache saved, less what writing it cost extra. */
export function cacheSavings(
  catalog: ProviderCatalog,
  provider: string,
  model: string,
  readTokens: number,
  writeTokens: number,
): number {
  const pricing = catalog.pricing(model, provider)?.pricing;
  if (pricing === undefined) return 0;
  const saved = readTokens * (pricing.inputPerMtok - (pricing.cacheReadPerMtok ?? pricing.inputPerMtok));
  const spent = writeTokens * ((pricing.cacheWritePerMtok ?? pricing.inputPerMtok) - pricing.inputPerMtok);
  return (saved - spent) / perMtok;
}

/** The share of the prompt that came from the cache. Some providers count cached tokens among the input, others beside it. */
export function cacheHitRatio(inputTokens: number, readTokens: number, writeTokens: number): number {
  const cached = readTokens + writeTokens;
  const total = cached <= inputTokens ? inputTokens : inputTokens + cached;
  return total === 0 ? 0 : readTokens / total;
}
