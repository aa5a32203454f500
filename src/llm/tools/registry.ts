import { type DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import { boolAt, dictAt, isDict, isList, itemsAt, record, textAt } from "../fields.ts";

/** One tool of a registry, as calls and dispatch look at it. */
export interface ToolEntry {
  readonly name: string;
  readonly description: string;
  readonly parameters: DictValue;
  readonly outputSchema: DictValue | undefined;
  readonly handler: Value | undefined;
  readonly executor: string | undefined;
  readonly deferLoading: boolean;
  readonly namespace: string | undefined;
  /** The entry as the program wrote it. */
  readonly entry: DictValue;
}

export function isRegistry(value: Value | undefined): value is DictValue {
  return isDict(value) && value.get("_type") === "tool_registry";
}

/** The tools of a `tools` option: a registry, a list of registries and entries, or nothing. */
export function readTools(value: Value | undefined): readonly ToolEntry[] {
  if (value === undefined || value === null || value === false) return [];
  // What is shared is never written to: a loop shows the same tools in each of its turns.
  if (!isDict(value) || !value.shared) return readEntries(value);
  const known = readBefore.get(value);
  if (known !== undefined) return known;
  const tools = readEntries(value);
  readBefore.set(value, tools);
  return tools;
}

const readBefore = new WeakMap<DictValue, readonly ToolEntry[]>();

function readEntries(value: Value): readonly ToolEntry[] {
  if (isRegistry(value)) return (itemsAt(value, "tools") ?? []).filter(isDict).map(readEntry);
  if (isList(value))
    return value.toArray().flatMap((item, at) => {
      if (isRegistry(item)) return readTools(item);
      if (isDict(item)) return [readEntry(item)];
      throw thrown(`tools[${at}]: expected a tool or a tool registry, got ${typeName(item)}`);
    });
  if (isDict(value) && isList(value.get("tools"))) return (itemsAt(value, "tools") ?? []).filter(isDict).map(readEntry);
  throw thrown(`tools: expected a tool registry or a list of tools, got ${typeName(value)}`);
}

function readEntry(entry: DictValue): ToolEntry {
  const inner = dictAt(entry, "function");
  return {
    name: textAt(entry, "name") ?? textAt(inner, "name") ?? "",
    description: textAt(entry, "description") ?? textAt(inner, "description") ?? "",
    parameters: dictAt(entry, "parameters") ?? record({}),
    outputSchema: dictAt(entry, "outputSchema"),
    handler: entry.get("handler") ?? undefined,
    executor: textAt(entry, "executor"),
    deferLoading: boolAt(entry, "defer_loading") ?? false,
    namespace: textAt(entry, "namespace"),
    entry,
  };
}

/** Whether the model has to give a parameter: unless it says otherwise or has a default. */
export function isRequired(spec: Value): boolean {
  if (!isDict(spec)) return true;
  return boolAt(spec, "required") ?? !spec.has("default");
}

export function requiredParameters(tool: ToolEntry): string[] {
  return [...tool.parameters.entries()].flatMap(([name, spec]) => (isRequired(spec) ? [name] : []));
}
