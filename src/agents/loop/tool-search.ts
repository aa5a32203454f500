import { type CallContext, type RegexEngine, regexEngine, withRegex } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { selectionRequest, selectModel } from "../../llm/catalog/selection.ts";
import {
  dictAt,
  float,
  intAt,
  isCallable,
  isDict,
  isList,
  list,
  merged,
  record,
  textAt,
  textsAt,
} from "../../llm/fields.ts";
import { checkToolSearch, planToolSearch, readToolSearch } from "../../llm/options/tool-search.ts";
import { parameterSchema } from "../../llm/tools/native-schema.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { type DictValue, stringifyJson, type Value } from "../../value/index.ts";
import { Bm25, best, fused, type Ranked } from "../tools/bm25.ts";
import { emit } from "./checkpoints.ts";
import type { LoopState } from "./state.ts";
import { ownEntry, type ToolFilter } from "./tool-set.ts";

const defaultName = "__harn_tool_search";
/** How many tools one search makes visible. */
const promotedAtOnce = 5;

/**
 * Search among deferred tools, answered here rather than by the provider. A tool that was found is shown from the next turn on;
 * beyond the budget those found longest ago are hidden again.
 */
export class ToolSearch implements ToolFilter {
  readonly name: string;
  readonly #config: DictValue;
  readonly #variant: string;
  readonly #label: string;
  readonly #strategy: Value | undefined;
  readonly #deferred: readonly ToolEntry[];
  readonly #budget: number | undefined;
  readonly #limit: number;
  #promoted: string[] = [];

  constructor(options: DictValue, tools: readonly ToolEntry[]) {
    const wish = dictAt(options, "tool_search");
    const strategy = wish?.get("strategy") ?? options.get("tool_search_strategy");
    const handler = isDict(strategy) ? strategy.get("handler") : strategy;
    this.name = textAt(wish, "name") ?? defaultName;
    this.#config = isDict(strategy) ? strategy : (wish ?? record({}));
    this.#variant = variantOf(strategy) ?? readToolSearch(options)?.variant ?? "bm25";
    this.#strategy = isCallable(handler) ? handler : undefined;
    this.#label = this.#strategy === undefined ? this.#variant : (textAt(this.#config, "name") ?? "custom");
    const always = new Set(textsAt(wish, "always_loaded") ?? []);
    this.#deferred = tools.filter((tool) => tool.deferLoading && !always.has(tool.name));
    this.#budget = intAt(wish, "budget_tokens");
    this.#limit = Math.max(1, intAt(wish, "limit") ?? intAt(options, "tool_search_limit") ?? promotedAtOnce);
  }

  shows(tool: ToolEntry): boolean {
    return !this.#deferred.includes(tool) || this.#promoted.includes(tool.name);
  }

  async run(context: CallContext, state: LoopState, args: DictValue): Promise<Value> {
    const query = textAt(args, "query") ?? "";
    const useId = state.service.newId();
    const about = { tool_use_id: useId, strategy: this.#label, mode: "client" };
    const event = { ...about, name: `tool_search_tool_${this.#label}`, query };
    state.note("tool_search_query", record(event));
    await emit(context, state, { type: "tool_search_query", ...event });
    const ranked = await this.#find(context, query);
    const found = ranked.map((row) => textAt(row, "tool_name") ?? "");
    this.#promote(found);
    const diagnostic = found.length === 0 ? "no tool fits; try other words" : null;
    state.note("tool_search_result", record({ ...about, promoted: list(found) }));
    await emit(context, state, { type: "tool_search_result", ...about, promoted: found });
    return stringifyJson(record({ tool_names: list(found), ranked: list(ranked), diagnostic }));
  }

  async #find(context: CallContext, query: string): Promise<DictValue[]> {
    if (this.#strategy === undefined)
      return this.#search(query, context.service(regexEngine))
        .slice(0, this.#limit)
        .map(({ name, score }) => this.#row(name, float(score)));
    const registry = record({ _type: "tool_registry", tools: list(this.#deferred.map((tool) => tool.entry)) });
    const answer = await context.callAsync(this.#strategy, [query, registry, this.#config]);
    const given = isDict(answer) ? (answer.get("ranked") ?? answer.get("tool_names") ?? null) : answer;
    return isList(given) ? given.toArray().flatMap((item) => this.#rowOf(item)) : [];
  }

  /** A row of the program's own answer: a name, or a dict with more of it. Names of other tools are left out. */
  #rowOf(item: Value): DictValue[] {
    const given = isDict(item) ? item : undefined;
    const name = typeof item === "string" ? item : (textAt(given, "tool_name") ?? textAt(given, "name"));
    if (name === undefined || !this.#deferred.some((tool) => tool.name === name)) return [];
    return [merged(this.#row(name, null), given ?? record({})).with("tool_name", name)];
  }

  #row(name: string, score: Value): DictValue {
    const snippet = this.#deferred.find((tool) => tool.name === name)?.description ?? "";
    return record({ tool_name: name, score, snippet });
  }

  #search(query: string, engine: RegexEngine): Ranked[] {
    if (this.#variant === "regex") return this.#byPattern(query, engine);
    if (this.#variant === "hybrid") return fused([this.#byWords(query), this.#byPattern(query, engine)]);
    return this.#byWords(query);
  }

  #byWords(query: string): Ranked[] {
    return new Bm25(this.#deferred.map((tool) => [tool.name, searchText(tool)])).search(query);
  }

  /** The pattern is the model's: one that is none is taken for words. */
  #byPattern(query: string, engine: RegexEngine): Ranked[] {
    if (query === "") return [];
    try {
      return withRegex(engine, `(?i)${query}`, (regex) =>
        best(this.#deferred.map((tool) => ({ name: tool.name, score: regex.findAll(searchText(tool)).length }))),
      );
    } catch {
      return this.#byWords(query);
    }
  }

  #promote(names: readonly string[]): void {
    this.#promoted = [...this.#promoted.filter((name) => !names.includes(name)), ...names];
    if (this.#budget === undefined) return;
    while (this.#promoted.length > 0 && this.#cost() > this.#budget) this.#promoted.shift();
  }

  #cost(): number {
    return this.#deferred
      .filter((tool) => this.#promoted.includes(tool.name))
      .reduce((sum, tool) => sum + Math.floor(stringifyJson(parameterSchema(tool)).length / 4) + 1, 0);
  }
}

function variantOf(strategy: Value | undefined): string | undefined {
  return strategy === "bm25" || strategy === "regex" || strategy === "hybrid" ? strategy : undefined;
}

function searchText(tool: ToolEntry): string {
  return `${tool.name} ${tool.description} ${[...tool.parameters.keys()].join(" ")}`;
}

/** Tells of what the provider searched for and found by itself. */
export async function announceProviderSearch(
  context: CallContext,
  state: LoopState,
  blocks: readonly Value[],
): Promise<void> {
  if (state.providerSearch === undefined) return;
  const strategy = readToolSearch(state.options.given)?.variant ?? "bm25";
  for (const block of blocks.filter(isDict)) {
    const about = {
      tool_use_id: textAt(block, "tool_use_id") ?? textAt(block, "id") ?? textAt(block, "call_id") ?? "",
      strategy,
      mode: "native",
    };
    if (textAt(block, "type") === "tool_search_query") {
      const query = block.get("input") ?? block.get("query") ?? block.get("arguments") ?? null;
      const event = { ...about, name: textAt(block, "name") ?? `tool_search_tool_${strategy}` };
      state.note("tool_search_query", record({ ...event, query }));
      await emit(context, state, { type: "tool_search_query", ...event, query: jsonOfValue(query) });
    }
    if (textAt(block, "type") === "tool_search_result") {
      const promoted = referencedTools(block);
      state.note("tool_search_result", record({ ...about, promoted: list(promoted) }));
      await emit(context, state, { type: "tool_search_result", ...about, promoted });
    }
  }
}

/** The names in a provider's search result, wherever it keeps them. */
function referencedTools(value: Value): string[] {
  if (isList(value)) return value.toArray().flatMap(referencedTools);
  if (!isDict(value)) return [];
  const name = textAt(value, "tool_name") ?? (textAt(value, "type") === "function" ? textAt(value, "name") : undefined);
  return name === undefined ? [...value.entries()].flatMap(([, inner]) => referencedTools(inner)) : [name];
}

/** Puts the search among the loop's tools, if it is asked for, any tool is deferred, and the provider does not search itself. */
export function addToolSearch(state: LoopState): void {
  const options = state.options.given;
  if (readToolSearch(options) === undefined || !state.tools.given.some((tool) => tool.deferLoading)) return;
  checkToolSearch(options, state.tools.given);
  if (providerSearches(state)) {
    state.providerSearch = options.get("tool_search") ?? null;
    return;
  }
  const search = new ToolSearch(options, state.tools.given);
  state.tools.filter(search);
  state.tools.add(
    {
      entry: ownEntry(
        search.name,
        "Find tools that are not shown yet. What is found can be called from the next turn on.",
        {
          query: record({ type: "string", description: "What the tool should do." }),
        },
      ),
      run: (context, args) => search.run(context, state, args),
    },
    "first",
  );
}

function providerSearches(state: LoopState): boolean {
  const { catalog } = state.service.llm;
  const options = state.options.callOptions;
  const selection = selectModel(catalog, selectionRequest(options));
  const capabilities = catalog.capabilities(selection.provider, selection.model);
  const plan = planToolSearch(options, { ...selection, capabilities }, state.tools.given);
  return plan !== undefined && plan.kind !== "client" && state.toolFormat === "native";
}
