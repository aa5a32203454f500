import { type DictValue, thrown, typeName } from "../../value/index.ts";
import { isDict, textAt } from "../fields.ts";
import type { ToolEntry } from "../tools/registry.ts";

export interface ToolSearchWish {
  readonly variant: "bm25" | "regex" | "hybrid";
  readonly mode: "auto" | "native" | "client";
}

/** The `tool_search` option; `undefined` when it is off. */
export function readToolSearch(options: DictValue | undefined): ToolSearchWish | undefined {
  const value = options?.get("tool_search");
  if (value === undefined || value === null || value === false) return undefined;
  if (value === true) return { variant: "bm25", mode: "auto" };
  if (typeof value === "string") return { variant: variantNamed(value), mode: "auto" };
  if (!isDict(value))
    throw thrown(`tool_search: expected bool, string ("bm25"/"regex"/"hybrid"), or dict, got ${typeName(value)}`);
  return {
    variant: variantNamed(textAt(value, "variant") ?? "bm25"),
    mode: modeNamed(textAt(value, "mode") ?? "auto"),
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
