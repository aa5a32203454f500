import { type DictValue, thrown, typeName } from "../../value/index.ts";
import type { Capabilities } from "../catalog/capabilities.ts";
import { boolAt, dictAt, isDict, list, record, textAt, textsAt } from "../fields.ts";
import { nativeTool } from "../tools/native-schema.ts";
import type { ToolEntry } from "../tools/registry.ts";

export interface ToolSearchWish {
  readonly variant: "bm25" | "regex" | "hybrid";
  readonly mode: "auto" | "native" | "client";
  /** The program searches itself. */
  readonly hasStrategy: boolean;
}

/** The `tool_search` option; `undefined` when it is off. */
export function readToolSearch(options: DictValue | undefined): ToolSearchWish | undefined {
  const value = options?.get("tool_search");
  if (value === undefined || value === null || value === false) return undefined;
  if (value === true) return { variant: "bm25", mode: "auto", hasStrategy: false };
  if (typeof value === "string") return { variant: variantNamed(value), mode: "auto", hasStrategy: false };
  if (!isDict(value))
    throw thrown(`tool_search: expected bool, string ("bm25"/"regex"/"hybrid"), or dict, got ${typeName(value)}`);
  const strategy = value.get("strategy") ?? null;
  const named = typeof strategy === "string" ? strategy : undefined;
  return {
    variant: variantNamed(named ?? textAt(value, "variant") ?? "bm25"),
    mode: modeNamed(textAt(value, "mode") ?? "auto"),
    hasStrategy: strategy !== null && named === undefined,
  };
}

function variantNamed(word: string): ToolSearchWish["variant"] {
  if (word === "bm25" || word === "regex" || word === "hybrid") return word;
  throw thrown(`tool_search.variant: expected "bm25", "regex", or "hybrid", got "${word}"`);
}

function modeNamed(word: string): ToolSearchWish["mode"] {
  if (word === "auto" || word === "native" || word === "client") return word;
  throw thrown(`tool_search.mode: expected "auto" | "native" | "client", got "${word}"`);
}

export function checkToolSearch(options: DictValue | undefined, tools: readonly ToolEntry[]): void {
  if (readToolSearch(options) === undefined || tools.length === 0) return;
  if (tools.some((tool) => !tool.deferLoading)) return;
  throw thrown(
    "tool_search: all tools have defer_loading set. At least one tool must be non-deferred so the model has somewhere to start. (Matches Anthropic's 400 on the same condition.)",
  );
}

/** Who searches among deferred tools: the provider, in one of two forms, or this side. */
export type ToolSearchPlan =
  | { readonly kind: "anthropic"; readonly variant: "bm25" | "regex" }
  | { readonly kind: "openai" }
  | { readonly kind: "client" };

/** The route that a search is planned for. */
export interface SearchRoute {
  readonly provider: string;
  readonly model: string;
  readonly capabilities: Capabilities;
}

/**
 * Decides who searches. A provider does so where its model can and nothing asks for this side; `{PROVIDER: {force_native_tool_search:
 * true}}` says that a host with a model of unknown name takes what OpenAI's takes.
 */
export function planToolSearch(
  options: DictValue | undefined,
  route: SearchRoute,
  tools: readonly ToolEntry[],
): ToolSearchPlan | undefined {
  const wish = readToolSearch(options);
  if (wish === undefined || tools.length === 0) return undefined;
  if (wish.mode === "client") return { kind: "client" };
  if (wish.variant === "hybrid" || wish.hasStrategy) {
    if (wish.mode === "auto") return { kind: "client" };
    const what = wish.hasStrategy ? "`strategy`" : `variant "${wish.variant}"`;
    throw thrown(
      `tool_search: ${what} is client-only; set mode: "client" or use "bm25"/"regex" for native provider tool search`,
    );
  }
  const native = nativePlan(wish.variant, route, boolAt(dictAt(options, route.provider), forceKey) === true);
  if (native !== undefined) return native;
  if (wish.mode === "auto") return { kind: "client" };
  throw thrown(
    `tool_search: provider "${route.provider}" does not expose native tool-search for model "${route.model}". Set \`tool_search: { mode: "client" }\` to use the client-executed fallback, or omit tool_search to ship tools eagerly.`,
  );
}

const forceKey = "force_native_tool_search";

function nativePlan(variant: "bm25" | "regex", route: SearchRoute, isForced: boolean): ToolSearchPlan | undefined {
  const { deferLoading, toolSearch, messageWireFormat } = route.capabilities;
  if (deferLoading && toolSearch.includes(variant)) return { kind: "anthropic", variant };
  const speaksOpenAi = messageWireFormat === "openai";
  return (deferLoading && toolSearch.includes("hosted")) || (isForced && speaksOpenAi) ? { kind: "openai" } : undefined;
}

/** The native tools of a call whose provider searches: the search first, the deferred ones marked. */
export function searchableTools(
  plan: ToolSearchPlan,
  options: DictValue | undefined,
  tools: readonly ToolEntry[],
): DictValue[] {
  const always = textsAt(dictAt(options, "tool_search"), "always_loaded") ?? [];
  const marked = tools.map((tool) => {
    const isDeferred = tool.deferLoading && !always.includes(tool.name);
    const native = tool.namespace === undefined ? nativeTool(tool) : nativeTool(tool).with("namespace", tool.namespace);
    return isDeferred ? native.with("defer_loading", true) : native;
  });
  switch (plan.kind) {
    case "client":
      return tools.map(nativeTool);
    case "anthropic": {
      const name = `tool_search_tool_${plan.variant}`;
      return [record({ type: `${name}_20251119`, name }), ...marked];
    }
    case "openai": {
      const namespaces = [...new Set(tools.flatMap((tool) => (tool.namespace === undefined ? [] : [tool.namespace])))];
      return [
        record({
          type: "tool_search",
          mode: "hosted",
          namespaces: namespaces.length === 0 ? undefined : list(namespaces.sort()),
        }),
        ...marked,
      ];
    }
  }
}

/** The raw overrides of a request without what is said to this side. */
export function withoutSearchOverride(overrides: DictValue | undefined): DictValue | undefined {
  return overrides?.has(forceKey) === true ? overrides.without(forceKey) : overrides;
}
