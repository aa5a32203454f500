import type { CallContext } from "../../builtin/index.ts";
import { list, record } from "../../llm/fields.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { type DictValue, handOut, type ListValue, type Value } from "../../value/index.ts";

/** A tool that the loop itself answers. */
export interface OwnTool {
  readonly entry: ToolEntry;
  readonly run: (context: CallContext, args: DictValue) => Promise<Value>;
}

/** Decides which of a loop's tools the model is shown in a turn. */
export interface ToolFilter {
  shows(tool: ToolEntry): boolean;
}

/** The tools of one loop: the program's, and those that the loop adds. */
export class ToolSet {
  readonly #given: readonly ToolEntry[];
  readonly #own = new Map<string, OwnTool>();
  /** Shown before the program's. */
  readonly #leading: string[] = [];
  readonly #filters: ToolFilter[] = [];
  #all: readonly ToolEntry[] | undefined;
  /** What was shown last, and the registry that shows it. */
  #shown: { readonly tools: readonly ToolEntry[]; readonly registry: DictValue } | undefined;

  constructor(given: readonly ToolEntry[]) {
    this.#given = given;
  }

  /** A program's tool of the same name stays what it is. */
  add(tool: OwnTool, place: "first" | "last" = "last"): void {
    if (this.#given.some((entry) => entry.name === tool.entry.name)) return;
    this.#own.set(tool.entry.name, tool);
    this.#all = undefined;
    if (place === "first") this.#leading.push(tool.entry.name);
  }

  filter(filter: ToolFilter): void {
    this.#filters.push(filter);
  }

  get given(): readonly ToolEntry[] {
    return this.#given;
  }

  /** Every tool that can be called. */
  all(): readonly ToolEntry[] {
    this.#all ??= this.#inOrder();
    return this.#all;
  }

  #inOrder(): readonly ToolEntry[] {
    const own = [...this.#own.values()].map((tool) => tool.entry);
    return [
      ...own.filter((entry) => this.#leading.includes(entry.name)),
      ...this.#given,
      ...own.filter((entry) => !this.#leading.includes(entry.name)),
    ];
  }

  /** What the model is shown now. */
  visible(): readonly ToolEntry[] {
    if (this.#filters.length === 0) return this.all();
    return this.all().filter((entry) => this.#filters.every((filter) => filter.shows(entry)));
  }

  /** The same as a registry, which stays the same while the tools do: what is read from it is read once. */
  registry(): DictValue {
    const tools = this.visible();
    const last = this.#shown;
    if (last !== undefined && isSame(last.tools, tools)) return last.registry;
    const registry = handOut(record({ _type: "tool_registry", tools: entryList(tools) }));
    this.#shown = { tools, registry };
    return registry;
  }

  own(name: string): OwnTool | undefined {
    return this.#own.get(name);
  }
}

function isSame(some: readonly ToolEntry[], others: readonly ToolEntry[]): boolean {
  return some === others || (some.length === others.length && some.every((tool, at) => tool === others[at]));
}

/** A tool of the loop's own, as an entry of a registry. */
export function ownEntry(
  name: string,
  description: string,
  parameters: Readonly<Record<string, DictValue>>,
): ToolEntry {
  const dict = record(parameters);
  return {
    name,
    description,
    parameters: dict,
    outputSchema: undefined,
    handler: undefined,
    executor: "harn",
    deferLoading: false,
    namespace: undefined,
    entry: record({ name, description, parameters: dict, executor: "harn" }),
  };
}

export function entryList(tools: readonly ToolEntry[]): ListValue {
  return list(tools.map((tool) => tool.entry));
}
