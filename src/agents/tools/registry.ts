import { isCallable, isDict, isList, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { isRequired } from "../../llm/tools/registry.ts";
import { DictValue, quoteJson, show, thrown, typeName, type Value } from "../../value/index.ts";
import { runtimeTool } from "./runtime-tools.ts";

/** A registry is data: adding to one makes another. */
export function emptyRegistry(): DictValue {
  return record({ _type: "tool_registry", tools: list([]) });
}

export function requireRegistry(builtin: string, value: Value | undefined): DictValue {
  if (isDict(value) && value.get("_type") === "tool_registry") return value;
  throw thrown(`${builtin}: argument must be a tool registry (created with tool_registry())`);
}

export function entriesOf(registry: DictValue): DictValue[] {
  return (itemsAt(registry, "tools") ?? []).filter(isDict);
}

export function withEntries(registry: DictValue, entries: readonly DictValue[]): DictValue {
  return registry.with("tools", list(entries));
}

/** Adds an entry at the end; one of the same name gives way. */
export function withEntry(registry: DictValue, entry: DictValue): DictValue {
  const name = textAt(entry, "name");
  return withEntries(registry, [...entriesOf(registry).filter((other) => textAt(other, "name") !== name), entry]);
}

export function findEntry(registry: DictValue, name: string): DictValue | undefined {
  return entriesOf(registry).find((entry) => textAt(entry, "name") === name);
}

const foreignExecutors = ["host_bridge", "mcp_server", "provider_native"];
const handledKeys = new Set(["handler", "parameters", "returns", "executor"]);

/** The entry that `tool_define` makes of its arguments. */
export function defineEntry(name: string, description: string, config: DictValue): DictValue {
  if (config.has("params") && !config.has("parameters")) throw thrown("tool_define: use 'parameters', not 'params'");
  const executor = resolveExecutor(name, config);
  checkShape(config);
  const entry = record({
    name,
    description,
    parameters: config.get("parameters") ?? record({}),
    handler: given(config, "handler"),
    outputSchema: given(config, "returns"),
    executor,
  });
  for (const [key, value] of config.entries()) if (!handledKeys.has(key)) entry.setInPlace(key, value);
  return entry;
}

function given(config: DictValue, key: string): Value | undefined {
  const value = config.get(key);
  return value === null ? undefined : value;
}

function resolveExecutor(name: string, config: DictValue): string {
  const declared = given(config, "executor");
  const hasHandler = given(config, "handler") !== undefined;
  if (declared !== undefined && typeof declared !== "string") {
    throw thrown(
      'tool_define: `executor` must be a string ("harn", "host_bridge", "mcp_server", or "provider_native")',
    );
  }
  if (declared === undefined) {
    if (hasHandler) return "harn";
    throw thrown(
      `tool_define: tool ${quoteJson(name)} has no \`handler\` and no \`executor\`. Either attach a \`handler\` fn (executor: "harn") or declare an alternate backend, e.g. executor: "host_bridge" + host_capability: "cap.op", executor: "mcp_server" + mcp_server: "server-name", executor: "provider_native". Defining a handlerless tool would surface as \`[builtin_call] unhandled: ${name}\` at the first model call.`,
    );
  }
  const executor = declared === "harn_builtin" ? "harn" : declared;
  const declares = `tool_define: tool ${quoteJson(name)} declares executor: ${quoteJson(executor)}`;
  if (executor !== "harn" && !foreignExecutors.includes(executor)) {
    throw thrown(
      `tool_define: unknown executor ${quoteJson(declared)} for tool ${quoteJson(name)}. Expected one of: "harn", "host_bridge", "mcp_server", "provider_native"`,
    );
  }
  if (executor === "harn") {
    if (!hasHandler && runtimeTool(name) === undefined)
      throw thrown(`${declares} but has no \`handler\`. Attach the handler fn or change the executor.`);
    for (const key of ["host_capability", "mcp_server"])
      if (given(config, key) !== undefined) throw thrown(`${declares} but also sets \`${key}\`. Drop one.`);
  } else if (hasHandler)
    throw thrown(`${declares} but also has a \`handler\`. Drop the handler${runsElsewhere(executor)}`);
  if (executor === "host_bridge" && !isText(given(config, "host_capability"))) {
    throw thrown(
      `${declares} but is missing \`host_capability\`. Set it to the canonical bridge identifier (e.g. "interaction.ask") so \`harn check\` can validate the binding against the host capability manifest.`,
    );
  }
  if (executor === "mcp_server" && !isText(given(config, "mcp_server")))
    throw thrown(`${declares} but is missing \`mcp_server\`. Set it to the name of the configured server.`);
  return executor;
}

function runsElsewhere(executor: string): string {
  return executor === "host_bridge" ? " — host-bridge tools are dispatched by the host shell, not the VM." : ".";
}

function isText(value: Value | undefined): boolean {
  return typeof value === "string" && value !== "";
}

function checkShape(config: DictValue): void {
  const defer = given(config, "defer_loading");
  if (defer !== undefined && typeof defer !== "boolean")
    throw thrown(
      "tool_define: `defer_loading` must be a bool (true → hold schema back until a tool_search call surfaces it)",
    );
  const namespace = given(config, "namespace");
  if (namespace !== undefined && !isText(namespace))
    throw thrown("tool_define: `namespace` must be a non-empty string (groups deferred tools for tool_search)");
  const parameters = given(config, "parameters");
  if (parameters !== undefined && !isDict(parameters))
    throw thrown("tool_define: `parameters` must be a dict of parameter names");
  const handler = given(config, "handler");
  if (handler !== undefined && !isCallable(handler))
    throw thrown(`tool_define: \`handler\` must be a closure, got ${typeName(handler)}`);
  const annotations = given(config, "annotations");
  if (annotations !== undefined && !isDict(annotations))
    throw thrown(`tool_define: \`annotations\` must be a dict, got ${typeName(annotations)}`);
}

/** Entries without their handlers: what can be shown, stored and sent. */
export function listed(registry: DictValue): DictValue[] {
  return entriesOf(registry).map((entry) => entry.without("handler"));
}

/** One line a tool, in name order, with its parameters as they are written. */
export function describeTools(registry: DictValue): string {
  const entries = byName(entriesOf(registry));
  if (entries.length === 0) return "Available tools:\n(none)";
  const lines = entries.flatMap((entry) => {
    const head = `- ${textAt(entry, "name") ?? ""}(${fieldsText(entry.get("parameters"))}): ${textAt(entry, "description") ?? ""}`;
    const returns = fieldsText(entry.get("outputSchema"));
    return returns === "" ? [head] : [head, `  returns ${returns}`];
  });
  return ["Available tools:", ...lines].join("\n");
}

export function byName(entries: readonly DictValue[]): DictValue[] {
  return [...entries].sort((a, b) => ((textAt(a, "name") ?? "") < (textAt(b, "name") ?? "") ? -1 : 1));
}

function fieldsText(value: Value | undefined): string {
  if (!isDict(value)) return value === undefined || value === null ? "" : show(value);
  return [...value.entries()].map(([key, field]) => `${key}: ${show(field)}`).join(", ");
}

/** Instructions for a model that is to call tools by JSON in `<tool_call>` blocks. */
export function toolPrompt(registry: DictValue): string {
  const entries = byName(entriesOf(registry));
  if (entries.length === 0) return "No tools are available.";
  const sections = entries.map((entry) => {
    const parameters = fieldsText(entry.get("parameters"));
    const returns = fieldsText(entry.get("outputSchema"));
    return [
      `### ${textAt(entry, "name") ?? ""}`,
      textAt(entry, "description") ?? "",
      parameters === "" ? "" : `Parameters: ${parameters}`,
      returns === "" ? "" : `Returns: ${returns}`,
    ]
      .filter((line) => line !== "")
      .join("\n");
  });
  return [
    "# Available Tools",
    "You can use the tools below. To call one, write exactly:",
    '<tool_call>{"name": "tool_name", "arguments": {"param": "value"}}</tool_call>',
    "Several calls may stand in one answer. Wait for their results before you go on.",
    "## Tools",
    ...sections,
  ].join("\n\n");
}

/** `{schema_version, tools: [{name, description, inputSchema, outputSchema?}], components?}`. */
export function toolSchema(registry: DictValue, components: DictValue | undefined): DictValue {
  const tools = entriesOf(registry).map((entry) =>
    record({
      name: textAt(entry, "name") ?? "",
      description: textAt(entry, "description") ?? "",
      inputSchema: inputSchema(entry.get("parameters")),
      outputSchema: isDict(entry.get("outputSchema")) ? entry.get("outputSchema") : undefined,
    }),
  );
  return record({ schema_version: "harn-tools/1.0", tools: list(tools), components });
}

function inputSchema(parameters: Value | undefined): DictValue {
  const properties = new Map<string, Value>();
  const required: Value[] = [];
  for (const [name, spec] of isDict(parameters) ? parameters.entries() : []) {
    properties.set(name, isDict(spec) ? withoutFlag(spec) : record({ type: show(spec) }));
    if (isRequired(spec)) required.push(name);
  }
  return record({
    type: "object",
    properties: new DictValue(properties),
    required: required.length === 0 ? undefined : list(required),
  });
}

/** `required: false` on a parameter is ours; a list under that name is part of a schema. */
function withoutFlag(spec: DictValue): DictValue {
  const flag = spec.get("required");
  return flag !== undefined && !isList(flag) ? spec.without("required") : spec;
}
