import { DictValue, handOut, isObject, ListValue, runtimeError, type Value } from "../../value/index.ts";

/** What a tool may do to the world, least first. */
export const sideEffectLevels = ["none", "read_only", "workspace_write", "process_exec", "network"] as const;
export type SideEffectLevel = (typeof sideEffectLevels)[number];

/** Words that mean something in the snippets (Harn) or in the declarations (TypeScript). */
const reserved = new Set(
  (
    "as async await break case catch class const continue debugger default defer delete do else enum export extends " +
    "false finally fn for from function gen guard if impl implements import in instanceof interface let match new nil " +
    "null parallel pipeline private protected pub public return select spawn static struct super switch this throw " +
    "true try type typeof var void while with yield"
  ).split(" "),
);

function dictOf(value: Value | undefined): DictValue | undefined {
  return isObject(value) && value.kind === "dict" ? value : undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function listOf(value: Value | undefined): ListValue {
  return isObject(value) && value.kind === "list" ? (handOut(value) as ListValue) : new ListValue([]);
}

/** A name that can stand in a snippet, and does not stand there yet. */
function bindingName(name: string, taken: ReadonlySet<string>): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  const needsPrefix = plain === "" || /^[0-9]/.test(plain) || reserved.has(plain);
  const base = needsPrefix ? (plain === "" ? "tool" : `tool_${plain}`) : plain;
  let free = base;
  for (let count = 2; taken.has(free); count++) free = `${base}_${count}`;
  return free;
}

/** A level that is none of them counts as the highest: a typing error must not allow more. */
export function sideEffectLevelOf(value: Value | undefined): SideEffectLevel {
  const level = textOf(value);
  return level === undefined ? "none" : (sideEffectLevels.find((each) => each === level) ?? "network");
}

/** A tool's annotations with what they leave out. */
function annotationsOf(tool: DictValue): DictValue {
  const given = dictOf(tool.get("annotations"));
  const schema = dictOf(given?.get("arg_schema"));
  const known = sideEffectLevelOf(given?.get("side_effect_level"));
  return DictValue.of({
    kind: textOf(given?.get("kind")) ?? "other",
    side_effect_level: known,
    capabilities: handOut(dictOf(given?.get("capabilities")) ?? DictValue.of({})),
    emits_artifacts: given?.get("emits_artifacts") === true,
    inline_result: given?.get("inline_result") === true,
    result_readers: listOf(given?.get("result_readers")),
    arg_schema: DictValue.of({
      arg_aliases: handOut(dictOf(schema?.get("arg_aliases")) ?? DictValue.of({})),
      path_params: listOf(schema?.get("path_params")),
      required: listOf(schema?.get("required")),
    }),
  });
}

function firstOf(tool: DictValue, ...names: readonly string[]): Value | undefined {
  for (const name of names) {
    const value = tool.get(name);
    if (value !== undefined && value !== null) return handOut(value);
  }
  return undefined;
}

function sourceOf(tool: DictValue, isDeferred: boolean): string {
  if (isDeferred) return "deferred";
  if (firstOf(tool, "mcp_server", "_mcp_server") !== undefined) return "mcp_server";
  return textOf(tool.get("executor")) ?? "harn";
}

/** Why a tool of that level may not be called below the ceiling; null where it may. */
export function refusalOf(level: SideEffectLevel, ceiling: SideEffectLevel): string | null {
  return sideEffectLevels.indexOf(level) <= sideEffectLevels.indexOf(ceiling)
    ? null
    : `requires side-effect level '${level}' above composition ceiling '${ceiling}'`;
}

function entryOf(tool: DictValue, name: string, binding: string, ceiling: SideEffectLevel): DictValue {
  const annotations = annotationsOf(tool);
  const level = annotations.get("side_effect_level") as SideEffectLevel;
  const isDeferred = tool.get("defer_loading") === true;
  const refusal = refusalOf(level, ceiling);
  const schema = annotations.get("arg_schema") as DictValue;
  return DictValue.of({
    name,
    binding,
    annotations,
    capabilities: handOut(annotations.get("capabilities") ?? null),
    deferred: isDeferred,
    description: textOf(tool.get("description")) ?? null,
    examples: listOf(tool.get("examples")),
    input_schema: firstOf(tool, "input_schema", "inputSchema", "parameters") ?? DictValue.of({ type: "object" }),
    metadata: handOut(dictOf(tool.get("metadata")) ?? DictValue.of({})),
    namespace: textOf(tool.get("namespace")) ?? null,
    output_schema: firstOf(tool, "output_schema", "outputSchema", "returns") ?? null,
    path_args: handOut(schema.get("path_params") ?? null),
    policy: DictValue.of({ disposition: refusal === null ? "allowed" : "denied", reason: refusal }),
    side_effect_level: level,
    source: sourceOf(tool, isDeferred),
  });
}

/**
 * The tools that a composition may call, each under a name for its snippets:
 * `{schema_version, side_effect_ceiling, bindings, metadata}`. Those above the ceiling are left out, or with `include_denied` marked.
 */
export function bindingManifest(tools: ListValue | DictValue, options: DictValue | undefined): DictValue {
  const named = textOf(options?.get("side_effect_ceiling")) ?? "read_only";
  const ceiling = sideEffectLevels.find((each) => each === named);
  if (ceiling === undefined) {
    throw runtimeError(
      `composition_binding_manifest: side_effect_ceiling must be one of ${sideEffectLevels.join(", ")}, got '${named}'`,
    );
  }
  const items = tools instanceof ListValue ? tools.view() : listOf(tools.get("tools")).view();
  const taken = new Set<string>();
  const bindings: DictValue[] = [];
  for (const item of items) {
    const tool = dictOf(item);
    const name = textOf(tool?.get("name"));
    if (tool === undefined || name === undefined || name === "") continue;
    const binding = bindingName(name, taken);
    const entry = entryOf(tool, name, binding, ceiling);
    const isDenied = (entry.get("policy") as DictValue).get("disposition") === "denied";
    if (isDenied && options?.get("include_denied") !== true) continue;
    taken.add(binding);
    bindings.push(entry);
  }
  return DictValue.of({
    schema_version: 1,
    side_effect_ceiling: ceiling,
    bindings: new ListValue(bindings),
    metadata: DictValue.of({}),
  });
}
