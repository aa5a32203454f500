import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { type DictValue, thrown, type Value } from "../../value/index.ts";
import { llmCacheKey } from "../cache/cache-key.ts";
import { type CacheOptions, readCacheOptions } from "../cache/cache-options.ts";
import { float, isDict, record } from "../fields.ts";
import { llmService } from "../service.ts";

const cache = declare("llm-cache");
const options = opt("options", t.nilable(t.dict));

function named({ backend, namespace }: CacheOptions): DictValue {
  return record({ backend, namespace });
}

function wanted(options: DictValue | null | undefined): CacheOptions {
  return readCacheOptions(options ?? undefined);
}

function requireKey(builtin: string, key: string): void {
  if (key === "") throw thrown(`${builtin}: the key must be a non-empty string`);
}

/** What `with_cache` and std/cache stand on: values that outlive a run, or only last as long as it. */
export const cacheBuiltins: readonly Builtin[] = [
  cache({
    name: "__cache_get",
    summary: "What a cache keeps under a key: `{hit, value?, backend, namespace}`.",
    params: [req("key", t.string), options],
    returns: t.dict,
    effect: "state",
    run: (context, key, given) => {
      requireKey("__cache_get", key);
      const place = wanted(given);
      const found = context.service(llmService).caches.find(place, key);
      const answer = named(place).with("hit", found !== undefined);
      return found === undefined ? answer : answer.with("value", found.value);
    },
  }),
  cache({
    name: "__cache_put",
    summary: "Keeps a value under a key, for as long as the options say; the least asked for make room.",
    params: [req("key", t.string), req("value", t.any), options],
    returns: t.dict,
    effect: "state",
    run: (context, key, value, given) => {
      requireKey("__cache_put", key);
      const place = wanted(given);
      context.service(llmService).caches.keep(place, key, value);
      return named(place).with("key", key).with("stored", true);
    },
  }),
  cache({
    name: "__cache_clear",
    summary: "Forgets what one namespace of a cache keeps.",
    params: [options],
    effect: "state",
    run: (context, given) => {
      context.service(llmService).caches.clear(wanted(given));
      return null;
    },
  }),
  cache({
    name: "__cache_stats",
    summary: "How often this run asked a cache, and found: `{hits, misses, lookups, hit_rate, backend, namespace}`.",
    params: [options],
    returns: t.dict,
    effect: "state",
    run: (context, given) => {
      const place = wanted(given);
      const { hits, misses } = context.service(llmService).caches.counts(place);
      const lookups = hits + misses;
      return named(place)
        .with("hits", hits)
        .with("misses", misses)
        .with("lookups", lookups)
        .with("hit_rate", float(lookups === 0 ? 0 : hits / lookups));
    },
  }),
  cache({
    name: "__cache_stats_reset",
    summary: "Starts counting anew how often a cache is asked.",
    params: [options],
    effect: "state",
    run: (context, given) => {
      context.service(llmService).caches.resetCounts(wanted(given));
      return null;
    },
  }),
  cache({
    name: "__llm_cache_key",
    summary: "A digest of what decides the answer to a model call.",
    params: [req("prompt", t.any), opt("system", t.any), opt("options", t.nilable(t.dict))],
    returns: t.string,
    effect: "state",
    run: (context: CallContext, prompt: Value, system: Value | undefined, given: DictValue | null | undefined) =>
      llmCacheKey(
        context.service(llmService).catalog,
        prompt,
        system ?? null,
        isDict(given ?? undefined) ? (given ?? undefined) : undefined,
      ),
  }),
];
